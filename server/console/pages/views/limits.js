// Limits of throughput, with what is left and how often requests were throttled; and reads that lag behind.

import { http } from "../api.js";
import { code, countText, element, field, input, notice, table } from "../elements.js";
import { listSection, liveList, outcomePlace, workButton } from "./live.js";

const THROTTLE = "/_tailrace/throttle";
const LAGS = "/_tailrace/consistency";

const SETTINGS = [
  ["TableName", "Table", "text", "Without it, each table that has no limits of its own."],
  ["IndexName", "Global index", "text", "Without it, the table itself."],
  ["ReadCapacityUnits", "Read units per second", "number", "Without it, as provisioned."],
  ["WriteCapacityUnits", "Write units per second", "number", "Without it, as provisioned."],
  ["BurstSeconds", "Burst, in seconds", "number", "Unused units are kept for this long: 300."],
  ["PartitionRead", "Read units of a partition", "number", "3000"],
  ["PartitionWrite", "Write units of a partition", "number", "1000"],
  ["Partitions", "Partitions", "number", "With 1, every key is hot."],
];

// A form of numbers and texts. read() leaves out what is empty.
function form(members) {
  const controls = members.map(([name, label, kind, hint]) => ({
    name,
    kind,
    label,
    hint,
    control: input(kind === "number" ? { type: "number", min: 0 } : {}),
  }));
  return {
    node: element(
      "div",
      { class: "fields" },
      controls.map(({ label, hint, control }) => field(label, control, { hint })),
    ),
    read: () =>
      Object.fromEntries(
        controls
          .filter(({ control }) => control.value.trim() !== "")
          .map(({ name, kind, control }) => [
            name,
            kind === "number" ? Number(control.value) : control.value.trim(),
          ]),
      ),
    clear: () =>
      controls.forEach(({ control }) => {
        control.value = "";
      }),
  };
}

const units = (bucket) =>
  bucket === null ? "no limit" : `${countText(bucket.Available)} of ${countText(bucket.Limit)}`;
const events = (counts) =>
  Object.entries(counts)
    .map(([name, count]) => `${name}: ${countText(count)}`)
    .join(", ");

const without = (settings, setting) => settings.filter((each) => each !== setting);
const placeOf = (setting) =>
  [setting.TableName ?? "every table", setting.IndexName].filter(Boolean).join(" / ");

function throttleTables(shown, outcome, changed) {
  const remove = (setting) =>
    workButton(
      "Remove",
      outcome,
      async () => {
        await http("PUT", THROTTLE, { body: without(shown.Tables, setting) });
        changed();
        return notice("info", `${placeOf(setting)} is not limited any more.`);
      },
      {
        class: "small",
        "aria-label": `Remove the limit of ${placeOf(setting)}`,
        "data-key": `remove/${placeOf(setting)}`,
      },
    );
  if (shown.Tables.length === 0) return element("p", { class: "muted" }, "No table is limited.");
  return [
    table({
      label: "Limits",
      columns: [{ label: "For" }, { label: "Setting" }, { label: "Action" }],
      rows: shown.Tables.map(({ ...setting }, index) => {
        const { TableName, IndexName, ...rest } = setting;
        return [code(placeOf(setting), 120), code(JSON.stringify(rest), 240), remove(shown.Tables[index])];
      }),
    }),
    table({
      label: "What is left",
      columns: [
        { label: "Table or index" },
        { label: "Read units left", number: true },
        { label: "Write units left", number: true },
        { label: "Partitions", number: true },
        { label: "Throttled" },
      ],
      rows: shown.Buckets.map((each) => [
        code(placeOf(each), 120),
        units(each.Read),
        units(each.Write),
        countText(each.Partitions.length),
        events(each.ThrottleEvents) || "never",
      ]),
      empty: "There is no table with a limit.",
    }),
  ];
}

export async function throttleSection(context) {
  const outcome = outcomePlace();
  const list = liveList(context, THROTTLE, (shown) => throttleTables(shown, outcome, () => list.now()));
  const settings = form(SETTINGS);
  const limit = workButton(
    "Limit",
    outcome,
    async () => {
      const setting = settings.read();
      const { Tables: known } = await http("GET", THROTTLE, { isSilent: true });
      const others = known.filter((each) => placeOf(each) !== placeOf(setting));
      await http("PUT", THROTTLE, { body: [...others, setting] });
      settings.clear();
      list.now();
      return notice("good", `${placeOf(setting)} is limited. All buckets are full again.`);
    },
    { class: "primary" },
  );
  const end = workButton("Remove all limits", outcome, async () => {
    await http("DELETE", THROTTLE);
    list.now();
    return notice("info", "No table is limited.");
  });
  return listSection(
    { title: "Throttling", list, outcome, label: "Limit a table" },
    settings.node,
    element("div", { class: "actions" }, limit, end),
  );
}

const lagMembers = [
  ["TableName", "Table", "text", "Without it, all tables without a lag of their own."],
  ["ReadLagMs", "Reads show what was there, in ms ago", "number", "Eventually consistent reads."],
  [
    "IndexLagMs",
    "Global indexes show what was there, in ms ago",
    "number",
    "Query and Scan of a global index.",
  ],
];

function lagTable(shown) {
  const row = (name, lag) => [name, countText(lag.ReadLagMs), countText(lag.IndexLagMs)];
  return [
    table({
      label: "Lags",
      columns: [
        { label: "Table" },
        { label: "Reads, ms", number: true },
        { label: "Global indexes, ms", number: true },
      ],
      rows: [row("all others", shown), ...shown.Tables.map((each) => row(code(each.TableName, 120), each))],
    }),
    element(
      "p",
      { class: "muted" },
      `${countText(shown.KeptVersions)} older versions of items are kept for that, in ` +
        `${countText(shown.KeptBytes)} bytes. ` +
        `${countText(shown.GivenUpVersions)} were given up to save memory.`,
    ),
  ];
}

export async function lagsSection(context) {
  const outcome = outcomePlace();
  const list = liveList(context, LAGS, lagTable);
  const lag = form(lagMembers);
  const set = workButton(
    "Set the lag",
    outcome,
    async () => {
      const wanted = lag.read();
      const { ReadLagMs, IndexLagMs, Tables } = await http("GET", LAGS, { isSilent: true });
      const all = { ReadLagMs, IndexLagMs, Tables };
      if (wanted.TableName === undefined) Object.assign(all, wanted);
      else all.Tables = [...Tables.filter((each) => each.TableName !== wanted.TableName), wanted];
      await http("PUT", LAGS, { body: all });
      lag.clear();
      list.now();
      return notice("good", "The lag is set. Everything written before is seen.");
    },
    { class: "primary" },
  );
  const end = workButton("End all lags", outcome, async () => {
    await http("DELETE", LAGS);
    list.now();
    return notice("info", "Every read shows the newest items.");
  });
  return listSection(
    { title: "Reads that lag behind", list, outcome, label: "Set a lag" },
    lag.node,
    element("div", { class: "actions" }, set, end),
  );
}

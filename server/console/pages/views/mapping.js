// One event source mapping: its state, its lag, what it has failed on, and its last calls.

import { http } from "../api.js";
import { code, countOf, element, foreign, group, input, link, field, notice, table } from "../elements.js";
import { pretty } from "../values.js";
import { failureCard, functionOf, mappingPath, resentText } from "./failures.js";
import {
  durationText,
  everySecond,
  outcomePlace,
  refresh,
  section,
  shortId,
  timeText,
  workButton,
} from "./live.js";
import {
  Failures,
  counts,
  isTold,
  lagChart,
  lagSamples,
  mappingActions,
  noteLag,
  sentence,
  stateBadge,
} from "./mappings.js";
import { eventBlock, logBlock } from "./records.js";

const FIRST_CALLS = 50;
const SHOWN_CALLS = 200;

function positions(mapping) {
  return table({
    label: "Positions in the shards",
    columns: [
      { label: "Shard" },
      { label: "State" },
      { label: "Handled up to" },
      { label: "Waiting", number: true },
    ],
    rows: mapping.Shards.map((each) => [
      code(shortId(each.ShardId)),
      each.IsClosed ? "closed" : "open",
      code(each.Checkpoint ?? "nothing yet"),
      String(each.Waiting),
    ]),
    empty: "It has read no shard yet.",
  });
}

// Calls that the user has asked for.
const ASKED = { Redrive: ", sent again", Replay: ", replay" };

const resultOf = (call) => {
  if (call.Outcome === "Skipped") return "given up without a call";
  return call.Error ? `failed: ${call.Error}` : "succeeded";
};

// A line for one call. The user can open the line to see the call's event, which is asked for only then.
function callLine(mapping, call, signal) {
  const inside = element("div", {});
  const open = async () => {
    if (!line.open || inside.childElementCount > 0) return;
    const path = mappingPath(mapping, `/history?records&after=${call.Number - 1}&limit=1`);
    const [whole] = (await http("GET", path, { signal })).Invocations;
    if (whole?.Number !== call.Number)
      return inside.replaceChildren(notice("info", "The server has forgotten this call."));
    inside.replaceChildren(
      element("h3", {}, countOf(whole.RecordCount, "record")),
      eventBlock(whole.Event),
      element("h3", {}, "Answer"),
      element(
        "pre",
        { role: "region", tabindex: 0, "aria-label": "Answer" },
        code(pretty(whole.Payload), 8000),
      ),
      element("h3", {}, "Log"),
      logBlock(whole.Log),
    );
  };
  const line = element(
    "details",
    { class: "call", on: { toggle: open } },
    element(
      "summary",
      {},
      element("span", { class: "mono" }, `${timeText(call.Time)}`),
      ` ${countOf(call.RecordCount, "record")}, attempt ${call.Attempt}`,
      // A clock that stands still measures nothing.
      call.DurationInMilliseconds > 0 ? `, ${durationText(call.DurationInMilliseconds)}` : "",
      ASKED[call.Cause] ?? "",
      ": ",
      element("span", { class: call.Error ? "error-text" : null }, foreign(resultOf(call), 300)),
    ),
    inside,
  );
  return line;
}

function replayForm(mapping, outcome, changed) {
  const from = input({});
  const to = input({});
  const send = workButton("Replay", outcome, async () => {
    const body = {};
    if (from.value.trim()) body.FromSequenceNumber = from.value.trim();
    if (to.value.trim()) body.ToSequenceNumber = to.value.trim();
    const said = resentText(mapping, await http("POST", mappingPath(mapping, "/replay"), { body }));
    changed();
    return said;
  });
  return group(
    "Replay records",
    element("p", {}, "Calls the function again with records that it has handled already."),
    element(
      "div",
      { class: "fields" },
      field("From sequence number", from, { hint: "Without it, from the oldest record." }),
      field("To sequence number", to, { hint: "Without it, up to what is handled." }),
    ),
    send,
  );
}

function aboutMapping(mapping, href) {
  return [
    element(
      "p",
      {},
      stateBadge(mapping),
      " ",
      isTold(mapping) ? foreign(sentence(mapping.Reason), 2000) : "Changes of the table ",
      isTold(mapping) ? null : link(foreign(mapping.TableName), href(["tables", mapping.TableName])),
      isTold(mapping) ? null : " call the function ",
      mapping.Reason
        ? null
        : link(foreign(functionOf(mapping)), href(["streams", "function", functionOf(mapping)])),
    ),
    counts(mapping),
  ];
}

export async function show(place, context, id) {
  const { href, signal } = context;
  const outcome = outcomePlace();
  const names = ["about", "actions", "chart", "failed", "shards", "parameters"];
  const places = Object.fromEntries(names.map((name) => [name, element("div", {})]));
  const replayPlace = element("div", {});
  const calls = element("div", { class: "calls-list" });
  const noCalls = element(
    "p",
    { class: "muted" },
    "The function has not been called since the server started.",
  );
  const failures = new Failures();
  let newest = 0;

  async function readCalls(mapping) {
    const query = newest === 0 ? `limit=${FIRST_CALLS}` : `after=${newest}`;
    const history = await http("GET", mappingPath(mapping, `/history?${query}`), { signal, isSilent: true });
    for (const call of history.Invocations) {
      newest = Math.max(newest, call.Number);
      calls.prepend(callLine(mapping, call, signal));
    }
    while (calls.childElementCount > SHOWN_CALLS) calls.lastElementChild.remove();
    noCalls.hidden = calls.childElementCount > 0;
  }

  const polling = everySecond(context, async () => {
    const path = `/_tailrace/mappings/${encodeURIComponent(id)}`;
    const mapping = await http("GET", path, { signal, isSilent: true });
    noteLag([mapping]);
    const { Lag, IteratorAgeMs, Shards, Checkpoint, Parameters, ...rest } = mapping;
    const actions = { outcome, changed: () => polling.now(), href };
    if (refresh(places.about, rest, () => aboutMapping(mapping, href)))
      context.heading(`Mapping ${mapping.Name}`);
    refresh(places.actions, rest, () => mappingActions(mapping, actions));
    refresh(places.chart, [lagSamples(mapping), IteratorAgeMs], () => lagChart(mapping));
    const failed = await failures.update([mapping], signal);
    const card = (each) => failureCard(each, actions);
    refresh(
      places.failed,
      failed.map(({ batch, call, isRetried }) => [batch, call, isRetried, mapping.Retry]),
      () =>
        failed.length === 0
          ? notice("good", "No batch has failed and waits.")
          : element("div", { class: "cards wide" }, failed.map(card)),
    );
    refresh(places.shards, Shards, () => positions(mapping));
    refresh(places.parameters, Parameters, () =>
      element("pre", { role: "region", tabindex: 0, "aria-label": "Parameters" }, code(pretty(Parameters))),
    );
    if (replayPlace.childElementCount === 0)
      replayPlace.append(replayForm(mapping, outcome, actions.changed));
    await readCalls(mapping);
  });
  await polling.first;
  place.append(
    polling.place,
    outcome.place,
    places.about,
    places.actions,
    section("Failed batches", places.failed),
    section("Lag over time", places.chart),
    section(
      "Last calls",
      element(
        "p",
        { class: "muted" },
        "The numbers at the top count what came from the stream, not what was sent again or replayed.",
      ),
      noCalls,
      calls,
    ),
    section("Positions", places.shards),
    section("Again", replayPlace),
    section("Parameters", places.parameters),
  );
}

// The last requests to DynamoDB's API as they come, with what they cost and how long they took.

import { connection, http } from "../api.js";
import { barChart } from "../chart.js";
import {
  button,
  checkbox,
  code,
  countOf,
  countText,
  dialog,
  element,
  fill,
  foreign,
  field,
  notice,
  select,
  table,
  tabs,
} from "../elements.js";
import { codesOf } from "../requests_as_code.js";
import { durationText, everySecond, outcomePlace, refresh, section, timeText, workButton } from "./live.js";

const KEPT = 1000;
const SHOWN = 200;
const CHART_SECONDS = 60;
const STREAM_READS = new Set(["GetRecords", "GetShardIterator", "DescribeStream", "ListStreams"]);
const THROTTLES = new Set([
  "ThrottlingException",
  "ProvisionedThroughputExceededException",
  "RequestLimitExceeded",
]);

const tableOf = (request) => request.TableNames?.join(", ") ?? request.TableName ?? "";
const took = (request) => durationText(request.DurationMicroseconds / 1000);

function details(request) {
  const rows = Object.entries(request).map(([name, value]) =>
    element(
      "div",
      {},
      element("dt", {}, name),
      element("dd", {}, foreign(Array.isArray(value) ? value.join(", ") : (value ?? "none"), 1000)),
    ),
  );
  const call = {
    service: "tailrace",
    method: "GET",
    namespace: connection.namespace,
    path: `/_tailrace/requests?after=${request.Number - 1}`,
  };
  const parts = codesOf(call).map(([label, text]) => ({
    label,
    show: () =>
      element(
        "pre",
        { role: "region", tabindex: 0, "aria-label": `How to ask for it: ${label}` },
        code(text),
      ),
  }));
  dialog({
    title: `Request ${request.Number}: ${request.Operation}`,
    wide: true,
    content: [
      element("dl", { class: "facts" }, rows),
      element("p", { class: "muted" }, "Items, keys and credentials of requests are not kept."),
      element("h3", {}, "How a program asks for the requests from this one on"),
      tabs({ label: "Copy as", parts }),
    ],
    actions: (close) => button("Close", () => close()),
  });
}

const COLUMNS = [
  { label: "Time" },
  { label: "Operation" },
  { label: "Status", number: true },
  { label: "Table" },
  { label: "Error" },
  { label: "Duration", number: true },
  { label: "Capacity units", number: true },
  { label: "Items read", number: true },
  { label: "Items written", number: true },
  { label: "Sent by" },
];

const rowOf = (request, now) => [
  element("span", { class: "nowrap" }, timeText(request.Time, now)),
  button(request.Operation, () => details(request), {
    class: "inline",
    "data-key": `request/${request.Number}`,
    "aria-label": `${request.Operation}, details of request ${request.Number}`,
  }),
  element("span", { class: request.Status >= 400 ? "error-text" : null }, String(request.Status)),
  element(
    "span",
    {},
    foreign(tableOf(request), 120),
    request.IndexName ? [" / ", foreign(request.IndexName, 120)] : "",
  ),
  request.Error ? element("span", { class: "error-text" }, foreign(request.Error, 80)) : "",
  took(request),
  countText(request.CapacityUnits),
  countText(request.ItemsRead),
  countText(request.ItemsWritten),
  request.FromConsole ? "console" : request.FunctionName ? code(request.FunctionName, 80) : "program",
];

// Returns the sum of number(request) over the requests of each of the last seconds, the newest second last.
function perSecond(requests, now, number) {
  const end = Math.floor(now / 1000);
  const sums = new Array(CHART_SECONDS).fill(0);
  for (const request of requests) {
    const place = CHART_SECONDS - 1 - (end - Math.floor(Date.parse(request.Time) / 1000));
    if (place >= 0 && place < CHART_SECONDS) sums[place] += number(request);
  }
  return sums.map((value, index) => ({
    value,
    label: new Date((end - CHART_SECONDS + 1 + index) * 1000).toISOString().slice(11, 19),
  }));
}

function summary(requests) {
  const failed = requests.filter((each) => each.Status >= 400).length;
  const units = requests.reduce((sum, each) => sum + each.CapacityUnits, 0);
  const throttled = requests.filter((each) => THROTTLES.has(each.Error)).length;
  return (
    `${countOf(requests.length, "request")}: ${countText(units)} capacity units, ` +
    `${countText(failed)} failed, ` +
    `${countText(throttled)} throttled.${requests.length > SHOWN ? ` The last ${SHOWN} are shown.` : ""}`
  );
}

// A select that gets a new option when a request brings a new value.
function chooser(label, every) {
  const control = select([["", every]], {});
  const known = new Set();
  return {
    node: field(label, control),
    control,
    offer(values) {
      for (const value of values) {
        if (!value || known.has(value)) continue;
        known.add(value);
        control.append(element("option", { value }, value));
      }
    },
  };
}

export async function show(place, context) {
  const { signal } = context;
  const outcome = outcomePlace();
  let requests = [];
  let after = 0;
  let isPaused = false;
  const operation = chooser("Operation", "every operation");
  const ofTable = chooser("Table", "every table");
  const status = select(
    [
      ["", "every status"],
      ["good", "succeeded"],
      ["bad", "failed"],
      ["throttled", "throttled"],
    ],
    {},
  );
  const streamReads = checkbox("Also reads of streams");
  const ownRequests = checkbox("Also those of the console");
  const said = element("p", { role: "status" });
  const charts = element("div", { class: "charts" });
  const list = element("div", {});

  const isChosen = (request) =>
    (operation.control.value === "" || operation.control.value === request.Operation) &&
    (ofTable.control.value === "" ||
      (request.TableNames ?? [request.TableName]).includes(ofTable.control.value)) &&
    (streamReads.box.checked || !STREAM_READS.has(request.Operation)) &&
    (ownRequests.box.checked || !request.FromConsole) &&
    (status.value === "" ||
      (status.value === "throttled"
        ? THROTTLES.has(request.Error)
        : request.Status >= 400 === (status.value === "bad")));

  function draw(now) {
    const chosen = requests.filter(isChosen);
    const bars = (number) => perSecond(chosen, Date.parse(now), number);
    const [units, throttles] = [
      bars((each) => each.CapacityUnits),
      bars((each) => (THROTTLES.has(each.Error) ? 1 : 0)),
    ];
    refresh(charts, [units, throttles], () => [
      barChart({ label: "Capacity units a second", bars: units }),
      throttles.some((each) => each.value > 0)
        ? barChart({ label: "Throttled requests a second", bars: throttles })
        : element("p", { class: "muted" }, "No request was throttled."),
    ]);
    if (
      !refresh(
        list,
        chosen.map((each) => each.Number),
        () =>
          table({
            label: "Requests",
            columns: COLUMNS,
            rows: chosen
              .slice(-SHOWN)
              .reverse()
              .map((each) => rowOf(each, now)),
            empty: "No such requests.",
          }),
      )
    )
      return;
    said.textContent = summary(chosen);
  }

  const polling = everySecond(context, async () => {
    if (isPaused) return;
    const [clock, answer] = await Promise.all([
      http("GET", "/_tailrace/clock", { signal, isSilent: true }),
      http("GET", `/_tailrace/requests?after=${after}`, { signal, isSilent: after > 0 }),
    ]);
    if (answer.Newest < after) requests = [];
    after = answer.Requests.at(-1)?.Number ?? answer.Newest;
    requests = [...requests, ...answer.Requests].slice(-KEPT);
    operation.offer(answer.Requests.map((each) => each.Operation));
    ofTable.offer(answer.Requests.flatMap((each) => each.TableNames ?? [each.TableName]));
    draw(clock.Now);
  });
  const redraw = () => polling.now();
  for (const each of [operation.control, ofTable.control, status, streamReads.box, ownRequests.box])
    each.addEventListener("change", redraw);

  const pause = button("Pause", () => {
    isPaused = !isPaused;
    fill(pause, isPaused ? "Continue" : "Pause");
    redraw();
  });
  const forget = workButton("Forget all", outcome, async () => {
    const { Removed } = await http("DELETE", "/_tailrace/requests");
    [requests, after] = [[], 0];
    redraw();
    return notice("info", `The server has forgotten ${countOf(Removed, "request")}.`);
  });
  context.heading("Requests", pause, forget);
  await polling.first;
  place.append(
    polling.place,
    outcome.place,
    element(
      "div",
      { class: "line" },
      operation.node,
      ofTable.node,
      field("Status", status),
      streamReads.node,
      ownRequests.node,
    ),
    element(
      "p",
      { class: "muted" },
      "These are the requests of all programs. The bar at the bottom has the code of what this page sends.",
    ),
    section("Last minute", charts),
    section("Last requests", said, list),
  );
}

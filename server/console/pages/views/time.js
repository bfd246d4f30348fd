// Time and failures: the clock, what is due, limits of throughput, scripted faults, and reads that lag
// behind.

import { http } from "../api.js";
import { checkbox, countOf, element, field, foreign, input, link, notice } from "../elements.js";
import { faultsSection } from "./faults.js";
import { lagsSection, throttleSection } from "./limits.js";
import { everySecond, outcomePlace, refresh, section, workButton } from "./live.js";

const MOVES = [
  [1, "+1 second"],
  [60, "+1 minute"],
  [3600, "+1 hour"],
  [86400, "+1 day"],
];

async function moveClock(body) {
  const { Now } = await http("POST", "/_tailrace/clock", { body });
  return notice("good", `The clock moved to ${Now}.`);
}

function clockControls(outcome, changed) {
  const moment = input({ class: "moment", placeholder: "2026-01-31T12:00:00Z" });
  const move = async (body) => {
    const said = await moveClock(body);
    changed();
    return said;
  };
  return [
    element("p", {}, "This clock stands still until it is moved."),
    element(
      "div",
      { class: "actions" },
      MOVES.map(([seconds, label]) => workButton(label, outcome, () => move({ Seconds: seconds }))),
    ),
    element(
      "div",
      { class: "line" },
      field("Set to a later time", moment),
      workButton("Set", outcome, () => move({ Now: moment.value.trim() })),
    ),
  ];
}

async function clockSection(context) {
  const outcome = outcomePlace();
  const now = element("p", { class: "clock" });
  const controls = element("div", {});
  const polling = everySecond(context, async () => {
    const clock = await http("GET", "/_tailrace/clock", { signal: context.signal, isSilent: true });
    now.textContent = clock.Now;
    refresh(controls, clock.Manual, (isManual) =>
      isManual
        ? clockControls(outcome, () => polling.now())
        : notice(
            "info",
            "This is the machine’s clock. To have one that you can move, start the server with ",
            element("code", {}, "--manual-clock 2026-01-31T12:00:00Z"),
            ", or make ",
            link("a namespace with a clock of its own", context.href(["namespaces"])),
            ".",
          ),
    );
  });
  await polling.first;
  return section("Clock", polling.place, now, controls, outcome.place);
}

const settledText = (answer) =>
  notice(
    "good",
    `Nothing is left to do. ${countOf(answer.Removed, "expired item")} removed`,
    answer.AdvancedSeconds ? `, and the clock moved by ${answer.AdvancedSeconds} s` : "",
    ".",
  );

// A wait that ends without success answers 504, and says what is stuck.
async function waited(path, options, success) {
  try {
    return success(await http("POST", path, options));
  } catch (error) {
    if (error.status !== 504) throw error;
    return notice("warning", foreign(error.message, 4000));
  }
}

function waitSection(signal) {
  const outcome = outcomePlace();
  const advance = checkbox("Move a manual clock to what is due");
  const most = input({ type: "number", min: 1, value: "60" });
  const timeout = input({ type: "number", min: 1, max: 3600, value: "30" });
  const query = () => `?timeout_seconds=${encodeURIComponent(timeout.value || "30")}`;
  const settle = () => {
    const body = advance.box.checked ? { AdvanceClock: true, AtMostSeconds: Number(most.value) } : {};
    return waited(`/_tailrace/settle${query()}`, { body, signal }, settledText);
  };
  const drain = () =>
    waited(`/_tailrace/streams/drain${query()}`, { signal }, () =>
      notice("good", "Every function has handled what had been written."),
    );
  const sweep = async () => {
    const { Removed } = await http("POST", "/_tailrace/ttl/sweep");
    return notice("good", `${countOf(Removed, "expired item")} removed.`);
  };
  return section(
    "Wait",
    element(
      "p",
      {},
      "Settle waits until nothing is left to do: functions have handled everything, including their own " +
        "writes, expired items are removed, and no table is in transition. ",
      "Drain waits only for what has been written so far.",
    ),
    element(
      "div",
      { class: "fields" },
      field("Wait for at most, in seconds", timeout),
      field("Move the clock by at most, in seconds", most),
    ),
    element("p", {}, advance.node),
    element(
      "div",
      { class: "actions" },
      workButton("Settle", outcome, settle, { class: "primary" }),
      workButton("Drain", outcome, drain),
      workButton("Remove expired items", outcome, sweep),
    ),
    outcome.place,
  );
}

export async function show(place, context) {
  context.heading("Time and failures");
  const sections = [
    clockSection(context),
    waitSection(context.signal),
    faultsSection(context),
    throttleSection(context),
    lagsSection(context),
  ];
  place.append(...(await Promise.all(sections)));
}

// Event source mappings: their state, their lag over time, and what the user can do with them.

import { connection, http } from "../api.js";
import { countText, element, foreign, link } from "../elements.js";
import { lineChart } from "../chart.js";
import {
  batchesText,
  failureMark,
  failedBatches,
  functionOf,
  mappingPath,
  redriveAll,
  step,
} from "./failures.js";
import { durationText, workButton } from "./live.js";

const KEPT_MS = 180000;
// A view asks every second, so a gap this long means that it was not shown.
const GAP_MS = 5000;

// What the states are called here, and how much the user should care.
const STATES = {
  Idle: ["Waits for changes", "good"],
  Handling: ["Calls its function", "info"],
  Resending: ["Sends again", "info"],
  Retrying: ["Tries again", "error"],
  Error: ["Cannot continue", "error"],
  Paused: ["Paused", "warning"],
  Disabled: ["Disabled", "warning"],
  NotStarted: ["Not started", "error"],
  WaitingForStream: ["Waits for its table", "warning"],
  TableHasNoStream: ["Its table has no stream", "warning"],
};

export function stateBadge(mapping) {
  const [words, kind] = STATES[mapping.State] ?? [mapping.State, "info"];
  return element("span", { class: `badge ${kind}` }, words);
}

// The lag of each mapping, once a second while a view asks for it. Another namespace, or another stream, has
// other mappings with the same ids.
const samples = new Map();
const sampledAs = (mapping) => JSON.stringify([connection.namespace, mapping.Id, mapping.StreamArn]);

export function noteLag(mappings) {
  const now = new Date();
  for (const each of mappings) {
    if (each.Lag === null) continue;
    const known = samples.get(sampledAs(each)) ?? [];
    const kept = known.filter(({ x }) => now - x < KEPT_MS);
    samples.set(sampledAs(each), [...kept, { x: now, y: each.Lag }]);
  }
}

export const lagSamples = (mapping) => samples.get(sampledAs(mapping)) ?? [];

export function lagChart(mapping) {
  const age = mapping.IteratorAgeMs;
  return element(
    "div",
    {},
    lineChart({ label: "Records that wait", points: lagSamples(mapping), gap: GAP_MS }),
    age ? element("p", {}, `The oldest of them is ${durationText(age)} old.`) : null,
  );
}

export function counts(mapping) {
  const fact = (name, value) =>
    element("div", {}, element("dt", {}, name), element("dd", {}, countText(value)));
  return element(
    "dl",
    { class: "facts" },
    fact("Calls", mapping.Batches),
    fact("Records handled", mapping.Records),
    fact("Failed calls", mapping.Failures),
    fact("Given up", mapping.GivenUp),
    fact("Skipped", mapping.Skipped),
    fact("Filtered out", mapping.Filtered),
  );
}

// The buttons of a mapping. `changed` is called after each action.
export function mappingActions(mapping, { outcome, changed }) {
  const key = (what) => ({ "data-key": `${what}/${mapping.Id}` });
  const name = functionOf(mapping);
  const act = (label, work, attributes = {}) =>
    workButton(
      label,
      outcome,
      async () => {
        const said = await work();
        changed();
        return said;
      },
      { "aria-label": `${label}: ${mapping.Name}`, ...attributes },
    );
  const post = (what, words) =>
    act(
      what === "pause" ? "Pause" : "Resume",
      async () => {
        await http("POST", mappingPath(mapping, `/${what}`));
        return element("div", { class: "notice info" }, foreign(name, 120), words);
      },
      key("pause"),
    );
  if (mapping.State === "NotStarted") return null;
  return element(
    "div",
    { class: "actions" },
    mapping.State === "Paused"
      ? post("resume", " gets its batches again.")
      : post("pause", " gets no new batch until you resume it."),
    act("Step", () => step(mapping), key("step")),
    mapping.State === "Paused" ? act("Skip", () => step(mapping, "skip"), key("skip-next")) : null,
    mapping.GivenUp > 0
      ? act(`Send ${batchesText(mapping.GivenUp)} again`, () => redriveAll(mapping), key("redrive"))
      : null,
  );
}

// Whether to show the server's words for why a mapping does not go on. For these states, the page itself says
// enough.
const SAID_STATES = new Set(["Retrying", "Handling", "Paused"]);
export const isTold = (mapping) => mapping.Reason && !SAID_STATES.has(mapping.State);
export const sentence = (text) => `${text[0].toUpperCase()}${text.slice(1)}${text.endsWith(".") ? "" : "."}`;

// `chart` is an element that stays when the card is rebuilt.
export function mappingCard(mapping, chart, { outcome, changed, href }) {
  return element(
    "article",
    { class: "card", "aria-label": `Mapping ${mapping.Name}` },
    element(
      "header",
      {},
      element(
        "h3",
        {},
        link(foreign(mapping.Name, 160), href(["streams", "mapping", mapping.Id]), {
          "data-key": `open/${mapping.Id}`,
        }),
      ),
      stateBadge(mapping),
    ),
    isTold(mapping) ? element("p", {}, foreign(sentence(mapping.Reason), 1000)) : null,
    counts(mapping),
    chart,
    mappingActions(mapping, { outcome, changed }),
  );
}

// Keeps the failed batches of all mappings, and asks for those of a mapping only after it has changed.
export class Failures {
  #known = new Map();

  async update(mappings, signal) {
    const ids = new Set(mappings.map((each) => each.Id));
    for (const id of this.#known.keys()) if (!ids.has(id)) this.#known.delete(id);
    for (const mapping of mappings) {
      const mark = failureMark(mapping);
      const known = this.#known.get(mapping.Id);
      if (known?.mark === mark) continue;
      this.#known.set(mapping.Id, { mark, batches: await failedBatches(mapping, signal) });
    }
    return [...this.#known.values()]
      .flatMap((each) => each.batches)
      .sort((a, b) => Number(b.isRetried) - Number(a.isRetried));
  }
}

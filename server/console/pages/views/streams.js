// Streams and functions: what fails, how changes flow, every mapping, every stream and every function.

import { http, streams } from "../api.js";
import { markGivenUp } from "../app.js";
import { element, foreign, link, notice, svg, table } from "../elements.js";
import { failureCard, functionOf } from "./failures.js";
import { everySecond, outcomePlace, refresh, section } from "./live.js";
import { Failures, lagChart, lagSamples, mappingCard, noteLag, stateBadge } from "./mappings.js";

const PAGES = {
  mapping: () => import("./mapping.js"),
  stream: () => import("./stream.js"),
  function: () => import("./function.js"),
};

export async function show(place, context) {
  const [page, ...rest] = context.path;
  if (page === undefined) return showOverview(place, context);
  if (!Object.hasOwn(PAGES, page) || rest.length !== 1)
    throw new Error("The console has no such page of streams and functions.");
  return (await PAGES[page]()).show(place, context, rest[0]);
}

// Which tables each function has written to, as far as the server remembers its requests.
class Writes {
  #tables = new Map();
  #after = 0;

  async update(signal) {
    const answer = await http("GET", `/_tailrace/requests?after=${this.#after}`, { signal, isSilent: true });
    if (answer.Newest < this.#after) this.#tables.clear();
    this.#after = answer.Newest;
    for (const request of answer.Requests) {
      if (!request.FunctionName || request.ItemsWritten === 0) continue;
      const tables = this.#tables.get(request.FunctionName) ?? new Set();
      for (const name of request.TableNames ?? [request.TableName]) tables.add(name);
      this.#tables.set(request.FunctionName, tables);
    }
  }

  of(name) {
    return [...(this.#tables.get(name) ?? [])].sort();
  }
}

const arrow = () =>
  svg(
    "svg",
    { class: "arrow", viewBox: "0 0 32 16", "aria-hidden": "true", focusable: "false" },
    svg("path", { d: "M1 8h28m-7-6 7 6-7 6" }),
  );
const unseen = (text) => element("span", { class: "unseen" }, text);

// One line of the picture: a table, its function, and the tables that the function writes to.
function flow({ mapping, written }, href) {
  const tableBox = (name) =>
    link([element("small", {}, "Table"), foreign(name, 80)], href(["tables", name]), {
      class: "box",
      "data-key": `table/${mapping.Id}/${name}`,
    });
  const name = functionOf(mapping);
  const into = written.map((each) =>
    element(
      "span",
      { class: "target" },
      tableBox(each),
      each === mapping.TableName
        ? element("small", { class: "badge warning" }, "its own table: a loop")
        : null,
    ),
  );
  return element(
    "li",
    { class: "flow" },
    tableBox(mapping.TableName),
    unseen("changes call"),
    arrow(),
    element(
      "a",
      {
        class: "box function",
        href: href(["streams", "function", name]),
        "data-key": `function/${mapping.Id}`,
      },
      element("small", {}, "Function"),
      foreign(name, 80),
      stateBadge(mapping),
    ),
    written.length > 0
      ? [unseen("which writes to"), arrow(), element("span", { class: "targets" }, into)]
      : element("small", { class: "muted" }, "None of the last requests is a write of this function."),
  );
}

function flows(data, href) {
  if (data.length === 0) {
    return element(
      "p",
      {},
      "No function is attached to a stream. Start the server with ",
      element("code", {}, "--on-stream TABLE=python:FILE.py:FUNCTION"),
      ", or create an event source mapping with Lambda’s API.",
    );
  }
  return element(
    "ul",
    { class: "flows" },
    data.map((each) => flow(each, href)),
  );
}

async function readStreams(signal) {
  const found = [];
  let from;
  do {
    const page = await streams("ListStreams", from ? { ExclusiveStartStreamArn: from } : {}, { signal });
    found.push(...page.Streams);
    from = page.LastEvaluatedStreamArn;
  } while (from && found.length < 1000);
  return found;
}

const streamRows = (found, href) =>
  found.map((each) => [
    link(foreign(each.TableName, 120), href(["streams", "stream", each.StreamArn])),
    foreign(each.StreamLabel, 40),
  ]);

const functionRows = (found, mappings, href) =>
  found.map((each) => [
    link(foreign(each.FunctionName, 80), href(["streams", "function", each.FunctionName])),
    foreign(each.Runtime ?? "", 40),
    element(
      "span",
      {},
      foreign(
        mappings
          .filter((mapping) => functionOf(mapping) === each.FunctionName)
          .map((mapping) => mapping.TableName)
          .join(", "),
        200,
      ),
    ),
  ]);

async function showOverview(place, context) {
  const { href, signal } = context;
  context.heading("Streams and functions");
  const outcome = outcomePlace();
  const places = Object.fromEntries(
    ["failed", "flows", "mappings", "lists"].map((name) => [name, element("div", {})]),
  );
  const failures = new Failures();
  const writes = new Writes();
  let listed = "";

  async function listRest(mappings) {
    const mark = JSON.stringify(mappings.map((each) => [each.Id, each.StreamArn]));
    if (mark === listed) return;
    const [found, functions] = await Promise.all([
      readStreams(signal),
      http("GET", "/2015-03-31/functions", { signal }),
    ]);
    listed = mark;
    refresh(places.lists, [found, functions.Functions, mark], () => [
      section(
        "Streams",
        table({
          label: "Streams",
          columns: [{ label: "Table" }, { label: "Since" }],
          rows: streamRows(found, href),
          empty: "No table has a stream. A table’s stream is enabled when it is created or changed.",
        }),
      ),
      section(
        "Functions",
        table({
          label: "Functions",
          columns: [{ label: "Function" }, { label: "Runtime" }, { label: "Called by the streams of" }],
          rows: functionRows(functions.Functions, mappings, href),
          empty: "There are no functions.",
        }),
      ),
    ]);
  }

  // The places of the charts, by the mappings' ids.
  const charts = new Map();
  const chartPlace = (id) => {
    if (!charts.has(id)) charts.set(id, element("div", {}));
    return charts.get(id);
  };
  let hasActed = false;
  const changed = () => {
    hasActed = true;
    polling.now();
  };
  const actions = { outcome, changed, href };

  function drawFailed(failed) {
    const cards = () =>
      element(
        "div",
        { class: "cards wide" },
        failed.map((each) => failureCard(each, { ...actions, isOverview: true })),
      );
    const data = failed.map(({ mapping, ...each }) => [mapping.Id, mapping.Retry, each]);
    const isNew = refresh(places.failed, data, () =>
      failed.length === 0 ? notice("good", "No function is failing.") : cards(),
    );
    // The button that the user has pressed may be gone.
    if (isNew && hasActed && document.activeElement === document.body) heading.focus({ preventScroll: true });
    if (isNew) hasActed = false;
  }

  function drawMappings(mappings) {
    const seen = mappings.map(({ Id, Name, TableName, State }) => ({ Id, Name, TableName, State }));
    const lines = seen.map((mapping) => ({ mapping, written: writes.of(functionOf(mapping)) }));
    refresh(places.flows, lines, (data) => flows(data, href));
    const data = mappings.map(({ Lag, IteratorAgeMs, Shards, Checkpoint, ...rest }) => rest);
    refresh(places.mappings, data, () =>
      element(
        "div",
        { class: "cards" },
        mappings.map((each) => mappingCard(each, chartPlace(each.Id), actions)),
      ),
    );
    for (const each of mappings) {
      if (each.Lag === null) continue;
      refresh(chartPlace(each.Id), [lagSamples(each), each.IteratorAgeMs], () => lagChart(each));
    }
  }

  const polling = everySecond(context, async () => {
    const { Mappings: mappings } = await http("GET", "/_tailrace/mappings", { signal, isSilent: true });
    markGivenUp(mappings);
    noteLag(mappings);
    drawFailed(await failures.update(mappings, signal));
    await writes.update(signal);
    drawMappings(mappings);
    await listRest(mappings);
  });

  const failedSection = section("Failed batches", outcome.place, places.failed);
  const heading = failedSection.querySelector("h2");
  await polling.first;
  place.append(
    polling.place,
    failedSection,
    section("How changes flow", places.flows),
    section("Mappings", places.mappings),
    places.lists,
  );
}

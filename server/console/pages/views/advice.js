// What the requests of a run cost, and what to change.

import { http } from "../api.js";
import {
  button,
  code,
  countOf,
  countText,
  element,
  failure,
  field,
  fill,
  foreign,
  input,
  link,
  notice,
  table,
} from "../elements.js";

const PATH = "/_tailrace/advice";
const USUAL_REQUESTS = 1000000;
const USD = new Intl.NumberFormat("en", { style: "currency", currency: "USD", maximumSignificantDigits: 3 });

const placeOf = (finding) =>
  [finding.TableName, finding.IndexName].filter((name) => name !== null).join(".");

function findings(advice) {
  if (advice.Requests === 0) return notice("info", "No request has used a table yet.");
  if (advice.Findings.length === 0) return notice("good", "There is nothing to change.");
  return table({
    label: "Findings",
    columns: [{ label: "Finding" }, { label: "Where" }, { label: "Reason" }, { label: "What to do" }],
    rows: advice.Findings.map((each) => [
      each.Finding,
      code(each.Pattern ?? placeOf(each), 300),
      foreign(each.Reason),
      foreign(each.Remedy),
    ]),
  });
}

function shape(pattern) {
  const { TableName, TableNames, IndexName, KeyCondition, Filter, Statement } = pattern;
  const place = [TableName ?? TableNames ?? "", IndexName ?? ""].filter((name) => name !== "").join(".");
  const filter = Filter === null ? null : `filter ${Filter}`;
  return [place, KeyCondition, filter, Statement].filter((part) => part).join(" · ");
}

function patterns(advice) {
  return table({
    label: "Access patterns",
    columns: [
      { label: "Operation" },
      { label: "Table and conditions" },
      { label: "Requests", number: true },
      { label: "Errors", number: true },
      { label: "Read / returned", number: true },
      { label: "Written", number: true },
      { label: "Read units", number: true },
      { label: "Write units", number: true },
      { label: "USD a month", number: true },
    ],
    rows: advice.Patterns.map((each) => [
      each.Operation,
      code(shape(each), 300),
      countText(each.Requests),
      countText(each.Errors),
      `${countText(each.ItemsRead)} / ${countText(each.ItemsReturned)}`,
      countText(each.ItemsWritten),
      countText(each.ReadUnits),
      countText(each.WriteUnits),
      USD.format(each.MonthlyUsd),
    ]),
    empty: "No request has used a table yet.",
  });
}

function prices(advice) {
  const { Region, UsdPerMillionReadUnits, UsdPerMillionWriteUnits, Since, Source } = advice.Prices;
  return element(
    "p",
    { class: "muted" },
    `${USD.format(advice.MonthlyUsd)} a month for ${countOf(advice.RequestsPerMonth, "request")} in the ` +
      `mix of this run: on demand in ${Region}, ${UsdPerMillionReadUnits} USD for a million read units and ` +
      `${UsdPerMillionWriteUnits} USD for a million write units `,
    link(`since ${Since}`, Source, { rel: "noreferrer" }),
    ". Storage is not included.",
  );
}

function omissions({ Requests, Accesses }) {
  if (Requests === 0 && Accesses === 0) return null;
  return notice(
    "warning",
    `There were too many different ones: ${countOf(Requests, "request")} are not in the table, and ` +
      `${countText(Accesses)} accesses to items are not in the findings.`,
  );
}

function run(advice) {
  const state = advice.IsRecording ? "so far" : "in the run that has ended";
  return [
    element("p", {}, `${countOf(advice.Requests, "request")} ${state}, since ${advice.Since}.`),
    element("h2", {}, "Findings"),
    findings(advice),
    element("h2", {}, "Access patterns"),
    patterns(advice),
    prices(advice),
    omissions(advice.Omitted),
  ];
}

export async function show(place, context) {
  const given = context.parameters.get("requests_per_month") ?? String(USUAL_REQUESTS);
  const advice = await http("GET", `${PATH}?requests_per_month=${encodeURIComponent(given)}`, {
    signal: context.signal,
  });
  const act = async (method) => {
    try {
      if (method !== "GET") await http(method, PATH, { signal: context.signal });
      await show(place, context);
    } catch (error) {
      fill(place, failure(error));
    }
  };
  context.heading(
    "Advice",
    button("Read again", () => act("GET")),
    advice.IsRecording ? button("End the run", () => act("DELETE")) : null,
    button(advice.Since === null ? "Begin a run" : "Begin a new run", () => act("POST"), {
      class: "primary",
    }),
  );
  const monthly = input({ inputmode: "numeric", value: given });
  const form = element(
    "form",
    {
      on: {
        submit: (event) => {
          event.preventDefault();
          context.go(["advice"], { requests_per_month: monthly.value.trim() });
        },
      },
    },
    field("Requests a month", monthly, { hint: "For the prices." }),
    element("div", { class: "actions" }, button("Calculate", null, { type: "submit" })),
  );
  const about =
    "Begin a run, then run your program or its tests. The server records how requests use tables, " +
    "which makes them a little slower, until you end the run.";
  fill(place, advice.Since === null ? notice("info", about) : [form, run(advice)]);
}

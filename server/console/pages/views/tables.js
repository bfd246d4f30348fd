// The list of tables. Below it are the pages for one table (table_view.js) and for a new one (table_form.js).

import { connection, dynamodb, http } from "../api.js";
import {
  bytesText,
  countText,
  element,
  failure,
  fill,
  foreign,
  link,
  notice,
  table,
} from "../elements.js";

// ListTables has at most 100 names in an answer.
export async function tableNames(signal) {
  const names = [];
  let last;
  do {
    const page = await dynamodb("ListTables", { ExclusiveStartTableName: last }, { signal });
    names.push(...page.TableNames);
    last = page.LastEvaluatedTableName;
  } while (last);
  return names;
}

const AT_A_TIME = 4;

// Describes tables while their elements are in sight, a few at a time; there may be thousands. `elements` are
// pairs of an element and a table's name. `onTable(element, description)` is called once for each, with null
// if the table is gone meanwhile, and `onError(error)` if there is no answer.
export function describeInSight(elements, { signal, onTable, onError }) {
  const names = new Map(elements);
  const waiting = new Set();
  let working = 0;
  async function work() {
    working += 1;
    try {
      for (let [each] = waiting; each && !signal.aborted; [each] = waiting) {
        waiting.delete(each);
        onTable(each, await describe(names.get(each), signal));
        observer.unobserve(each);
      }
    } catch (error) {
      waiting.clear();
      if (error.name !== "AbortError") onError(error);
    } finally {
      working -= 1;
    }
  }
  const observer = new IntersectionObserver((seen) => {
    for (const { target, isIntersecting } of seen) {
      if (isIntersecting) waiting.add(target);
      else waiting.delete(target);
    }
    for (let room = AT_A_TIME - working; room > 0; --room) work();
  });
  for (const each of names.keys()) observer.observe(each);
  signal.addEventListener("abort", () => observer.disconnect());
}

async function describe(name, signal) {
  try {
    return (await dynamodb("DescribeTable", { TableName: name }, { signal, isSilent: true })).Table;
  } catch (error) {
    if (error.name === "ResourceNotFoundException") return null;
    throw error;
  }
}

const keyText = (described) => described.KeySchema.map((key) => key.AttributeName).join(", ");
const unitsText = (units) => `${units.ReadCapacityUnits} read, ${units.WriteCapacityUnits} write`;
const billing = (described) =>
  described.BillingModeSummary?.BillingMode === "PAY_PER_REQUEST"
    ? "on demand"
    : unitsText(described.ProvisionedThroughput);

export const statusBadge = (status) =>
  element("span", { class: `badge ${status === "ACTIVE" ? "good" : "warning"}` }, status ?? "ACTIVE");

const nameLink = (name, context) => link(foreign(name), context.href(["tables", name, "items"]));
const settingsLink = (name, context) =>
  link("Settings", context.href(["tables", name]), { "aria-label": `Settings of ${name}` });

// What is between the name of a table and the link to its settings.
function facts(described) {
  const indexes = [...(described.GlobalSecondaryIndexes ?? []), ...(described.LocalSecondaryIndexes ?? [])];
  return [
    statusBadge(described.TableStatus),
    foreign(keyText(described), 80),
    countText(described.ItemCount),
    bytesText(described.TableSizeBytes),
    indexes.length === 0
      ? "–"
      : element(
          "span",
          { title: indexes.map((each) => each.IndexName).join(", ") },
          countText(indexes.length),
        ),
    described.StreamSpecification?.StreamEnabled ? described.StreamSpecification.StreamViewType : "–",
    billing(described),
  ];
}

const COLUMNS = [
  { label: "Table" },
  { label: "Status" },
  { label: "Key" },
  { label: "Items", number: true },
  { label: "Size", number: true },
  { label: "Indexes", number: true },
  { label: "Stream" },
  { label: "Capacity units" },
  { label: "Settings" },
];

async function showList(place, context) {
  context.heading(
    "Tables",
    link("Create table", context.href(["tables"], { create: "1" }), { class: "button primary" }),
  );
  const names = await tableNames(context.signal);
  if (names.length === 0) {
    place.append(
      notice(
        "info",
        `The namespace ${connection.namespace} has no tables. `,
        link("Create one", context.href(["tables"], { create: "1" })),
        ", or let your program create them.",
      ),
    );
    return;
  }
  const message = element("div", {});
  const between = COLUMNS.slice(2).map(() => "");
  const list = table({
    label: "Tables",
    columns: COLUMNS,
    rows: names.map((name) => [nameLink(name, context), ...between, settingsLink(name, context)]),
  });
  place.append(message, list);
  describeInSight(
    [...list.querySelectorAll("tbody tr")].map((row, index) => [row, names[index]]),
    {
      signal: context.signal,
      onTable: (row, described) => {
        if (described === null) row.remove();
        else facts(described).forEach((each, index) => fill(row.cells[index + 1], each));
      },
      onError: (error) => fill(message, failure(error)),
    },
  );
  const namespaces = await http("GET", "/_tailrace/namespaces", {
    signal: context.signal,
    isSilent: true,
  }).catch(() => null);
  const own = namespaces?.Namespaces.find((each) => each.Name === connection.namespace);
  if (own?.Items !== undefined && own.Items !== null) {
    place.append(
      element(
        "p",
        { class: "muted" },
        `The namespace ${own.Name} has ${countText(own.Items)} items with ${bytesText(own.Bytes)}.`,
      ),
    );
  }
}

export async function show(place, context) {
  if (context.path.length > 0) return (await import("./table_view.js")).show(place, context);
  if (context.parameters.has("create")) return (await import("./table_form.js")).show(place, context);
  return showList(place, context);
}

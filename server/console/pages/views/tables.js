// The list of tables. Below it are the pages for one table (table_view.js) and for a new one (table_form.js).

import { connection, dynamodb, http } from "../api.js";
import { bytesText, countText, element, foreign, link, notice, table } from "../elements.js";

// ListTables has at most 100 names in an answer.
async function tableNames(signal) {
  const names = [];
  let last;
  do {
    const page = await dynamodb("ListTables", { ExclusiveStartTableName: last }, { signal });
    names.push(...page.TableNames);
    last = page.LastEvaluatedTableName;
  } while (last);
  return names;
}

// Descriptions of all tables, a few at a time. A table that is gone meanwhile is left out.
export async function describeAll(signal) {
  const waiting = await tableNames(signal);
  const found = [];
  const work = async () => {
    for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
      try {
        found.push((await dynamodb("DescribeTable", { TableName: name }, { signal, isSilent: true })).Table);
      } catch (error) {
        if (error.name !== "ResourceNotFoundException") throw error;
      }
    }
  };
  await Promise.all([work(), work(), work(), work()]);
  return found.sort((a, b) => (a.TableName < b.TableName ? -1 : 1));
}

const keyText = (described) => described.KeySchema.map((key) => key.AttributeName).join(", ");
const unitsText = (units) => `${units.ReadCapacityUnits} read, ${units.WriteCapacityUnits} write`;
const billing = (described) =>
  described.BillingModeSummary?.BillingMode === "PAY_PER_REQUEST"
    ? "on demand"
    : unitsText(described.ProvisionedThroughput);

export const statusBadge = (status) =>
  element("span", { class: `badge ${status === "ACTIVE" ? "good" : "warning"}` }, status ?? "ACTIVE");

function row(described, context) {
  const indexes = [...(described.GlobalSecondaryIndexes ?? []), ...(described.LocalSecondaryIndexes ?? [])];
  return [
    link(foreign(described.TableName), context.href(["tables", described.TableName, "items"])),
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
    link("Settings", context.href(["tables", described.TableName]), {
      "aria-label": `Settings of ${described.TableName}`,
    }),
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
  const all = await describeAll(context.signal);
  if (all.length === 0) {
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
  place.append(table({ label: "Tables", columns: COLUMNS, rows: all.map((each) => row(each, context)) }));
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

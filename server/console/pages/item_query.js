// What the user asks of a table, as a request: Query if there is a value for the partition key, else Scan.
//
// A question is {index, partition: [text], sort: [{operator, first, second}], filters: [{name, operator,
// type, first, second}], any, attributes, limit, descending, consistent}; all members may be left out. `any`
// means that one filter is enough.

import { attributeOf, indexesOf, typeOfKey } from "./values.js";

export const SORT_OPERATORS = ["=", "<", "<=", ">", ">=", "between", "begins_with"];
export const FILTER_OPERATORS = [
  "=",
  "<>",
  "<",
  "<=",
  ">",
  ">=",
  "between",
  "in",
  "begins_with",
  "contains",
  "not contains",
  "exists",
  "does not exist",
  "has type",
  "size =",
  "size <",
  "size >",
];
export const FILTER_TYPES = [
  ["S", "String"],
  ["N", "Number"],
  ["B", "Binary"],
  ["BOOL", "Boolean"],
  ["NULL", "Null"],
];
// How many values an operator takes.
export const valuesOf = (operator) =>
  operator === "between" ? 2 : operator === "exists" || operator === "does not exist" ? 0 : 1;

export function typed(type, text) {
  if (type === "BOOL") return { BOOL: text === "true" };
  if (type === "NULL") return { NULL: true };
  return { [type]: text };
}

// The steps of a path such as label.city or tags[0]. A name with dots in it is written in double quotes.
const stepsOf = (text) => text.match(/"[^"]*"|\[\d+\]|[^.[]+/g) ?? [text];
const bare = (step) => step.replace(/^"|"$/g, "");

// The type of filters for the values that a path has in items, or undefined if none of them has one. A filter
// on a set compares with its elements.
export function typeIn(items, path) {
  const inner = (value, step) =>
    /^\[\d+\]$/.test(step) ? value?.L?.[Number(step.slice(1, -1))] : attributeOf(value?.M ?? {}, bare(step));
  for (const item of items) {
    const value = stepsOf(path).reduce(inner, { M: item });
    const type = value && Object.keys(value)[0].replace(/^(.)S$/, "$1");
    if (FILTER_TYPES.some(([each]) => each === type)) return type;
  }
  return undefined;
}

// Collects what an expression refers to.
export class Terms {
  names = {};
  values = {};
  name(text) {
    const known = Object.keys(this.names).find((each) => this.names[each] === text);
    const term = known ?? `#n${Object.keys(this.names).length}`;
    this.names[term] = text;
    return term;
  }
  path(text) {
    return stepsOf(text)
      .map((step, place) => (/^\[\d+\]$/.test(step) ? step : `${place ? "." : ""}${this.name(bare(step))}`))
      .join("");
  }
  value(value) {
    const term = `:v${Object.keys(this.values).length}`;
    this.values[term] = value;
    return term;
  }
}

function compared(left, operator, value, { first = "", second = "" }) {
  if (operator === "between") return `${left} BETWEEN ${value(first)} AND ${value(second)}`;
  if (operator === "begins_with") return `begins_with(${left}, ${value(first)})`;
  return `${left} ${operator} ${value(first)}`;
}

function filterText(filter, terms) {
  const { operator, type = "S", first = "" } = filter;
  const left = terms.path(filter.name);
  const value = (text) => terms.value(typed(type, text));
  switch (operator) {
    case "exists":
      return `attribute_exists(${left})`;
    case "does not exist":
      return `attribute_not_exists(${left})`;
    case "contains":
      return `contains(${left}, ${value(first)})`;
    case "not contains":
      return `NOT contains(${left}, ${value(first)})`;
    case "has type":
      return `attribute_type(${left}, ${terms.value({ S: first })})`;
    case "in":
      return `${left} IN (${first
        .split(",")
        .map((each) => value(each.trim()))
        .join(", ")})`;
    case "size =":
    case "size <":
    case "size >":
      return `size(${left}) ${operator.slice(5)} ${terms.value({ N: first })}`;
    default:
      return compared(left, operator, value, filter);
  }
}

// Returns {operation, input} for a question about a table, without Limit and ExclusiveStartKey.
export function requestOf(table, question) {
  const index = indexesOf(table).find((each) => each.name === (question.index ?? "")) ?? indexesOf(table)[0];
  const terms = new Terms();
  const input = { TableName: table.TableName, IndexName: index.name || undefined };
  const values = question.partition ?? [];
  const isQuery = index.partition.every((_, place) => (values[place] ?? "") !== "");
  if (isQuery) {
    const keyValue = (name) => (text) => terms.value(typed(typeOfKey(table, name), text));
    const conditions = index.partition.map(
      (name, place) => `${terms.name(name)} = ${keyValue(name)(values[place])}`,
    );
    index.sort.forEach((name, place) => {
      const wanted = question.sort?.[place];
      if ((wanted?.first ?? "") !== "") {
        conditions.push(compared(terms.name(name), wanted.operator, keyValue(name), wanted));
      }
    });
    input.KeyConditionExpression = conditions.join(" AND ");
    if (question.descending) input.ScanIndexForward = false;
  }
  const filters = (question.filters ?? []).filter((each) => each.name);
  if (filters.length) {
    input.FilterExpression = filters
      .map((each) => filterText(each, terms))
      .join(question.any ? " OR " : " AND ");
  }
  const wanted = (question.attributes ?? "")
    .split(",")
    .map((each) => each.trim())
    .filter(Boolean);
  if (wanted.length) {
    // The keys of the table are needed to open an item.
    const keys = indexesOf(table)[0].keys;
    input.ProjectionExpression = [
      ...new Set([...keys.map((each) => terms.name(each)), ...wanted.map((each) => terms.path(each))]),
    ].join(", ");
  }
  if (question.consistent) input.ConsistentRead = true;
  if (Object.keys(terms.names).length) input.ExpressionAttributeNames = terms.names;
  if (Object.keys(terms.values).length) input.ExpressionAttributeValues = terms.values;
  return { operation: isQuery ? "Query" : "Scan", input };
}

// What kinds of items a single table holds. The kind of an item is its attribute `type`, `entity`,
// `__typename` or `_type`; without one, the constant beginning of its sort key or else of its partition key,
// up to a # or another separator.

import { attributeOf } from "./values.js";

const TYPE_ATTRIBUTES = ["type", "entity", "__typename", "_type", "entityType", "__edb_e__", "_et"];
const PREFIX = /^([A-Za-z][\w-]*?)[#|:]/;
const WHOLE = /^[A-Z][A-Z_]*$/;
export const UNNAMED = "other";

function prefixOf(value) {
  const text = value?.S;
  if (text === undefined) return null;
  return PREFIX.exec(text)?.[1] ?? (WHOLE.test(text) ? text : null);
}

// `keys` are the names of the partition key and the sort key.
export function entityOf(item, keys) {
  for (const name of TYPE_ATTRIBUTES) {
    const text = attributeOf(item, name)?.S;
    if (text) return text;
  }
  const [partitionKey, sortKey] = keys;
  return prefixOf(attributeOf(item, sortKey)) ?? prefixOf(attributeOf(item, partitionKey)) ?? UNNAMED;
}

// Returns the partitions of an index in the order of the items: [{values, items: [{item, entity}]}]. An
// index may have several attributes in its partition key, so a partition has a list of values.
export function partitionsOf(items, index, tableKeys) {
  const partitions = new Map();
  for (const item of items) {
    const values = index.partition.map((name) => attributeOf(item, name));
    if (values.includes(undefined)) continue;
    const id = JSON.stringify(values);
    if (!partitions.has(id)) partitions.set(id, { values, items: [] });
    partitions.get(id).items.push({ item, entity: entityOf(item, tableKeys) });
  }
  return [...partitions.values()];
}

// Returns each kind with its number of items, the most frequent first.
export function entityCounts(items, tableKeys) {
  const counts = new Map();
  for (const item of items) {
    const entity = entityOf(item, tableKeys);
    counts.set(entity, (counts.get(entity) ?? 0) + 1);
  }
  return [...counts].sort((a, b) => b[1] - a[1]);
}

// Returns a map from values to the partitions that they lead to. A partition has an entry for its own value,
// and one for the part of that value after the first #.
export function targetsOf(partitions, index) {
  const targets = new Map();
  for (const { values } of partitions) {
    if (values.length > 1) continue;
    const text = values[0].S ?? values[0].N ?? "";
    targets.set(text, { index, values });
    const place = text.indexOf("#");
    if (place > 0 && place + 1 < text.length) targets.set(text.slice(place + 1), { index, values });
  }
  return targets;
}

// Returns the partition that a value of an item leads to, or null. If the attribute is the partition key of
// an index, the value leads to a partition of that index. Otherwise it leads to the partition in `known` that
// has this value.
export function targetOf(name, value, indexes, known) {
  if (value?.S === undefined && value?.N === undefined) return null;
  const own = indexes.find((each) => each.partition.length === 1 && each.partition[0] === name);
  if (own) return { index: own.name, values: [value] };
  return known.get(value.S ?? value.N) ?? null;
}

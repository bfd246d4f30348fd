// Writes items: one at a time, with a way back, or in large numbers, with progress.

import { dynamodb } from "./api.js";
import { Terms } from "./item_query.js";
import { attributeOf, indexesOf, picked } from "./values.js";

// An expression has at most 300 operators and 4 KB, which is room for this many attributes.
const MOST_COMPARED = 120;
const BATCH = 25;
const AT_A_TIME = 4;

const keysOf = (table) => indexesOf(table)[0].keys;
export const keyOf = (table, item) => picked(item, keysOf(table));

// Somebody else has changed or deleted what the user wants to write.
class ItemChanged extends Error {
  name = "ItemChanged";
  constructor() {
    super("The item is no longer as it was read. Nothing has been written.");
  }
}

export async function readItem(table, key) {
  const answer = await dynamodb("GetItem", {
    TableName: table.TableName,
    Key: key,
    ConsistentRead: true,
    ReturnConsumedCapacity: "INDEXES",
  });
  return answer.Item ?? null;
}

// The names of the attributes that differ, including those that only one of the two items has.
export function differingNames(before, after) {
  const textOf = (item, name) => JSON.stringify(attributeOf(item, name));
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].filter((name) => textOf(before, name) !== textOf(after, name));
}

// The condition that the item exists, and that these attributes are as in `before`.
function unchanged(table, before, names, terms) {
  const texts = names.map((name) =>
    Object.hasOwn(before, name)
      ? `${terms.name(name)} = ${terms.value(before[name])}`
      : `attribute_not_exists(${terms.name(name)})`,
  );
  return [`attribute_exists(${terms.name(keysOf(table)[0])})`, ...texts].join(" AND ");
}

const termsOf = ({ names, values }) => ({
  ExpressionAttributeNames: names,
  ExpressionAttributeValues: Object.keys(values).length ? values : undefined,
});

// What was changed last, for Undo: {text, undo(), before, after}. The old item is kept in the page.
function change(table, text, before, after) {
  return {
    text,
    before,
    after,
    undo: async () => {
      if (before === null) await removeItem(table, after);
      else await putItem(table, before, after);
    },
  };
}

// `isKeyTaken` of an error means that an item with the key exists already.
async function createItem(table, item, text) {
  await dynamodb("PutItem", {
    TableName: table.TableName,
    Item: item,
    ConditionExpression: "attribute_not_exists(#k)",
    ExpressionAttributeNames: { "#k": keysOf(table)[0] },
    ReturnConsumedCapacity: "INDEXES",
  }).catch((error) => {
    throw Object.assign(error, { isKeyTaken: error.name === "ConditionalCheckFailedException" });
  });
  return change(table, text, null, item);
}

// Writes only the attributes in `names`. Changes that others make to the rest of the item stay.
async function updateItem(table, before, after, names) {
  const terms = new Terms();
  const isSet = (name) => Object.hasOwn(after, name);
  const sets = names.filter(isSet).map((name) => `${terms.name(name)} = ${terms.value(after[name])}`);
  const removes = names.filter((name) => !isSet(name)).map((name) => terms.name(name));
  const { Attributes: now } = await dynamodb("UpdateItem", {
    TableName: table.TableName,
    Key: keyOf(table, before),
    UpdateExpression: [
      sets.length ? `SET ${sets.join(", ")}` : "",
      removes.length ? `REMOVE ${removes.join(", ")}` : "",
    ]
      .join(" ")
      .trim(),
    ConditionExpression: unchanged(table, before, names, terms),
    ...termsOf(terms),
    ReturnValues: "ALL_NEW",
    ReturnConsumedCapacity: "INDEXES",
  });
  const others = Object.keys(now).filter((name) => !names.includes(name));
  const was = { ...picked(now, others), ...picked(before, names) };
  return change(table, "The item has been changed.", was, now);
}

// More changes than an expression has room for: the item is compared here first, and then written whole.
async function replaceItem(table, before, after, names) {
  const now = await readItem(table, keyOf(table, before));
  if (now === null || differingNames(before, now).length) throw new ItemChanged();
  const terms = new Terms();
  await dynamodb("PutItem", {
    TableName: table.TableName,
    Item: after,
    ConditionExpression: unchanged(table, before, names.slice(0, MOST_COMPARED), terms),
    ...termsOf(terms),
    ReturnConsumedCapacity: "INDEXES",
  });
  const text = `The item has been changed. With more than ${MOST_COMPARED} changes it was written whole.`;
  return change(table, text, before, after);
}

// Turns `before` into `after`, unless somebody else has changed the same attributes. `before` is null for a
// new item. If the key differs, a new item is created.
export async function putItem(table, after, before) {
  if (before === null) return createItem(table, after, "The item has been created.");
  if (differingNames(keyOf(table, before), keyOf(table, after)).length) {
    const text = "An item with the new key has been created. The one with the old key is still there.";
    return createItem(table, after, text);
  }
  const names = differingNames(before, after);
  if (names.length === 0) return { text: "Nothing has been changed.", before, after };
  const write = names.length > MOST_COMPARED ? replaceItem : updateItem;
  return write(table, before, after, names);
}

// `condition` has the members of DeleteItem that say what the item has to be.
async function removeKey(table, key, condition = {}) {
  const answer = await dynamodb("DeleteItem", {
    TableName: table.TableName,
    Key: key,
    ...condition,
    ReturnValues: "ALL_OLD",
    ReturnConsumedCapacity: "INDEXES",
  });
  return change(table, "The item has been deleted.", answer.Attributes ?? key, null);
}

// Removes an item if it is still equal to `item`. No condition can say that an item has no other attributes,
// so the item is read immediately before. If a compared attribute changes after that, the condition fails.
export async function removeItem(table, item) {
  const key = keyOf(table, item);
  const now = await readItem(table, key);
  const names = Object.keys(item);
  const compared = names.slice(0, MOST_COMPARED);
  const hasSameNames = now !== null && names.length === Object.keys(now).length;
  // The condition makes the server compare the attributes in `compared`, so a number that is only written
  // differently does not count as a change.
  const isSame = hasSameNames && differingNames(item, now).every((name) => compared.includes(name));
  if (!isSame) throw new ItemChanged();
  const terms = new Terms();
  const ConditionExpression = unchanged(table, item, compared, terms);
  return removeKey(table, key, { ConditionExpression, ...termsOf(terms) });
}

// Removes a few items one by one, and returns the change that brings them back.
export async function removeItems(table, keys, { onProgress, signal }) {
  const waiting = [...keys];
  const removed = [];
  const work = async () => {
    for (let key = waiting.shift(); key && !signal.aborted; key = waiting.shift()) {
      removed.push(await removeKey(table, key));
      onProgress(removed.length);
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, work));
  return {
    text: `${removed.length} items have been deleted.`,
    undo: async () => {
      for (const each of removed) await each.undo();
    },
  };
}

async function removeBatch(table, keys, signal) {
  let requests = { [table.TableName]: keys.map((Key) => ({ DeleteRequest: { Key } })) };
  while (Object.keys(requests).length) {
    requests =
      (await dynamodb("BatchWriteItem", { RequestItems: requests }, { signal })).UnprocessedItems ?? {};
  }
}

// Removes everything that a request finds, page by page. Returns the number of items.
export async function removeFound(table, request, { onProgress, signal }) {
  let removed = 0;
  let start;
  const { ProjectionExpression, ...input } = request.input;
  const keys = keysOf(table);
  const names = Object.fromEntries(keys.map((name, place) => [`#k${place}`, name]));
  do {
    const page = await dynamodb(
      request.operation,
      {
        ...input,
        ExclusiveStartKey: start,
        Limit: 500,
        ProjectionExpression: Object.keys(names).join(", "),
        ExpressionAttributeNames: { ...usedNames(input), ...names },
      },
      { signal },
    );
    const found = page.Items.map((item) => picked(item, keys));
    for (let first = 0; first < found.length; first += BATCH * AT_A_TIME) {
      const batches = Array.from({ length: AT_A_TIME }, (_, n) =>
        found.slice(first + n * BATCH, first + (n + 1) * BATCH),
      );
      await Promise.all(
        batches.filter((each) => each.length).map((each) => removeBatch(table, each, signal)),
      );
      removed += batches.flat().length;
      onProgress(removed);
    }
    start = page.LastEvaluatedKey;
  } while (start && !signal.aborted);
  return removed;
}

// The request is sent with another projection. Names that only its own projection used would then be refused
// as unused, so this leaves them out.
function usedNames(input) {
  const texts = [input.KeyConditionExpression, input.FilterExpression].filter(Boolean).join(" ");
  const used = new Set(texts.match(/#n\d+/g));
  return Object.fromEntries(
    Object.entries(input.ExpressionAttributeNames ?? {}).filter(([name]) => used.has(name)),
  );
}

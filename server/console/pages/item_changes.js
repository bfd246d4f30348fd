// Writes items: one at a time, with a way back, or in large numbers, with progress.

import { dynamodb } from "./api.js";
import { indexesOf, picked } from "./values.js";

// An expression has at most 300 operators and 4 KB, so an item with more attributes is compared in part.
const MOST_COMPARED = 150;
const BATCH = 25;
const AT_A_TIME = 4;

const keysOf = (table) => indexesOf(table)[0].keys;
export const keyOf = (table, item) => picked(item, keysOf(table));

// The condition that the item is still `before`; if `before` is null, that there is none.
function unchanged(table, before, after) {
  const [partitionKey] = keysOf(table);
  if (before === null) {
    return {
      ConditionExpression: "attribute_not_exists(#k)",
      ExpressionAttributeNames: { "#k": partitionKey },
    };
  }
  const differs = (name) => JSON.stringify(before[name]) !== JSON.stringify(after?.[name]);
  const names = Object.keys(before);
  const compared =
    names.length <= MOST_COMPARED ? names : [partitionKey, ...names.filter(differs)].slice(0, MOST_COMPARED);
  const ExpressionAttributeNames = {},
    ExpressionAttributeValues = {};
  const texts = compared.map((name, place) => {
    ExpressionAttributeNames[`#a${place}`] = name;
    ExpressionAttributeValues[`:a${place}`] = before[name];
    return `#a${place} = :a${place}`;
  });
  return { ConditionExpression: texts.join(" AND "), ExpressionAttributeNames, ExpressionAttributeValues };
}

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

// Puts `after` in the place of `before`, which is null for a new item, if the table still has what was read.
export async function putItem(table, after, before) {
  await dynamodb("PutItem", {
    TableName: table.TableName,
    Item: after,
    ...unchanged(table, before, after),
    ReturnConsumedCapacity: "INDEXES",
  });
  return change(
    table,
    before === null ? "The item has been created." : "The item has been changed.",
    before,
    after,
  );
}

export async function removeItem(table, item) {
  const answer = await dynamodb("DeleteItem", {
    TableName: table.TableName,
    Key: keyOf(table, item),
    ReturnValues: "ALL_OLD",
    ReturnConsumedCapacity: "INDEXES",
  });
  return change(table, "The item has been deleted.", answer.Attributes ?? item, null);
}

// Removes a few items one by one, and returns the change that brings them back.
export async function removeItems(table, keys, { onProgress, signal }) {
  const waiting = [...keys];
  const removed = [];
  const work = async () => {
    for (let key = waiting.shift(); key && !signal.aborted; key = waiting.shift()) {
      removed.push(await removeItem(table, key));
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

// Removes everything that a request finds, page by page. Returns how many items that were.
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

// Names that only the projection used would be refused as unused.
function usedNames(input) {
  const texts = [input.KeyConditionExpression, input.FilterExpression].filter(Boolean).join(" ");
  const used = new Set(texts.match(/#n\d+/g));
  return Object.fromEntries(
    Object.entries(input.ExpressionAttributeNames ?? {}).filter(([name]) => used.has(name)),
  );
}

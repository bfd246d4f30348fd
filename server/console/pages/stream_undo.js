// Undoes the last change of a table, whoever made it, if the table's stream keeps old images.

import { streams } from "./api.js";
import { button, dialog, element, failure, fill, foreign, notice } from "./elements.js";
import { differingNames, putItem, readItem, removeItem } from "./item_changes.js";
import { calledNote, keyText } from "./item_editor.js";
import { valueText } from "./values.js";

// At most this many GetRecords answers are read from each shard.
const MOST_PAGES = 100;

export const keepsOldImages = (table) =>
  table.StreamSpecification?.StreamEnabled === true && /OLD/.test(table.StreamSpecification.StreamViewType);

async function lastOfShard(arn, shard) {
  const start = { StreamArn: arn, ShardId: shard.ShardId, ShardIteratorType: "TRIM_HORIZON" };
  let iterator = (await streams("GetShardIterator", start, { isSilent: true })).ShardIterator;
  let last = null;
  for (let page = 0; iterator && page < MOST_PAGES; ++page) {
    const answer = await streams("GetRecords", { ShardIterator: iterator });
    if (answer.Records.length === 0) break;
    last = answer.Records[answer.Records.length - 1];
    iterator = answer.NextShardIterator;
  }
  return last;
}

// Returns the newest record of the stream, or null.
async function lastRecord(table) {
  const arn = table.LatestStreamArn;
  const { Shards: shards } = (await streams("DescribeStream", { StreamArn: arn })).StreamDescription;
  const ofEach = await Promise.all(shards.map((shard) => lastOfShard(arn, shard)));
  const numberOf = (record) => BigInt(record.dynamodb.SequenceNumber);
  return ofEach.filter(Boolean).reduce((a, b) => (a === null || numberOf(b) > numberOf(a) ? b : a), null);
}

// The item has to be as it was shown. Without an item there is nothing that could be lost.
function undo(table, { Keys: keys, OldImage: before, NewImage: after }, name) {
  if (name === "INSERT") return removeItem(table, after ?? keys);
  return putItem(table, before, after ?? null);
}

const WHAT = { INSERT: "was created", MODIFY: "was changed", REMOVE: "was deleted" };

function differences({ OldImage: before = {}, NewImage: after }) {
  const text = (item, name) => (Object.hasOwn(item, name) ? valueText(item[name], 80) : "nothing");
  const changed = differingNames(before, after ?? {});
  return element(
    "ul",
    {},
    changed
      .slice(0, 12)
      .map((name) =>
        element(
          "li",
          {},
          foreign(name, 60),
          ": ",
          foreign(text(before, name)),
          after ? [" became ", foreign(text(after, name))] : null,
        ),
      ),
  );
}

// Shows the last change and asks whether to undo it.
export async function undoLastChange(table, { onChange }) {
  const record = await lastRecord(table);
  const message = element("div", {});
  if (record === null) {
    dialog({ title: "Undo the last change", content: notice("info", "The stream has no records.") });
    return;
  }
  const { dynamodb: change, eventName: name } = record;
  // If the stream keeps only old images, the current item takes the place of the new image, so that the user
  // sees what undoing would discard.
  if (name !== "REMOVE") change.NewImage ??= (await readItem(table, change.Keys)) ?? undefined;
  const at = new Date(change.ApproximateCreationDateTime * 1000).toLocaleString();
  const go = (close) => async () => {
    try {
      await undo(table, change, name);
      close();
      onChange({ text: "The last change has been undone." });
    } catch (error) {
      fill(message, failure(error));
    }
  };
  dialog({
    title: "Undo the last change",
    content: [
      element("p", {}, "The item ", foreign(keyText(table, change.Keys)), ` ${WHAT[name]} at ${at}.`),
      differences(change),
      element("p", { class: "muted" }, "The stream of the table keeps the old items."),
      calledNote(table),
      message,
    ],
    actions: (close) => [button("Cancel", () => close()), button("Undo", go(close), { class: "primary" })],
  });
}

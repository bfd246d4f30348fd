// One stream: its shards as a picture, and its records as they come.

import { dynamodb, http, streams } from "../api.js";
import {
  button,
  code,
  countOf,
  countText,
  element,
  foreign,
  link,
  notice,
  select,
  svg,
  table,
} from "../elements.js";
import { everySecond, outcomePlace, refresh, section, shortId, timeText, workButton } from "./live.js";
import { attributesText } from "./records.js";

const DRAWN_SHARDS = 40;
const KEPT_RECORDS = 200;
const RECORDS_AT_ONCE = 200;
const BOX = { width: 148, height: 40, gapX: 40, gapY: 12 };

const isOpen = (shard) => shard.SequenceNumberRange.EndingSequenceNumber === undefined;

async function readShards(arn, signal, isSilent) {
  const shards = [];
  let description;
  do {
    const last = description?.LastEvaluatedShardId;
    const input = last ? { StreamArn: arn, ExclusiveStartShardId: last } : { StreamArn: arn };
    description = (await streams("DescribeStream", input, { signal, isSilent })).StreamDescription;
    shards.push(...description.Shards);
  } while (description.LastEvaluatedShardId);
  return { description, shards };
}

// The generation of each shard: 0 without a parent, else one more than its parent.
function generations(shards) {
  const known = new Map(shards.map((each) => [each.ShardId, each]));
  const levels = new Map();
  const level = (shard) => {
    if (!levels.has(shard.ShardId)) {
      const parent = known.get(shard.ParentShardId);
      levels.set(shard.ShardId, parent ? level(parent) + 1 : 0);
    }
    return levels.get(shard.ShardId);
  };
  shards.forEach(level);
  return levels;
}

// Parents are to the left of their children. The table below the picture has the same in words.
function picture(shards) {
  const drawn = shards.slice(0, DRAWN_SHARDS);
  const levels = generations(drawn);
  const rows = [];
  const places = new Map();
  for (const shard of drawn) {
    const column = levels.get(shard.ShardId);
    rows[column] = (rows[column] ?? 0) + 1;
    const x = 1 + column * (BOX.width + BOX.gapX);
    places.set(shard.ShardId, { x, y: 1 + (rows[column] - 1) * (BOX.height + BOX.gapY) });
  }
  const lines = drawn
    .filter((each) => places.has(each.ParentShardId))
    .map((each) => {
      const [from, to] = [places.get(each.ParentShardId), places.get(each.ShardId)];
      const [x1, y1, x2, y2] = [from.x + BOX.width, from.y + BOX.height / 2, to.x, to.y + BOX.height / 2];
      const middle = (x1 + x2) / 2;
      return svg("path", { class: "edge", d: `M${x1} ${y1}C${middle} ${y1} ${middle} ${y2} ${x2} ${y2}` });
    });
  const boxes = drawn.map((each) => {
    const { x, y } = places.get(each.ShardId);
    return svg(
      "g",
      { class: isOpen(each) ? "shard open" : "shard closed" },
      svg("rect", { x, y, width: BOX.width, height: BOX.height, rx: 6 }),
      svg("text", { x: x + 10, y: y + 17 }, shortId(each.ShardId)),
      svg("text", { class: "state", x: x + 10, y: y + 32 }, isOpen(each) ? "open" : "closed"),
    );
  });
  const width = rows.length * (BOX.width + BOX.gapX) - BOX.gapX + 2;
  const height = Math.max(...rows) * (BOX.height + BOX.gapY) - BOX.gapY + 2;
  const open = drawn.filter(isOpen).length;
  const words = `${countOf(shards.length, "shard")}, ${open} open. A shard that was split leads to two.`;
  return element(
    "figure",
    { class: "shards" },
    element(
      "div",
      {
        class: "scroll",
        tabindex: 0,
        role: "region",
        "aria-label": "Picture of the shards",
        "data-key": "picture",
      },
      svg(
        "svg",
        { width, height, viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": words },
        ...lines,
        ...boxes,
      ),
    ),
    element(
      "figcaption",
      {},
      words,
      shards.length > drawn.length ? ` The picture shows the first ${DRAWN_SHARDS}.` : "",
    ),
  );
}

function shardTable(shards) {
  return table({
    label: "Shards",
    columns: [
      { label: "Shard" },
      { label: "State" },
      { label: "Parent" },
      { label: "First sequence number" },
      { label: "Last sequence number" },
    ],
    rows: shards.map((each) => [
      code(shortId(each.ShardId)),
      isOpen(each) ? "open" : "closed",
      each.ParentShardId ? code(shortId(each.ParentShardId)) : "none",
      code(each.SequenceNumberRange.StartingSequenceNumber),
      isOpen(each) ? "" : code(each.SequenceNumberRange.EndingSequenceNumber),
    ]),
    empty: "The stream has no shards.",
  });
}

// Reads the records of all shards, each from its current position.
class Reader {
  constructor(arn, from, signal) {
    Object.assign(this, { arn, from, signal, iterators: new Map(), read: 0 });
  }

  async next(shards) {
    const records = [];
    // True if a shard that has successors has ended.
    this.hasEnded = false;
    for (const { ShardId } of shards) {
      if (!this.iterators.has(ShardId)) {
        // A shard that appears later is read from its beginning, because its parent has been read to its end.
        const type = this.read > 0 ? "TRIM_HORIZON" : this.from;
        const input = { StreamArn: this.arn, ShardId, ShardIteratorType: type };
        this.iterators.set(
          ShardId,
          (await streams("GetShardIterator", input, { signal: this.signal, isSilent: true })).ShardIterator,
        );
      }
      const iterator = this.iterators.get(ShardId);
      if (!iterator) continue;
      const page = await streams(
        "GetRecords",
        { ShardIterator: iterator, Limit: RECORDS_AT_ONCE },
        { signal: this.signal, isSilent: this.read > 0 },
      );
      this.iterators.set(ShardId, page.NextShardIterator ?? null);
      if (!page.NextShardIterator) this.hasEnded = true;
      records.push(...page.Records.map((record) => ({ record, ShardId })));
    }
    this.read += 1;
    return records;
  }
}

function recordRow({ record, ShardId }) {
  const change = record.dynamodb;
  const time = new Date(change.ApproximateCreationDateTime * 1000).toISOString();
  return [
    timeText(time),
    record.eventName,
    code(attributesText(change.Keys), 160),
    change.NewImage ? foreign(attributesText(change.NewImage, 60), 200) : "",
    change.OldImage ? foreign(attributesText(change.OldImage, 60), 200) : "",
    code(shortId(ShardId)),
    code(change.SequenceNumber),
  ];
}

const RECORD_COLUMNS = ["Time", "Event", "Key", "New image", "Old image", "Shard", "Sequence number"].map(
  (label) => ({ label }),
);

async function arnOf(nameOrArn, signal) {
  if (nameOrArn.startsWith("arn:")) return nameOrArn;
  const { Table: described } = await dynamodb("DescribeTable", { TableName: nameOrArn }, { signal });
  if (!described.LatestStreamArn) throw new Error(`The table ${nameOrArn} has no stream.`);
  return described.LatestStreamArn;
}

// The stream is given by its ARN, or by its table.
export async function show(place, context, nameOrArn) {
  const { href, signal } = context;
  const arn = await arnOf(nameOrArn, signal);
  const outcome = outcomePlace();
  let { description, shards } = await readShards(arn, signal);
  const name = description.TableName;
  context.heading(`Stream of ${name}`);
  const shardPlace = element("div", {});
  const recordPlace = element("div", {});
  const seen = element("p", { class: "muted" });
  const drawShards = () => refresh(shardPlace, shards, () => [picture(shards), shardTable(shards)]);
  let reader = new Reader(arn, "TRIM_HORIZON", signal);
  let kept = [];
  let total = 0;
  let isPaused = false;

  const start = select(
    [
      ["TRIM_HORIZON", "the oldest record"],
      ["LATEST", "new records only"],
    ],
    {
      "aria-label": "Begin with",
      on: {
        change: () => {
          reader = new Reader(arn, start.value, signal);
          [kept, total] = [[], 0];
          polling.now();
        },
      },
    },
  );
  const pause = button("Pause the list", () => {
    isPaused = !isPaused;
    pause.textContent = isPaused ? "Continue the list" : "Pause the list";
    polling.now();
  });
  const split = workButton("Split an open shard", outcome, async () => {
    const made = await http("POST", `/_tailrace/streams/split?table=${encodeURIComponent(name)}`);
    ({ description, shards } = await readShards(arn, signal, true));
    drawShards();
    return notice(
      "good",
      `The shard ${shortId(made.ParentShardId)} is closed. `,
      `${made.ChildShardIds.map(shortId).join(" and ")} follow it.`,
    );
  });

  const polling = everySecond(context, async () => {
    if (isPaused) return;
    const records = await reader.next(shards);
    if (reader.hasEnded) {
      ({ description, shards } = await readShards(arn, signal, true));
      drawShards();
    }
    total += records.length;
    kept = [...records.reverse(), ...kept].slice(0, KEPT_RECORDS);
    seen.textContent =
      total === 0
        ? "No records yet."
        : `${countOf(total, "record")} read, the newest first` +
          `${total > kept.length ? `; the last ${countText(kept.length)} are shown` : ""}.`;
    refresh(recordPlace, kept, () =>
      table({
        label: "Records",
        columns: RECORD_COLUMNS,
        rows: kept.map(recordRow),
        empty: "The list is empty.",
      }),
    );
  });
  await polling.first;
  drawShards();
  place.append(
    polling.place,
    element(
      "p",
      {},
      link("The table", href(["tables", name])),
      ` ${description.StreamStatus === "ENABLED" ? "writes" : "wrote"} `,
      code(description.StreamViewType),
      " records to this stream.",
    ),
    section(
      "Records",
      element("div", { class: "toolbar" }, element("span", {}, "Begin with "), start, pause),
      seen,
      recordPlace,
    ),
    section(
      "Shards",
      outcome.place,
      shardPlace,
      description.StreamStatus === "ENABLED" ? element("div", { class: "actions" }, split) : null,
    ),
  );
}

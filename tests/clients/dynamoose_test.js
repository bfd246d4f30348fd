// dynamoose as an application uses it: a model with two indexes, whose table dynamoose creates, and
// dynamoose's own types, conditions, batches and transactions.

import assert from "node:assert/strict";
import { after, before, beforeEach, describe, it } from "node:test";

import dynamoose from "dynamoose";

const { Condition, Schema, Table } = dynamoose;

const song = new Schema({
  artist: { type: String, hashKey: true },
  title: { type: String, rangeKey: true },
  genre: { type: String, index: { name: "by-genre", type: "global", rangeKey: "year", project: true } },
  year: { type: Number, index: { name: "by-year", type: "local", project: ["plays"] } },
  plays: { type: Number, default: 0 },
  labels: { type: Set, schema: [String] },
  released: Date,
  cover: Buffer,
  credits: { type: Object, schema: { writer: String, players: { type: Array, schema: [String] } } },
});
const Song = dynamoose.model("Song", song);
const table = new Table("songs", [Song], { initialize: false, throughput: "ON_DEMAND" });

const RAIN = {
  artist: "Ida", title: "Rain", genre: "folk", year: 2001, plays: 3, labels: new Set(["live", "indie"]),
  released: new Date("2001-05-06T07:08:09.010Z"), cover: Buffer.from([0, 255]),
  credits: { writer: "Ida", players: ["Nils", "Mo"] },
};
const SNOW = { artist: "Ida", title: "Snow", genre: "folk", year: 2003, plays: 0 };
const TIDE = { artist: "Nils", title: "Tide", genre: "folk", year: 1999, plays: 7 };
const KEY_OF_RAIN = { artist: "Ida", title: "Rain" };

/** The attributes of a dynamoose document as a plain object. */
const plain = (item) => item && { ...item };

const byTitle = (items) => items.map(plain).sort((left, right) => left.title.localeCompare(right.title));

before(() => table.initialize());
after(async () => {
  const { ddb } = dynamoose.aws;
  await ddb().deleteTable({ TableName: "songs" });
  assert.deepEqual((await ddb().listTables({})).TableNames, []);
});

beforeEach(async () => {
  const all = await Song.scan().all().exec();
  if (all.length > 0) await Song.batchDelete(all.map(({ artist, title }) => ({ artist, title })));
});

describe("a model", () => {
  it("has made its table, with both indexes", async () => {
    const { Table: made } = await dynamoose.aws.ddb().describeTable({ TableName: "songs" });
    assert.deepEqual([made.TableStatus, made.BillingModeSummary.BillingMode], ["ACTIVE", "PAY_PER_REQUEST"]);
    const [global] = made.GlobalSecondaryIndexes;
    assert.deepEqual([global.IndexName, global.IndexStatus, global.KeySchema, global.Projection], [
      "by-genre", "ACTIVE",
      [{ AttributeName: "genre", KeyType: "HASH" }, { AttributeName: "year", KeyType: "RANGE" }],
      { ProjectionType: "ALL" },
    ]);
    const [local] = made.LocalSecondaryIndexes;
    assert.deepEqual([local.IndexName, local.KeySchema, local.Projection], [
      "by-year", [{ AttributeName: "artist", KeyType: "HASH" }, { AttributeName: "year", KeyType: "RANGE" }],
      { ProjectionType: "INCLUDE", NonKeyAttributes: ["plays"] },
    ]);
  });

  it("saves and gets items of every type", async () => {
    await new Song(RAIN).save();
    assert.deepEqual(plain(await Song.get(KEY_OF_RAIN)), RAIN);
    assert.deepEqual(plain(await Song.get(KEY_OF_RAIN, { attributes: ["plays", "credits"] })), {
      plays: RAIN.plays, credits: RAIN.credits });
    assert.equal(await Song.get({ artist: "Ida", title: "Hail" }), undefined);
  });

  it("does not create what is there", async () => {
    await Song.create(SNOW);
    await assert.rejects(Song.create({ ...SNOW, plays: 9 }), {
      name: "ConditionalCheckFailedException", message: "The conditional request failed" });
    assert.deepEqual(plain(await Song.get({ artist: "Ida", title: "Snow" })), SNOW);
  });

  it("updates under a condition", async () => {
    await Song.create(RAIN);
    const before2010 = new Condition().where("year").lt(2010).and().where("labels").contains("live");
    const change = {
      $SET: { genre: "rock" }, $ADD: { plays: 2, labels: new Set(["gold"]) }, $REMOVE: ["cover"] };
    const changed = {
      ...RAIN, genre: "rock", plays: 5, labels: new Set(["gold", "indie", "live"]) };
    delete changed.cover;
    assert.deepEqual(plain(await Song.update(KEY_OF_RAIN, change, { condition: before2010 })), changed);

    const never = new Condition().where("year").between(1900, 1950);
    await assert.rejects(Song.update(KEY_OF_RAIN, { plays: 0 }, { condition: never }), {
      name: "ConditionalCheckFailedException", message: "The conditional request failed" });
    await assert.rejects(Song.delete(KEY_OF_RAIN, { condition: never }), {
      name: "ConditionalCheckFailedException" });
    assert.deepEqual(plain(await Song.get(KEY_OF_RAIN)), changed);
    await Song.delete(KEY_OF_RAIN);
    assert.equal(await Song.get(KEY_OF_RAIN), undefined);
  });

  it("queries its indexes", async () => {
    assert.deepEqual(await Song.batchPut([RAIN, SNOW, TIDE]), { unprocessedItems: [] });
    const folk = await Song.query("genre").eq("folk").where("year").ge(2000).sort("descending").exec();
    assert.deepEqual([folk.map(plain), folk.count, folk.lastKey], [[SNOW, RAIN], 2, undefined]);
    const played = await Song.query("genre").eq("folk").filter("plays").gt(0).limit(2).exec();
    assert.deepEqual(played.map(plain), [TIDE, RAIN]);
    assert.deepEqual(played.lastKey, { artist: "Ida", title: "Rain", genre: "folk", year: 2001 });
    const rest = await Song.query("genre").eq("folk").startAt(played.lastKey).exec();
    assert.deepEqual(rest.map(plain), [SNOW]);
    const years = await Song.query("artist").eq("Ida").where("year").between(2002, 2004).using("by-year")
      .exec();
    assert.deepEqual(years.map(plain), [{ artist: "Ida", title: "Snow", year: 2003, plays: 0 }]);
    const counted = await Song.query("artist").eq("Ida").where("title").beginsWith("S").count().exec();
    assert.equal(counted.count, 1);
  });

  it("scans and gets in batches", async () => {
    const many = Array.from({ length: 25 }, (_, plays) => ({ artist: `A${plays}`, title: "Same", plays }));
    await Song.batchPut(many);
    const loud = await Song.scan("plays").ge(20).all().exec();
    assert.deepEqual(loud.map(({ plays }) => plays).sort(), [20, 21, 22, 23, 24]);
    const keys = ["A1", "A24", "B1"].map((artist) => ({ artist, title: "Same" }));
    const found = await Song.batchGet(keys);
    assert.deepEqual(found.map(plain).sort((left, right) => left.plays - right.plays), [many[1], many[24]]);
    assert.deepEqual(found.unprocessedKeys, []);
    assert.deepEqual(await Song.batchDelete(keys), { unprocessedItems: [] });
    assert.deepEqual(await Song.scan().count().exec(), { count: 23, scannedCount: 23 });
  });

  it("takes part in transactions", async () => {
    await Song.create(TIDE);
    const keyOfTide = { artist: "Nils", title: "Tide" };
    await dynamoose.transaction([
      Song.transaction.create(SNOW),
      Song.transaction.update(keyOfTide, { $ADD: { plays: 1 } }),
    ]);
    await assert.rejects(dynamoose.transaction([
      Song.transaction.delete(keyOfTide),
      Song.transaction.create(SNOW),
      Song.transaction.condition(keyOfTide, new Condition().where("plays").eq(8)),
    ]), {
      name: "ValidationException",
      message: "Transaction request cannot include multiple operations on one item",
    });
    await assert.rejects(dynamoose.transaction([
      Song.transaction.delete(keyOfTide),
      Song.transaction.create(SNOW),
    ]), {
      name: "TransactionCanceledException",
      message: "Transaction cancelled, please refer cancellation reasons for specific reasons " +
        "[None, ConditionalCheckFailed]",
      CancellationReasons: [
        { Code: "None" }, { Code: "ConditionalCheckFailed", Message: "The conditional request failed" }],
    });
    const both = await dynamoose.transaction([
      Song.transaction.get(keyOfTide), Song.transaction.get({ artist: "Ida", title: "Snow" })]);
    assert.deepEqual(byTitle(both), [SNOW, { ...TIDE, plays: 8 }]);
  });
});

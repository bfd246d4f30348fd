// electrodb as an application uses it: two entities in one table, a collection of both on a shared index, and
// the expressions that electrodb writes for conditions, updates, batches and transactions.

import assert from "node:assert/strict";
import { after, afterEach, before, describe, it } from "node:test";

import {
  CreateTableCommand, DeleteTableCommand, DynamoDBClient, ScanCommand,
} from "@aws-sdk/client-dynamodb";
import electrodb from "electrodb";

const { Entity, Service } = electrodb;

const TableName = "store";
const key = (partition, sort) => [
  { AttributeName: partition, KeyType: "HASH" },
  { AttributeName: sort, KeyType: "RANGE" },
];
const TABLE = {
  TableName,
  KeySchema: key("pk", "sk"),
  AttributeDefinitions: ["pk", "sk", "gsi1pk", "gsi1sk"].map((name) => ({
    AttributeName: name, AttributeType: "S" })),
  GlobalSecondaryIndexes: [
    { IndexName: "gsi1", KeySchema: key("gsi1pk", "gsi1sk"), Projection: { ProjectionType: "ALL" } }],
  BillingMode: "PAY_PER_REQUEST",
};

const client = new DynamoDBClient();

const Customer = new Entity({
  model: { entity: "customer", version: "1", service: "store" },
  attributes: {
    customer: { type: "string", required: true },
    city: { type: "string", required: true },
  },
  indexes: {
    primary: { pk: { field: "pk", composite: ["customer"] }, sk: { field: "sk", composite: [] } },
    inCity: {
      index: "gsi1", collection: "neighbourhood",
      pk: { field: "gsi1pk", composite: ["city"] }, sk: { field: "gsi1sk", composite: ["customer"] },
    },
  },
}, { client, table: TableName });

const Order = new Entity({
  model: { entity: "order", version: "1", service: "store" },
  attributes: {
    customer: { type: "string", required: true },
    order: { type: "string", required: true },
    city: { type: "string", default: "Ghent" },
    status: { type: ["open", "paid"], default: "open" },
    total: { type: "number" },
    tags: { type: "set", items: "string" },
    goods: {
      type: "list",
      items: { type: "map", properties: { name: { type: "string" }, count: { type: "number" } } },
    },
  },
  indexes: {
    primary: { pk: { field: "pk", composite: ["customer"] }, sk: { field: "sk", composite: ["order"] } },
    inCity: {
      index: "gsi1", collection: "neighbourhood",
      pk: { field: "gsi1pk", composite: ["city"] }, sk: { field: "gsi1sk", composite: ["order"] },
    },
  },
}, { client, table: TableName });

const store = new Service({ customer: Customer, order: Order });

const TEA = {
  customer: "ada", order: "0001", city: "Ghent", status: "open", total: 3, tags: ["gift"],
  goods: [{ name: "tea", count: 1 }],
};
const JAM = { customer: "ada", order: "0002", city: "Ghent", status: "open", total: 5.5 };
const PEN = { customer: "bob", order: "0003", city: "Ghent", status: "open" };
const ADA = { customer: "ada", city: "Ghent" };

const keyOf = ({ customer, order }) => ({ customer, order });
const byOrder = (orders) => orders.sort((left, right) => left.order.localeCompare(right.order));

/** electrodb's error code for an exception from the service. */
const AWS_ERROR = 4001;

async function assertConditionFailed(sent) {
  const error = await sent.then(() => assert.fail("was not refused"), (each) => each);
  assert.deepEqual([error.name, error.code, error.cause.name, error.cause.message], [
    "ElectroError", AWS_ERROR, "ConditionalCheckFailedException", "The conditional request failed"]);
}

before(() => client.send(new CreateTableCommand(TABLE)));
after(async () => {
  await client.send(new DeleteTableCommand({ TableName }));
  client.destroy();
});
afterEach(async () => {
  const { data } = await Order.scan.go({ pages: "all" });
  if (data.length > 0) assert.deepEqual(await Order.delete(data.map(keyOf)).go(), { unprocessed: [] });
});

describe("an entity", () => {
  it("is stored under the keys that electrodb composes", async () => {
    assert.deepEqual(await Order.create(TEA).go(), { data: TEA });
    const { Items } = await client.send(new ScanCommand({ TableName }));
    assert.deepEqual(Items, [{
      pk: { S: "$store#customer_ada" }, sk: { S: "$order_1#order_0001" },
      gsi1pk: { S: "$store#city_ghent" }, gsi1sk: { S: "$neighbourhood#order_1#order_0001" },
      __edb_e__: { S: "order" }, __edb_v__: { S: "1" },
      customer: { S: "ada" }, order: { S: "0001" }, city: { S: "Ghent" }, status: { S: "open" },
      total: { N: "3" }, tags: { SS: ["gift"] },
      goods: { L: [{ M: { name: { S: "tea" }, count: { N: "1" } } }] },
    }]);
    assert.deepEqual(await Order.get(keyOf(TEA)).go(), { data: TEA });
    assert.deepEqual(await Order.get({ customer: "ada", order: "9" }).go(), { data: null });
    await assertConditionFailed(Order.create(TEA).go());
  });

  it("is patched, upserted and removed", async () => {
    await Order.create(TEA).go();
    const { data } = await Order.patch(keyOf(TEA))
      .set({ status: "paid" }).add({ total: 2, tags: ["fast"] })
      .append({ goods: [{ name: "cup", count: 2 }] })
      .where(({ total }, { eq }) => eq(total, 3))
      .go({ response: "all_new" });
    const patched = {
      ...TEA, status: "paid", total: 5, tags: ["fast", "gift"],
      goods: [{ name: "tea", count: 1 }, { name: "cup", count: 2 }],
    };
    assert.deepEqual({ ...data, tags: [...data.tags].sort() }, patched);
    await assertConditionFailed(
      Order.patch(keyOf(TEA)).set({ total: 0 })
        .where(({ status }, { begins }) => begins(status, "open")).go());
    await assertConditionFailed(Order.patch({ customer: "zoe", order: "1" }).set({ total: 2 }).go());

    const upserted = await Order.upsert(PEN).subtract({ total: 1 }).go({ response: "all_new" });
    assert.deepEqual(upserted, { data: { ...PEN, total: -1 } });
    assert.deepEqual(await Order.remove(keyOf(PEN)).go({ response: "all_old" }), upserted);
    assert.deepEqual(await Order.get(keyOf(PEN)).go(), { data: null });
  });

  it("is queried page by page", async () => {
    assert.deepEqual(await Order.put([TEA, JAM, PEN]).go(), { unprocessed: [] });
    assert.deepEqual((await Order.query.primary({ customer: "ada" }).go()).data, [TEA, JAM]);
    const newest = await Order.query.primary({ customer: "ada" }).gte({ order: "0001" })
      .where(({ total }, { gt }) => gt(total, 1)).go({ limit: 1, order: "desc" });
    assert.deepEqual(newest.data, [JAM]);
    const rest = await Order.query.primary({ customer: "ada" }).gte({ order: "0001" })
      .go({ cursor: newest.cursor, order: "desc" });
    assert.deepEqual(rest, { data: [TEA], cursor: null });
    const between = await Order.query.inCity({ city: "Ghent" })
      .between({ order: "0002" }, { order: "0003" }).go();
    assert.deepEqual(between, { data: [JAM, PEN], cursor: null });
    const large = await Order.scan.where(({ total }, { gt }) => gt(total, 4)).go({ pages: "all" });
    assert.deepEqual(large, { data: [JAM], cursor: null });
  });

  it("is got and deleted in batches", async () => {
    const many = Array.from({ length: 60 }, (_, number) => ({ ...PEN, order: `${number}`.padStart(4, "0") }));
    assert.deepEqual(await Order.put(many).go({ concurrency: 3 }), { unprocessed: [] });
    const absent = { customer: "bob", order: "9999" };
    const found = await Order.get([...many.map(keyOf), absent]).go();
    assert.deepEqual([byOrder(found.data), found.unprocessed], [many, []]);
    assert.deepEqual(await Order.delete(many.slice(1).map(keyOf)).go(), { unprocessed: [] });
    assert.deepEqual((await Order.scan.go({ pages: "all" })).data, [many[0]]);
  });
});

describe("a service", () => {
  it("reads a collection of both entities from one index", async () => {
    await Customer.put(ADA).go();
    await Order.put([TEA, JAM]).go();
    const { data } = await store.collections.neighbourhood({ city: "Ghent" }).go({ pages: "all" });
    assert.deepEqual(data, { customer: [ADA], order: [TEA, JAM] });
    await Customer.remove({ customer: "ada" }).go();
  });

  it("writes and reads in transactions", async () => {
    const none = { item: null, code: "None", rejected: false, message: undefined };
    await Order.put(JAM).go();
    const written = await store.transaction.write(({ customer, order }) => [
      customer.create(ADA).commit(), order.create(TEA).commit(), order.remove(keyOf(JAM)).commit(),
    ]).go();
    assert.deepEqual(written, { data: [none, none, none], canceled: false });

    const canceled = await store.transaction.write(({ customer, order }) => [
      customer.remove({ customer: "ada" }).commit(),
      order.create(TEA).commit({ response: "all_old" }),
    ]).go();
    assert.deepEqual(canceled, {
      canceled: true,
      data: [none, {
        rejected: true, code: "ConditionalCheckFailed", item: TEA,
        message: "The conditional request failed" }],
    });

    const read = await store.transaction.get(({ customer, order }) => [
      customer.get({ customer: "ada" }).commit(),
      order.get(keyOf(TEA)).commit(), order.get(keyOf(JAM)).commit(),
    ]).go();
    assert.deepEqual(read, {
      canceled: false,
      data: [{ rejected: false, item: ADA }, { rejected: false, item: TEA }, { rejected: false, item: null }],
    });
    await Customer.remove({ customer: "ada" }).go();
  });
});

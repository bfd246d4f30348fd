// Version 3 of AWS's SDK for JavaScript uses tables that have no throughput left, and follows its own retry
// rules. Before each retry the test moves the namespace's clock by a second.

import assert from "node:assert/strict";
import { after, before, beforeEach, describe, it } from "node:test";

import {
  BatchWriteItemCommand, CreateTableCommand, DynamoDBClient, GetItemCommand, PutItemCommand,
  TransactWriteItemsCommand,
} from "@aws-sdk/client-dynamodb";
import { ConfiguredRetryStrategy } from "@smithy/util-retry";

const ATTEMPTS = 3;
const server = process.env.AWS_ENDPOINT_URL;
const endpoint = `${server}/~throttled`;
const TableName = "music";
const resource = "arn:aws:dynamodb:ca-central-1:000000000000:table/music";
const put = (artist, table = TableName) =>
  new PutItemCommand({ TableName: table, Item: { artist: { S: artist } } });

const client = new DynamoDBClient({
  endpoint,
  retryStrategy: new ConfiguredRetryStrategy(ATTEMPTS, () => 1),
});
let secondsOfAWait = 1;
client.middlewareStack.add((next) => async (sent) => {
  const isFirst = sent.request.headers["amz-sdk-request"].startsWith("attempt=1;");
  if (!isFirst && secondsOfAWait > 0) await ask("POST", "clock", { Seconds: secondsOfAWait });
  return next(sent);
}, { step: "finalizeRequest", priority: "low", name: "passTime" });

async function ask(method, path, body, base = endpoint) {
  const answer = await fetch(`${base}/_tailrace/${path}`, {
    method, body: body && JSON.stringify(body),
  });
  assert.ok(answer.ok, await answer.clone().text());
  return answer.json();
}

async function refusal(sent) {
  return sent.then(() => assert.fail("was not refused"), (error) => error);
}

before(async () => {
  await ask("POST", "namespaces", { Name: "throttled", Clock: "2026-01-31T12:00:00Z" }, server);
  const definition = {
    AttributeDefinitions: [{ AttributeName: "artist", AttributeType: "S" }],
    KeySchema: [{ AttributeName: "artist", KeyType: "HASH" }],
  };
  await client.send(new CreateTableCommand({
    TableName, ...definition, ProvisionedThroughput: { ReadCapacityUnits: 1, WriteCapacityUnits: 1 },
  }));
  await client.send(new CreateTableCommand({
    TableName: "plays", ...definition, BillingMode: "PAY_PER_REQUEST",
  }));
});
after(() => client.destroy());

describe("a table without throughput left", () => {
  beforeEach(async () => {
    secondsOfAWait = 1;
    await ask("PUT", "throttle", [{ TableName, BurstSeconds: 1 },
      { TableName: "plays", PartitionWrite: 1, Partitions: 1 }]);
    await client.send(put("Nils"));
    await client.send(put("Nils", "plays"));
  });

  it("serves a request that is sent again after a second", async () => {
    assert.equal((await client.send(put("Nils"))).$metadata.attempts, 2);
    assert.equal((await client.send(put("Hania", "plays"))).$metadata.attempts, 1);
  });

  it("refuses what is provisioned after all attempts, with its reason", async () => {
    secondsOfAWait = 0;
    const error = await refusal(client.send(put("Nils")));
    assert.equal(error.name, "ProvisionedThroughputExceededException");
    assert.deepEqual(error.ThrottlingReasons,
      [{ reason: "TableWriteProvisionedThroughputExceeded", resource }]);
    assert.equal(error.$metadata.attempts, ATTEMPTS);
  });

  it("refuses a hot key on demand after all attempts, with its reason", async () => {
    secondsOfAWait = 0;
    const error = await refusal(client.send(put("Nils", "plays")));
    assert.equal(error.name, "ThrottlingException");
    assert.deepEqual(error.throttlingReasons, [{
      reason: "TableWriteKeyRangeThroughputExceeded", resource: resource.replace("music", "plays"),
    }]);
    assert.equal(error.$metadata.attempts, ATTEMPTS);
  });

  it("is read as before", async () => {
    const Key = { artist: { S: "Nils" } };
    const { Item } = await client.send(new GetItemCommand({ TableName, Key }));
    assert.deepEqual(Item, Key);
  });

  it("leaves a part of a batch for the program, and the SDK sends all of it again", async () => {
    const puts = ["a", "b"].map((name) => ({ PutRequest: { Item: { artist: { S: name } } } }));
    const first = await client.send(new BatchWriteItemCommand({ RequestItems: { music: puts } }));
    assert.equal(first.$metadata.attempts, 2);
    assert.deepEqual(first.UnprocessedItems, { music: [puts[1]] });
    const second = await client.send(new BatchWriteItemCommand({ RequestItems: first.UnprocessedItems }));
    assert.equal(second.$metadata.attempts, 2);
    assert.deepEqual(second.UnprocessedItems, {});
  });

  it("cancels a transaction, which is not sent again", async () => {
    const members = ["a", "b"].map((name) => ({ Put: { TableName, Item: { artist: { S: name } } } }));
    const error = await refusal(client.send(new TransactWriteItemsCommand({ TransactItems: members })));
    assert.equal(error.name, "TransactionCanceledException");
    assert.deepEqual(error.CancellationReasons.map(({ Code }) => Code),
      ["ProvisionedThroughputExceeded", "ProvisionedThroughputExceeded"]);
    assert.equal(error.$metadata.attempts, 1);
  });
});

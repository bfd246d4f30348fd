// Version 3 of AWS's SDK for JavaScript meets scripted faults, and retries according to its own rules. The
// server counts the attempts. The SDK waits for a millisecond between two attempts.

import assert from "node:assert/strict";
import { after, before, beforeEach, describe, it } from "node:test";

import {
  BatchWriteItemCommand, CreateTableCommand, DescribeTableCommand, DynamoDBClient, GetItemCommand,
  PutItemCommand, TransactWriteItemsCommand, UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import { ConfiguredRetryStrategy } from "@smithy/util-retry";

const ATTEMPTS = 3;
const FAULTS = `${process.env.AWS_ENDPOINT_URL}/_tailrace/faults`;
const SONG = { artist: { S: "Nils" }, plays: { N: "1" } };
const Key = { artist: SONG.artist };
const TableName = "music";
const put = new PutItemCommand({ TableName, Item: SONG });

const client = new DynamoDBClient({ retryStrategy: new ConfiguredRetryStrategy(ATTEMPTS, () => 1) });

before(() => client.send(new CreateTableCommand({
  TableName,
  BillingMode: "PAY_PER_REQUEST",
  AttributeDefinitions: [{ AttributeName: "artist", AttributeType: "S" }],
  KeySchema: [{ AttributeName: "artist", KeyType: "HASH" }],
})));
after(() => client.destroy());

async function script(rule) {
  const answer = await fetch(FAULTS, { method: "PUT", body: JSON.stringify([rule]) });
  assert.equal(answer.status, 200, await answer.clone().text());
}

async function attempts() {
  return (await (await fetch(FAULTS)).json()).Rules[0].Met;
}

async function refusal(sent) {
  return sent.then(() => assert.fail("was not refused"), (error) => error);
}

beforeEach(() => fetch(FAULTS, { method: "DELETE" }));

describe("errors", () => {
  for (const Error of ["ProvisionedThroughputExceededException", "ThrottlingException",
    "RequestLimitExceeded", "LimitExceededException", "TransactionInProgressException",
    "InternalServerError", "ServiceUnavailable"]) {
    it(`${Error} is retried`, async () => {
      await script({ Operation: "PutItem", Times: 2, Then: { Error } });
      assert.equal((await client.send(put)).$metadata.attempts, 3);
      assert.equal(await attempts(), 3);
    });
  }

  for (const Error of ["ConditionalCheckFailedException", "TransactionConflictException",
    "ItemCollectionSizeLimitExceededException", "ResourceNotFoundException", "ExpiredTokenException",
    "ValidationException"]) {
    it(`${Error} is not retried`, async () => {
      await script({ Operation: "PutItem", Then: { Error } });
      assert.equal((await refusal(client.send(put))).name, Error);
      assert.equal(await attempts(), 1);
    });
  }

  it("an error without end is thrown after all attempts, with its reasons", async () => {
    await script({ Operation: "PutItem", Then: { Error: "ThrottlingException", RetryAfterMs: 1 } });
    const error = await refusal(client.send(put));
    assert.equal(error.$metadata.attempts, ATTEMPTS);
    assert.deepEqual(error.throttlingReasons, [{
      reason: "TableWriteKeyRangeThroughputExceeded",
      resource: "arn:aws:dynamodb:ca-central-1:000000000000:table/music",
    }]);
    assert.equal(error.$response.headers["x-amz-retry-after"], "1");
    assert.equal(await attempts(), ATTEMPTS);
  });

  it("a control plane that limits its rate is retried", async () => {
    await script({ Operation: "DescribeTable", Times: 1, Then: { Error: "ThrottlingException" } });
    await client.send(new DescribeTableCommand({ TableName }));
    assert.equal(await attempts(), 2);
  });
});

describe("members", () => {
  it("unprocessed items are for the program to send again", async () => {
    await script({ Operation: "BatchWriteItem", Times: 1, Then: { Unprocessed: 1 } });
    const puts = ["a", "b"].map((name) => ({ PutRequest: { Item: { artist: { S: name } } } }));
    const first = await client.send(new BatchWriteItemCommand({ RequestItems: { music: puts } }));
    assert.deepEqual(first.UnprocessedItems, { music: [puts[0]] });
    const second = await client.send(new BatchWriteItemCommand({ RequestItems: first.UnprocessedItems }));
    assert.deepEqual(second.UnprocessedItems, {});
  });

  it("a cancelled transaction is not retried", async () => {
    await script({
      Operation: "TransactWriteItems",
      Then: { CancellationReasons: ["ProvisionedThroughputExceeded", "None"] },
    });
    const members = ["a", "b"].map((name) => ({ Put: { TableName, Item: { artist: { S: name } } } }));
    const error = await refusal(client.send(new TransactWriteItemsCommand({ TransactItems: members })));
    assert.equal(error.name, "TransactionCanceledException");
    assert.deepEqual(error.CancellationReasons.map(({ Code }) => Code),
      ["ProvisionedThroughputExceeded", "None"]);
    assert.equal(await attempts(), 1);
  });
});

describe("the wire", () => {
  it("a lost answer is retried though the work is done", async () => {
    await client.send(put);
    await script({ Operation: "UpdateItem", Times: 1, Then: { Connection: "ClosedAfterWork" } });
    const { Attributes } = await client.send(new UpdateItemCommand({
      TableName, Key, UpdateExpression: "ADD plays :one", ReturnValues: "UPDATED_NEW",
      ExpressionAttributeValues: { ":one": { N: "1" } },
    }));
    assert.deepEqual(Attributes, { plays: { N: "3" } });
    assert.equal(await attempts(), 2);
  });

  it("connections that close are retried up to the limit", async () => {
    await script({ Operation: "PutItem", Then: { Connection: "ClosedBeforeWork" } });
    const error = await refusal(client.send(put));
    assert.equal(error.code, "ECONNRESET");
    assert.equal(await attempts(), ATTEMPTS);
  });

  it("an answer that arrives in part is retried", async () => {
    await client.send(put);
    await script({ Operation: "GetItem", Times: 1, Then: { Connection: "ClosedInAnswer" } });
    const { Item } = await client.send(new GetItemCommand({ TableName, Key }));
    assert.deepEqual(Item, SONG);
    assert.equal(await attempts(), 2);
  });

  it("a late and slow answer is not retried", async () => {
    await script({ Operation: "GetItem", Then: { DelayMs: 2, AnswerMs: 4, Checksum: "wrong" } });
    // This SDK does not look at the checksum.
    const { $metadata } = await client.send(new GetItemCommand({ TableName, Key }));
    assert.equal($metadata.attempts, 1);
    assert.equal(await attempts(), 1);
  });
});

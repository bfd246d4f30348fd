// The AWS SDK for JavaScript against the npm package; both are installed in this file's folder or above it.

import assert from "node:assert/strict";
import test from "node:test";
import { DynamoDB } from "@aws-sdk/client-dynamodb";
import { start } from "tailrace";

test("what is written is read back", async (context) => {
  const tailrace = await start();
  context.after(() => tailrace.stop());
  const dynamodb = new DynamoDB({
    endpoint: tailrace.endpoint,
    region: "ca-central-1",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
  });
  context.after(() => dynamodb.destroy());
  await dynamodb.createTable({
    TableName: "music",
    BillingMode: "PAY_PER_REQUEST",
    AttributeDefinitions: [{ AttributeName: "artist", AttributeType: "S" }],
    KeySchema: [{ AttributeName: "artist", KeyType: "HASH" }],
  });
  const item = { artist: { S: "Nils" }, songs: { N: "12" } };
  await dynamodb.putItem({ TableName: "music", Item: item });
  const { Item } = await dynamodb.getItem({ TableName: "music", Key: { artist: { S: "Nils" } } });
  assert.deepEqual(Item, item);
});

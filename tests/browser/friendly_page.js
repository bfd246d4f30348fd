// A browser application with AWS's SDK: creates a table, writes an item, reads it, and reports the result.

import { DynamoDB, waitUntilTableExists } from "@aws-sdk/client-dynamodb";

const dynamodb = new DynamoDB({
  endpoint: new URLSearchParams(location.search).get("server"),
  region: "us-east-1",
  credentials: { accessKeyId: "local", secretAccessKey: "local" },
  maxAttempts: 1,
});
const TableName = "songs";

async function use() {
  await dynamodb.createTable({
    TableName,
    KeySchema: [{ AttributeName: "artist", KeyType: "HASH" }],
    AttributeDefinitions: [{ AttributeName: "artist", AttributeType: "S" }],
    BillingMode: "PAY_PER_REQUEST",
  });
  await waitUntilTableExists({ client: dynamodb, maxWaitTime: 10, minDelay: 1 }, { TableName });
  await dynamodb.putItem({ TableName, Item: { artist: { S: "Nils" }, song: { S: "Says" } } });
  const read = await dynamodb.getItem({ TableName, Key: { artist: { S: "Nils" } } });
  const missing = dynamodb.getItem({ TableName: "none", Key: { artist: { S: "Nils" } } });
  return { item: read.Item, missing: await missing.catch((error) => error.name) };
}

const seen = await use().catch((error) => ({ error: error.name }));
await fetch("/seen", { method: "POST", body: JSON.stringify(seen) });

// Version 3 of AWS's SDK for JavaScript through TLS. Node.js trusts the server by NODE_EXTRA_CA_CERTS.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { after, before, describe, it } from "node:test";

import { CreateTableCommand, DynamoDBClient, waitUntilTableExists } from "@aws-sdk/client-dynamodb";
import { BatchGetCommand, DynamoDBDocumentClient, GetCommand, PutCommand } from "@aws-sdk/lib-dynamodb";

const endpoint = process.env.AWS_ENDPOINT_URL;
const TableName = "music";
const client = new DynamoDBClient();
const documents = DynamoDBDocumentClient.from(client);

before(async () => {
  await client.send(new CreateTableCommand({
    TableName,
    BillingMode: "PAY_PER_REQUEST",
    AttributeDefinitions: [{ AttributeName: "artist", AttributeType: "S" }],
    KeySchema: [{ AttributeName: "artist", KeyType: "HASH" }],
  }));
  await waitUntilTableExists({ client, maxWaitTime: 10, minDelay: 1 }, { TableName });
});

after(() => client.destroy());

describe("the SDK through TLS", () => {
  it("has an https endpoint", () => assert.match(endpoint, /^https:\/\/127\.0\.0\.1:\d+$/));

  it("writes and reads items", async () => {
    const Item = { artist: "Nils", plays: 1 };
    await documents.send(new PutCommand({ TableName, Item }));
    const answer = await documents.send(new GetCommand({ TableName, Key: { artist: "Nils" } }));
    assert.deepEqual(answer.Item, Item);
  });

  it("sends many requests at once", async () => {
    const numbers = Array.from({ length: 100 }, (_, number) => String(number));
    await Promise.all(numbers.map((artist) => documents.send(
      new PutCommand({ TableName, Item: { artist, text: "x".repeat(50_000) } }))));
    const Keys = numbers.map((artist) => ({ artist }));
    const answer = await documents.send(new BatchGetCommand({ RequestItems: { [TableName]: { Keys } } }));
    assert.equal(answer.Responses[TableName].length, 100);
  });

  it("does not trust the server unless it is told to", () => {
    const program = `fetch(${JSON.stringify(endpoint)}).catch((error) => console.log(error.cause.code))`;
    const { NODE_EXTRA_CA_CERTS, ...env } = process.env;
    assert.match(NODE_EXTRA_CA_CERTS, /tailrace-ca\.pem$/);
    const { stdout } = spawnSync(process.execPath, ["-e", program], { env, encoding: "utf8" });
    assert.match(stdout, /^(UNABLE_TO_VERIFY_LEAF_SIGNATURE|UNABLE_TO_GET_ISSUER_CERT_LOCALLY)\n$/);
  });
});

// Version 3 of AWS's SDK for JavaScript against a server that verifies signatures. Its one key pair is
// AKIDEXAMPLE with the secret "js/Secret+Key=".

import assert from "node:assert/strict";
import { describe, it } from "node:test";

import {
  CreateTableCommand, DynamoDBClient, GetItemCommand, ListTablesCommand, PutItemCommand,
} from "@aws-sdk/client-dynamodb";

const accessKeyId = "AKIDEXAMPLE";
const secretAccessKey = "js/Secret+Key=";
const MISMATCH = "The request signature we calculated does not match the signature you provided. Check your "
  + "AWS Secret Access Key and signing method. Consult the service documentation for details.";

async function withClient(settings, use) {
  const client = new DynamoDBClient({
    credentials: { accessKeyId, secretAccessKey }, maxAttempts: 1, ...settings,
  });
  try {
    return await use(client);
  } finally {
    client.destroy();
  }
}

const list = (client) => client.send(new ListTablesCommand({}));

async function refusal(settings) {
  const error = await withClient(settings, list)
    .then(() => assert.fail("was not refused"), (caught) => caught);
  return [error.name, error.message, error.$metadata.httpStatusCode];
}

const endpointOf = (namespace) => `${process.env.AWS_ENDPOINT_URL}/~${namespace}`;

describe("signatures", () => {
  it("the right secret works, with any text in the body", async () => withClient({}, async (client) => {
    const TableName = "music";
    await client.send(new CreateTableCommand({
      TableName,
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: [{ AttributeName: "pk", AttributeType: "S" }],
      KeySchema: [{ AttributeName: "pk", KeyType: "HASH" }],
    }));
    const Item = { pk: { S: "snow ☃ 𝄞" } };
    await client.send(new PutItemCommand({ TableName, Item }));
    assert.deepEqual((await client.send(new GetItemCommand({ TableName, Key: Item }))).Item, Item);
  }));

  it("a wrong secret gets AWS's error", async () => {
    const credentials = { accessKeyId, secretAccessKey: "wrong" };
    assert.deepEqual(await refusal({ credentials }), ["InvalidSignatureException", MISMATCH, 400]);
  });

  it("an unknown access key gets AWS's error", async () => {
    const credentials = { accessKeyId: "AKIDUNKNOWN", secretAccessKey };
    assert.deepEqual(await refusal({ credentials }), [
      "UnrecognizedClientException", "The security token included in the request is invalid.", 400]);
  });

  it("a session token that the key does not have gets AWS's error", async () => {
    const credentials = { accessKeyId, secretAccessKey, sessionToken: "token" };
    assert.deepEqual(await refusal({ credentials }), [
      "UnrecognizedClientException", "The security token included in the request is invalid", 400]);
  });

  it("another region gets AWS's error", async () => {
    assert.deepEqual(await refusal({ region: "eu-west-1" }), [
      "InvalidSignatureException", "Credential should be scoped to a valid region, not 'eu-west-1'. ", 400]);
  });

  for (const path of [endpointOf("blue"), `${endpointOf("blue")}/`]) {
    it(`the path ${new URL(path).pathname} is signed`, async () => {
      assert.deepEqual((await withClient({ endpoint: path }, list)).TableNames, []);
      const credentials = { accessKeyId, secretAccessKey: "wrong" };
      assert.deepEqual(await refusal({ endpoint: path, credentials }), [
        "InvalidSignatureException", MISMATCH, 400]);
    });
  }
});

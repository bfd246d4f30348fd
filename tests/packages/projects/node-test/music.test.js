import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { basename } from "node:path";
import test from "node:test";
import { DynamoDB } from "@aws-sdk/client-dynamodb";
import { connect } from "tailrace";

// The test copies this file, so each copy has a name of its own.
const me = basename(import.meta.url);
const dynamodb = new DynamoDB();

async function artists() {
  const { Items } = await dynamodb.scan({ TableName: "music" });
  return Items.map(({ artist }) => artist.S).sort();
}

test("the tables and the items of the configuration are there, and nothing else", async () => {
  assert.deepEqual(await artists(), ["Nils"]);
});

test("only this file's items are added", async () => {
  await dynamodb.putItem({ TableName: "music", Item: { artist: { S: me } } });
  assert.deepEqual(await artists(), ["Nils", me].sort());
});

test("a handle sees the same, and so does a program that the test starts", async () => {
  const [request, ...others] = await connect().requests({ operation: "PutItem" });
  assert.deepEqual([request.ItemsWritten, request.Status, others], [1, 200, []]);
  const program = 'import { connect } from "tailrace"; console.log(connect().endpoint);';
  const shown = execFileSync(process.execPath, [...process.execArgv, "--input-type=module", "-e", program]);
  assert.equal(shown.toString().trim(), connect().endpoint);
});

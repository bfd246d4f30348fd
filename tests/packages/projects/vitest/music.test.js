import { basename } from "node:path";
import { DynamoDB } from "@aws-sdk/client-dynamodb";
import { connect } from "tailrace";
import { expect, test } from "vitest";

// The test copies this file, so each copy has a name of its own.
const me = basename(import.meta.url);
const dynamodb = new DynamoDB();

async function artists() {
  const { Items } = await dynamodb.scan({ TableName: "music" });
  return Items.map(({ artist }) => artist.S).sort();
}

test("the tables and the items of the configuration are there, and nothing else", async () => {
  expect(await artists()).toEqual(["Nils"]);
});

test("only this file's items are added", async () => {
  await dynamodb.putItem({ TableName: "music", Item: { artist: { S: me } } });
  expect(await artists()).toEqual(["Nils", me].sort());
});

test("a handle sees the same", async () => {
  const tailrace = connect();
  expect(tailrace.name).toBe(`worker-${process.env.VITEST_POOL_ID}`);
  expect(await tailrace.requests({ operation: "PutItem" })).toMatchObject([{ ItemsWritten: 1, Status: 200 }]);
});

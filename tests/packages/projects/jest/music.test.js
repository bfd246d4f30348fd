const { DynamoDB } = require("@aws-sdk/client-dynamodb");
const { connect } = require("tailrace");
const music = require("./music.js");

// The test copies this file, so each copy has a name of its own.
const me = require("node:path").basename(__filename);

test("the tables and the items of the configuration are there, and nothing else", async () => {
  expect(await music.artists()).toEqual(["Nils"]);
  const { TimeToLiveDescription } = await music.timeToLive();
  expect(TimeToLiveDescription).toEqual({ TimeToLiveStatus: "ENABLED", AttributeName: "until" });
});

test("only this file's items are added", async () => {
  await music.add(me);
  expect(await music.artists()).toEqual(["Nils", me].sort());
});

test("clients by the environment see the same items, and so does a handle", async () => {
  for (const options of [{}, { endpoint: process.env.MOCK_DYNAMODB_ENDPOINT }]) {
    expect(await new DynamoDB(options).scan({ TableName: "music" })).toMatchObject({ Count: 2 });
  }
  const tailrace = connect();
  expect(tailrace.name).toBe(`worker-${process.env.JEST_WORKER_ID}`);
  expect(await tailrace.requests({ operation: "PutItem" })).toMatchObject([{ ItemsWritten: 1, Status: 200 }]);
});

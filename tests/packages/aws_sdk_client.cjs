"use strict";
// aws_sdk_client.cjs ENDPOINT: does what boto3_client.py does, with the AWS SDK for JavaScript.

const assert = require("node:assert/strict");
const { DynamoDB } = require("@aws-sdk/client-dynamodb");
const { DynamoDBStreams } = require("@aws-sdk/client-dynamodb-streams");

const TABLE = "songs";
const KEY = { artist: { S: "Nils" }, title: { S: 'a "quoted" line\nand C:\\another\ttab, ☃ 😀 \u2028' } };
const ITEM = { ...KEY, genres: { SS: ["ambient", "jazz"] }, seconds: { N: "181.5" } };

const options = {
  endpoint: process.argv[2],
  region: "ca-central-1",
  credentials: { accessKeyId: "local", secretAccessKey: "local" },
};

function checkItem(found) {
  assert.deepEqual({ ...found, genres: { SS: [...found.genres.SS].sort() } }, ITEM);
}

async function checkStream(StreamArn) {
  const streams = new DynamoDBStreams(options);
  const { StreamDescription } = await streams.describeStream({ StreamArn });
  const { ShardIterator } = await streams.getShardIterator({
    StreamArn,
    ShardId: StreamDescription.Shards[0].ShardId,
    ShardIteratorType: "TRIM_HORIZON",
  });
  const { Records } = await streams.getRecords({ ShardIterator });
  assert.equal(Records.length, 1);
  checkItem(Records[0].dynamodb.NewImage);
}

async function main() {
  const dynamodb = new DynamoDB(options);
  const { TableDescription } = await dynamodb.createTable({
    TableName: TABLE,
    BillingMode: "PAY_PER_REQUEST",
    AttributeDefinitions: Object.keys(KEY).map((AttributeName) => ({ AttributeName, AttributeType: "S" })),
    KeySchema: [
      { AttributeName: "artist", KeyType: "HASH" },
      { AttributeName: "title", KeyType: "RANGE" },
    ],
    StreamSpecification: { StreamEnabled: true, StreamViewType: "NEW_IMAGE" },
  });
  await dynamodb.putItem({ TableName: TABLE, Item: ITEM });
  checkItem((await dynamodb.getItem({ TableName: TABLE, Key: KEY })).Item);
  const { Items } = await dynamodb.query({
    TableName: TABLE,
    KeyConditionExpression: "artist = :artist",
    ExpressionAttributeValues: { ":artist": KEY.artist },
  });
  assert.equal(Items.length, 1);
  checkItem(Items[0]);
  await checkStream(TableDescription.LatestStreamArn);
}

main();

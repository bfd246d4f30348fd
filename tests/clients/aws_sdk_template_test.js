// Version 3 of AWS's SDK for JavaScript uses the application of tests/template/projects/sam.

import assert from "node:assert/strict";
import { after, it } from "node:test";

import { DynamoDBClient, GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";

const endpoint = process.env.AWS_ENDPOINT_URL;
const client = new DynamoDBClient({ endpoint });
after(() => client.destroy());

it("plays are counted by the functions of the template", async () => {
  for (const id of ["1", "2"]) {
    await client.send(new PutItemCommand({
      TableName: "dev-plays", Item: { id: { S: id }, artist: { S: "Odetta" } },
    }));
  }
  const settled = await fetch(`${endpoint}/_tailrace/settle`, { method: "POST" });
  assert.equal(settled.status, 200);
  const { Item } = await client.send(new GetItemCommand({
    TableName: "dev-artists", Key: { artist: { S: "Odetta" } },
  }));
  assert.deepEqual(Item.plays, { N: "2" });
  const stream = "arn:aws:dynamodb:us-east-1:000000000000:table/dev-artists/stream/";
  assert.ok(Item.welcomed.S.startsWith(`dev stream ${stream}2`), Item.welcomed.S);
});

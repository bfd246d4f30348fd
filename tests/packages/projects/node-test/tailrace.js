import { setup } from "tailrace/node-test";

const music = {
  TableName: "music",
  KeySchema: [{ AttributeName: "artist", KeyType: "HASH" }],
  AttributeDefinitions: [{ AttributeName: "artist", AttributeType: "S" }],
  BillingMode: "PAY_PER_REQUEST",
};

const seed = (server) => server.call("PutItem", { TableName: "music", Item: { artist: { S: "Nils" } } });

await setup({ tables: [music], seed });

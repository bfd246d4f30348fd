import { tailrace } from "tailrace/vitest";
import { defineConfig } from "vitest/config";

const music = {
  TableName: "music",
  KeySchema: [{ AttributeName: "artist", KeyType: "HASH" }],
  AttributeDefinitions: [{ AttributeName: "artist", AttributeType: "S" }],
  BillingMode: "PAY_PER_REQUEST",
};

const seed = (server) => server.call("PutItem", { TableName: "music", Item: { artist: { S: "Nils" } } });

export default defineConfig({ plugins: [tailrace({ tables: [music], seed })] });

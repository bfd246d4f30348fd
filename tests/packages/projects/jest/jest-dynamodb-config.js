// As for @shelf/jest-dynamodb. The time to live is there as in a template of CloudFormation.
const music = {
  TableName: "music",
  KeySchema: [{ AttributeName: "artist", KeyType: "HASH" }],
  AttributeDefinitions: [{ AttributeName: "artist", AttributeType: "S" }],
  ProvisionedThroughput: { ReadCapacityUnits: 1, WriteCapacityUnits: 1 },
  TimeToLiveSpecification: { AttributeName: "until", Enabled: true },
};

const seed = (server) => server.call("PutItem", { TableName: "music", Item: { artist: { S: "Nils" } } });

module.exports = async () => ({ tables: [music], seed, port: 8000 });

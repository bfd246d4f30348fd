// As for @shelf/jest-dynamodb. TimeToLiveSpecification is a member of the table, as in a CloudFormation
// template.
const music = {
  TableName: "music",
  KeySchema: [{ AttributeName: "artist", KeyType: "HASH" }],
  AttributeDefinitions: [{ AttributeName: "artist", AttributeType: "S" }],
  ProvisionedThroughput: { ReadCapacityUnits: 1, WriteCapacityUnits: 1 },
  TimeToLiveSpecification: { AttributeName: "until", Enabled: true },
};

const seed = (server) => server.call("PutItem", { TableName: "music", Item: { artist: { S: "Nils" } } });

module.exports = async () => ({ tables: [music], seed, port: 8000 });

const { DynamoDB } = require("@aws-sdk/client-dynamodb");

// As in the README of @shelf/jest-dynamodb.
const isTest = process.env.JEST_WORKER_ID;
const dynamodb = new DynamoDB({
  ...(isTest && {
    endpoint: "http://localhost:8000",
    region: "local-env",
    credentials: { accessKeyId: "fakeMyKeyId", secretAccessKey: "fakeSecretAccessKey" },
  }),
});

exports.add = (artist) => dynamodb.putItem({ TableName: "music", Item: { artist: { S: artist } } });

exports.artists = async () => {
  const { Items } = await dynamodb.scan({ TableName: "music" });
  return Items.map(({ artist }) => artist.S).sort();
};

exports.timeToLive = () => dynamodb.describeTimeToLive({ TableName: "music" });

// Lambda functions in a CommonJS module, each of which answers in a different way.
"use strict";

const http = require("node:http");

/** Sends PutItem to the endpoint configured for AWS's SDKs, with a made-up signature. */
function put(item) {
  const scope = "local/20260101/us-east-1/dynamodb/aws4_request";
  const headers = {
    "Content-Type": "application/x-amz-json-1.0",
    "X-Amz-Target": "DynamoDB_20120810.PutItem",
    "X-Amz-Date": "20260101T000000Z",
    Authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=0`,
  };
  return new Promise((resolve, reject) => {
    const endpoint = process.env.AWS_ENDPOINT_URL_DYNAMODB;
    const request = http.request(endpoint, { method: "POST", headers }, (response) => {
      response.resume();
      response.on("end", () => (response.statusCode === 200 ? resolve() : reject(new Error("not put"))));
    });
    request.on("error", reject);
    request.end(JSON.stringify({ TableName: "Notes", Item: item }));
  });
}

exports.copy = async (event, context) => {
  for (const record of event.Records) {
    const note = record.dynamodb.NewImage;
    if (note.pk.S.startsWith("copy of ")) continue;
    await put({ ...note, pk: { S: `copy of ${note.pk.S}` }, by: { S: context.functionName } });
  }
};

exports.promise = async (event, context) => {
  console.log("in the log");
  return { event, name: context.functionName, hasTime: context.getRemainingTimeInMillis() > 0 };
};
exports.callback = (event, context, callback) => setImmediate(() => callback(null, "called back"));
exports.returnsAtOnce = () => "lost, as on Lambda";
exports.throws = async () => {
  throw new TypeError("a note too many");
};
exports.callsBackWithError = (event, context, callback) => callback(new RangeError("too far"));
exports.strays = () =>
  new Promise(() => {
    setImmediate(() => {
      throw new Error("nobody catches this");
    });
  });

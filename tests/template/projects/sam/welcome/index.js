// Welcomes each new artist, without an SDK.

const { AWS_ACCESS_KEY_ID, AWS_REGION } = process.env;
const headers = {
  // A local server does not check the signature.
  Authorization: "AWS4-HMAC-SHA256 "
    + `Credential=${AWS_ACCESS_KEY_ID}/20260101/${AWS_REGION}/dynamodb/aws4_request, `
    + "SignedHeaders=host, Signature=0",
  "Content-Type": "application/x-amz-json-1.0",
  "X-Amz-Date": "20260101T000000Z",
  "X-Amz-Target": "DynamoDB_20120810.UpdateItem",
};

exports.handler = async (event) => {
  for (const record of event.Records.filter((each) => each.eventName === "INSERT")) {
    const answer = await fetch(process.env.AWS_ENDPOINT_URL_DYNAMODB, {
      method: "POST",
      headers,
      body: JSON.stringify({
        TableName: process.env.ARTISTS,
        Key: record.dynamodb.Keys,
        UpdateExpression: "SET welcomed = :by",
        ExpressionAttributeValues: { ":by": { S: `${process.env.STAGE} ${process.env.STREAM_ARN}` } },
      }),
    });
    if (!answer.ok) throw new Error(await answer.text());
  }
};

// A function that fails for one artist and accepts all others.

exports.handler = async (event) => {
  for (const { dynamodb } of event.Records) {
    if (dynamodb.Keys.artist.S === "nobody") throw new Error("nobody sings");
  }
};

// A Lambda function in an ES module.
export const handler = async (event) => ({ from: "a module", event });

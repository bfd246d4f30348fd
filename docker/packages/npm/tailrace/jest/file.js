"use strict";
// One of Jest's setupFiles: Jest calls it before each test file.

const { beginFile } = require("../testing/file.js");
const { SERVER } = require("../testing/names.js");
const { ADDRESSES } = require("./names.js");
const { redirect } = require("./redirect.js");

module.exports = async () => {
  if (!process.env[SERVER]) {
    throw new Error(
      "tailrace/jest has no server, because this project has a globalSetup of its own, which replaces that " +
      "of the preset. Call the preset's in it: " +
      'await require("tailrace/jest/setup")(globalConfig, projectConfig)');
  }
  const namespace = await beginFile(`worker-${process.env.JEST_WORKER_ID}`, SERVER);
  process.env.MOCK_DYNAMODB_ENDPOINT = namespace.endpoint;
  redirect(process.env[ADDRESSES].split(","), namespace);
};

"use strict";
// Jest's globalSetup. It reads the configuration of @shelf/jest-dynamodb.

const fs = require("node:fs");
const path = require("node:path");
const { pathToFileURL } = require("node:url");
const { SERVER } = require("../testing/names.js");
const { MEMBERS, beginRun, check } = require("../testing/run.js");
const { ADDRESSES, RUNNING } = require("./names.js");

const FILE = "jest-dynamodb-config.js";
const KNOWN = [...MEMBERS, "port", "hostname", "clientConfig", "installerConfig"];
const LOOPBACK = ["localhost", "127.0.0.1", "[::1]"];

/** Returns the folder of the package in which Jest was started, where @shelf/jest-dynamodb looks for its
 * configuration, too. */
function packageFolder() {
  for (let folder = process.cwd(); ; folder = path.dirname(folder)) {
    if (fs.existsSync(path.join(folder, "package.json"))) return folder;
    if (folder === path.dirname(folder)) return process.cwd();
  }
}

/** Resolves to the configuration, which is a function's result if the file exports a function. Without a
 * file there are no tables. */
async function read() {
  const usual = path.join(packageFolder(), FILE);
  const file = process.env.JEST_DYNAMODB_CONFIG || (fs.existsSync(usual) && usual);
  if (!file) return {};
  const { default: exported } = await import(pathToFileURL(require.resolve(path.resolve(file))));
  const config = typeof exported === "function" ? await exported() : exported;
  const name = path.basename(file);
  check(config, name, KNOWN);
  if (config.installerConfig) {
    console.warn(`tailrace/jest: installerConfig in ${name} has no effect: nothing is installed.`);
  }
  return config;
}

/** Returns the addresses at which the program under test may look for DynamoDB Local: localhost:8000, unless
 * the configuration has others. */
function addressesIn({ port = 8000, hostname = "localhost", clientConfig = {} }) {
  const hosts = LOOPBACK.includes(hostname) ? LOOPBACK : [hostname];
  const { endpoint } = clientConfig;
  const given = typeof endpoint === "string" ? [new URL(endpoint).host] : [];
  return [...hosts.map((each) => `${each}:${port}`), ...given];
}

/** Makes a client of the AWS SDK that the project has, when it is first used: loading the SDK takes longer
 * than everything else here. */
function defineClient(server, folder, clientConfig) {
  let client;
  const make = () => {
    const { DynamoDB } = require(require.resolve("@aws-sdk/client-dynamodb", { paths: [folder] }));
    const credentials = { accessKeyId: "fakeMyKeyId", secretAccessKey: "fakeSecretAccessKey" };
    return new DynamoDB({ region: "local-env", credentials, ...clientConfig, endpoint: server.endpoint });
  };
  const get = () => (client ??= make());
  Object.defineProperty(globalThis, "__DYNAMODB_CLIENT__", { configurable: true, get });
}

module.exports = async (globalConfig, projectConfig) => {
  const config = await read();
  const { options } = config;
  // DynamoDB Local's arguments are a list, and start()'s options are an object.
  const server = Array.isArray(options)
    ? await beginRun({ ...config, options: {} }, SERVER, options)
    : await beginRun(config, SERVER);
  globalThis[RUNNING] = server;
  process.env[ADDRESSES] = addressesIn(config).join();
  defineClient(server, projectConfig.rootDir, config.clientConfig);
};

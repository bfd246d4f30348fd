"use strict";
// The server of a test run: one for all its workers, with the tables and items that each test file begins
// with.

const { start } = require("../server.js");
const { SEED } = require("./names.js");

const MEMBERS = ["tables", "seed", "options"];

/** Throws a TypeError if a configuration has a member that is not known, or one of the wrong kind. */
function check(config, where, known = MEMBERS) {
  if (config !== Object(config)) throw new TypeError(`${where} must be an object, and not ${config}`);
  const unknown = Object.keys(config).find((each) => !known.includes(each));
  if (unknown) {
    throw new TypeError(`${where} has an unknown member, ${unknown}; it may have ${known.join(", ")}`);
  }
  const { tables = [], seed = () => {}, options = {} } = config;
  if (!Array.isArray(tables) || !tables.every((each) => each === Object(each))) {
    throw new TypeError(`tables in ${where} must be a list of requests of CreateTable`);
  }
  if (typeof seed !== "function") throw new TypeError(`seed in ${where} must be a function`);
  if (options !== Object(options)) {
    throw new TypeError(`options in ${where} must be an object, and not ${options}`);
  }
}

/** Makes a table from a request of CreateTable, which may have TimeToLiveSpecification, too, as in a template
 * of CloudFormation. */
async function createTable(namespace, { TimeToLiveSpecification, ...request }) {
  await namespace.call("CreateTable", request);
  if (!TimeToLiveSpecification) return;
  await namespace.call("UpdateTimeToLive", { TableName: request.TableName, TimeToLiveSpecification });
}

/** Starts the server of a run, with options of start() and further arguments of the command line. Makes the
 * tables in its default namespace, calls `seed`, and keeps the result as the namespace from which each test
 * file gets a fork. Processes that this one starts from now on find the server in the environment variable
 * `variable`. */
async function beginRun({ tables = [], seed = () => {}, options = {} }, variable, further = []) {
  const server = await start(options, further);
  try {
    for (const each of tables) await createTable(server, each);
    await seed(server);
    // A record that no function has handled yet would be handled again in each fork.
    await server.settle();
    await server.fork(SEED);
  } catch (error) {
    await server.stop();
    throw error;
  }
  process.env[variable] = server.endpoint;
  if (options.adminToken) process.env.TAILRACE_ADMIN_TOKEN = options.adminToken;
  return server;
}

module.exports = { MEMBERS, beginRun, check };

"use strict";
// What each test file begins with. It is loaded in every worker, so it requires little.

const { connect } = require("../namespace.js");
const { SEED } = require("./names.js");

/** Gives a test file the namespace `name`: a fork of what the run begins with. It replaces the namespace of
 * the worker's previous file. The AWS SDKs find it through the environment. The environment variable
 * `variable` has the URL of the run's server. */
async function beginFile(name, variable) {
  const server = connect(process.env[variable]);
  // A worker's first file has nothing to remove. If anything else is wrong, the fork fails and says so.
  await server.namespace(name).remove().catch(() => {});
  const namespace = await server.namespace(SEED).fork(name);
  Object.assign(process.env, namespace.environment());
  return namespace;
}

module.exports = { beginFile };

"use strict";
// For `node --test --import ./FILE`: one server for a run, and a fork of its tables for each test file.

const { isMainThread } = require("node:worker_threads");
const { beginFile } = require("../testing/file.js");
const { SERVER } = require("../testing/names.js");
const { beginRun, check } = require("../testing/run.js");

// The environment variable that is set in a process that runs a test file, and in the processes that it
// starts.
const FILE = "TAILRACE_TEST_FILE";

/** Returns true in the process of `node --test` itself, which runs each test file in a process of its own
 * unless it is told to run them all itself. */
function isRunner() {
  if (process.env.NODE_TEST_CONTEXT || !process.execArgv.includes("--test")) return false;
  return !process.execArgv.some((each) => /^--(experimental-)?test-isolation=none$/.test(each));
}

exports.setup = async (config = {}) => {
  check(config, "setup()");
  // Threads and processes that a test starts also run what --import names. They have the test's namespace.
  if (!isMainThread || process.env[FILE]) return;
  if (!process.env[SERVER]) await beginRun(config, SERVER);
  if (isRunner()) return;
  process.env[FILE] = String(process.pid);
  const namespace = await beginFile(`file-${process.pid}`, SERVER);
  process.once("beforeExit", () => namespace.remove().catch(() => {}));
};

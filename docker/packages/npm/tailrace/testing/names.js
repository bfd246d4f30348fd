"use strict";
// What the process of a test run and its workers agree on.

module.exports = {
  /** The namespace from which each test file gets a fork. */
  SEED: "seed",
  /** The environment variable with the URL of the run's server, or the beginning of the variable's name. */
  SERVER: "TAILRACE_TEST_SERVER",
};

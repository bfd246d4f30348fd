"use strict";
// What the process of Jest and its workers agree on.

module.exports = {
  /** Where the global setup leaves the server for the global teardown. */
  RUNNING: Symbol.for("tailrace.running"),
  /** The environment variable with the addresses from which requests are redirected. */
  ADDRESSES: "TAILRACE_TEST_ADDRESSES",
};

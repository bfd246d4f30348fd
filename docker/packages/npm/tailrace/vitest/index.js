"use strict";
// A plugin for vitest.config: one server for a run, and a fork of its tables for each test file.

const { check } = require("../testing/run.js");

exports.tailrace = (config = {}) => {
  check(config, "tailrace()");
  return {
    name: "tailrace",
    api: { config },
    config: () => ({
      test: { globalSetup: [require.resolve("./setup.mjs")], setupFiles: [require.resolve("./file.mjs")] },
    }),
    // Vite loads no file from outside of the project, and in a monorepo this package may be there.
    configResolved: ({ server }) => void server.fs.allow.push(__dirname),
  };
};

"use strict";
// A plugin for vitest.config: one server for a run, and a fork of its tables for each test file.

const { randomUUID } = require("node:crypto");
const { SERVER } = require("../testing/names.js");
const { check } = require("../testing/run.js");

exports.tailrace = (config = {}) => {
  check(config, "tailrace()");
  // Each project of a workspace has a server of its own, so each has a variable of its own for the URL.
  const variable = `${SERVER}_${randomUUID()}`;
  return {
    name: "tailrace",
    api: { config, variable },
    config: () => ({
      test: {
        globalSetup: [require.resolve("./setup.mjs")],
        setupFiles: [require.resolve("./file.mjs")],
        env: { TAILRACE_TEST_VARIABLE: variable },
      },
    }),
    // Vite loads no file from outside the project. In a monorepo this package may be outside the project, so
    // its folder is allowed.
    configResolved: ({ server }) => void server.fs.allow.push(__dirname),
  };
};

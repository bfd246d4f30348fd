"use strict";

module.exports = {
  globalSetup: require.resolve("./setup.js"),
  globalTeardown: require.resolve("./teardown.js"),
  setupFiles: [require.resolve("./file.js")],
};

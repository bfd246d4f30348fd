"use strict";
// Jest's globalTeardown.

const { RUNNING } = require("./names.js");

module.exports = () => globalThis[RUNNING]?.stop();

"use strict";

const { connect } = require("./namespace.js");
const { start } = require("./server.js");

exports.start = (options) => start(options);
exports.connect = connect;

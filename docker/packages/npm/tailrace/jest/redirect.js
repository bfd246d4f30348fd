"use strict";
// Programs that were tested with @shelf/jest-dynamodb have clients for http://localhost:8000. In a worker,
// their requests go to the worker's namespace instead, and nothing needs to listen on that port.

const http = require("node:http");

// Jest gives all test files of a worker the same module node:http, so the target is kept there.
const TARGET = Symbol.for("tailrace.redirect");

const isObject = (value) => Object.prototype.toString.call(value) === "[object Object]";

/** Returns true if the headers are those of a request to DynamoDB or its streams. */
function isForDynamodb(headers) {
  const name = Object.keys(headers).find((each) => each.toLowerCase() === "x-amz-target");
  return name !== undefined && String(headers[name]).startsWith("DynamoDB");
}

/** Returns the arguments of http.request() for the worker's namespace if the request is for one of the
 * addresses, and else the arguments as they are. The AWS SDKs give the address and the headers as options. */
function redirected(given, { addresses, namespace }) {
  const index = given.findIndex(isObject);
  const { hostname, host = "localhost", port = 80, headers } = given[index] ?? {};
  if (!isObject(headers) || !isForDynamodb(headers)) return given;
  if (!addresses.includes(`${hostname ?? host}:${port}`)) return given;
  const { hostname: address, port: there } = new URL(namespace.endpoint);
  const name = { "x-tailrace-namespace": namespace.name };
  const options = { ...given[index], host: address, hostname: address, port: there };
  options.headers = { ...headers, ...name };
  return given.map((each, at) => (at === index ? options : each));
}

/** Sends requests for DynamoDB at these addresses, such as localhost:8000, to a namespace. */
function redirect(addresses, namespace) {
  if (!http[TARGET]) {
    const request = http.request;
    http.request = (...given) => request(...redirected(given, http[TARGET]));
  }
  http[TARGET] = { addresses, namespace };
}

module.exports = { redirect };

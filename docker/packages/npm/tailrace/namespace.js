"use strict";
// What a test does with a server over HTTP: with all of it, or with one of its namespaces.

const http = require("node:http");
const { randomUUID } = require("node:crypto");

const DEFAULT_NAMESPACE = "default";
const OF_STREAMS = new Set(["DescribeStream", "GetRecords", "GetShardIterator", "ListStreams"]);
// The server wants a signature, as AWS does, and accepts any.
const SIGNATURE = {
  "X-Amz-Date": "20260131T120000Z",
  Authorization:
    "AWS4-HMAC-SHA256 Credential=local/20260131/us-east-1/dynamodb/aws4_request, " +
    "SignedHeaders=host, Signature=0",
};

/** Returns the options that were given to a function; throws a TypeError that lists what it takes if one is
 * not among them. */
function optionsOf(name, given, known) {
  const names = given === Object(given) ? Object.keys(given) : [given];
  const unknown = names.filter((each) => !known.includes(each));
  if (unknown.length === 0) return given;
  throw new TypeError(`${name}() takes { ${known.join(", ")} }, and not ${unknown[0]}`);
}

/** Returns a time in the form that the server reads. Text is passed on as it is: the server refuses text
 * without a time zone. */
function textOf(time, name) {
  if (typeof time === "string") return time;
  const date = time instanceof Date ? time : new Date(typeof time === "number" ? time : NaN);
  if (Number.isNaN(date.getTime())) {
    throw new TypeError(
      `${name} takes a Date, text such as "2026-01-31T12:00:00Z" or milliseconds, and not ${time}`);
  }
  return date.toISOString();
}

/** Turns parameters into the part of a URL that begins with a question mark; empty if there are none. */
function queryOf(parameters) {
  const given = Object.entries(parameters).filter(([, value]) => value !== undefined);
  return given.length === 0 ? "" : `?${new URLSearchParams(given)}`;
}

/** A server's address. `gone` returns why the server cannot be asked any more, or undefined. */
class Connection {
  #token;
  #gone;

  constructor(origin, token, gone = () => undefined) {
    this.origin = origin;
    this.#token = token;
    this.#gone = gone;
  }

  /** Resolves to the answer, which is JSON; rejects with the server's message. */
  ask(method, path, body, more = {}) {
    const headers = { ...(this.#token && { "X-Tailrace-Token": this.#token }), ...more };
    return new Promise((resolve, reject) => {
      const gone = this.#gone();
      if (gone) throw gone;
      const fail = (error) => reject(this.#gone() ?? error);
      // A connection of its own, which does not keep the process from ending.
      // A server that speaks TLS answers plain HTTP on the same port.
      const url = this.origin.replace(/^https:/, "http:") + path;
      const request = http.request(url, { method, headers, agent: false }, (response) => {
        let text = "";
        response.setEncoding("utf8");
        response.on("data", (part) => (text += part));
        response.on("error", fail);
        response.on("end", () => {
          try {
            const answer = JSON.parse(text);
            if (response.statusCode === 200) return resolve(answer);
            reject(errorOf(answer, text));
          } catch {
            reject(new Error(`${method} ${path} was answered ${response.statusCode} ${text}`));
          }
        });
      });
      request.on("error", fail);
      request.end(body && JSON.stringify(body));
    });
  }
}

/** Returns the error of an answer. An error of DynamoDB's has its name, as in the AWS SDK. */
function errorOf(answer, text) {
  const error = new Error(answer.message ?? answer.Message ?? text);
  if (typeof answer.__type === "string") error.name = answer.__type.split("#").at(-1);
  return error;
}

class Clock {
  #ask;

  constructor(ask) {
    this.#ask = ask;
  }

  async now() {
    return new Date((await this.#ask("GET", "/clock")).Now);
  }

  async advance(seconds) {
    return new Date((await this.#ask("POST", "/clock", { Seconds: seconds })).Now);
  }

  async set(time) {
    return new Date((await this.#ask("POST", "/clock", { Now: textOf(time, "clock.set()") })).Now);
  }
}

class Faults {
  #ask;

  constructor(ask) {
    this.#ask = ask;
  }

  async set(rules) {
    return (await this.#ask("PUT", "/faults", rules)).Rules;
  }

  async rules() {
    return (await this.#ask("GET", "/faults")).Rules;
  }

  async clear() {
    await this.#ask("DELETE", "/faults");
  }
}

/** One namespace of a server. A handle costs nothing, and there may be several for one namespace. */
class Namespace {
  #connection;

  constructor(connection, name) {
    this.#connection = connection;
    this.name = name;
    this.endpoint = connection.origin + this.#path("");
    const ask = (method, path, body) => this.#ask(method, path, body);
    this.clock = new Clock(ask);
    this.faults = new Faults(ask);
  }

  call(operation, request = {}) {
    const service = OF_STREAMS.has(operation) ? "DynamoDBStreams" : "DynamoDB";
    return this.#connection.ask("POST", this.#path("/"), request, {
      "X-Amz-Target": `${service}_20120810.${operation}`,
      "Content-Type": "application/x-amz-json-1.0",
      ...SIGNATURE,
    });
  }

  drain(options = {}) {
    const { timeoutSeconds } = optionsOf("drain", options, ["timeoutSeconds"]);
    return this.#ask("POST", "/streams/drain" + queryOf({ timeout_seconds: timeoutSeconds }));
  }

  settle(options = {}) {
    const known = ["timeoutSeconds", "tableName", "advanceSeconds"];
    const { timeoutSeconds, tableName, advanceSeconds } = optionsOf("settle", options, known);
    const advance = { AdvanceClock: true, AtMostSeconds: advanceSeconds };
    const body = { TableName: tableName, ...(advanceSeconds === undefined ? {} : advance) };
    return this.#ask("POST", "/settle" + queryOf({ timeout_seconds: timeoutSeconds }), body);
  }

  async sweep() {
    return (await this.#ask("POST", "/ttl/sweep")).Removed;
  }

  async requests(filter = {}) {
    const { operation, table, status } = optionsOf("requests", filter, ["operation", "table", "status"]);
    return (await this.#ask("GET", "/requests" + queryOf({ operation, table, status }))).Requests;
  }

  async forgetRequests() {
    return (await this.#ask("DELETE", "/requests")).Removed;
  }

  throttle(settings) {
    return this.#ask("PUT", "/throttle", settings);
  }

  throttled() {
    return this.#ask("GET", "/throttle");
  }

  lag(lags) {
    return this.#ask("PUT", "/consistency", lags);
  }

  lags() {
    return this.#ask("GET", "/consistency");
  }

  async fork(name = randomUUID(), options = {}) {
    const { clock } = optionsOf("fork", options, ["clock"]);
    const time = clock === undefined ? undefined : textOf(clock, "clock of fork()");
    await this.#connection.ask("POST", "/_tailrace/namespaces", { Name: name, From: this.name, Clock: time });
    return this.namespace(name);
  }

  async snapshot(name) {
    await this.#connection.ask("POST", this.#self("/snapshots"), { Name: name });
  }

  async restore(name) {
    await this.#connection.ask("POST", this.#self("/restore"), { Name: name });
  }

  async forget(snapshot) {
    await this.#connection.ask("DELETE", this.#self(`/snapshots/${encodeURIComponent(snapshot)}`));
  }

  async reset(options = {}) {
    const { items } = optionsOf("reset", options, ["items"]);
    await this.#connection.ask("POST", this.#self("/reset"), { Items: items });
  }

  async remove() {
    await this.#connection.ask("DELETE", this.#self(""));
  }

  environment() {
    const variables = {
      AWS_ENDPOINT_URL_DYNAMODB: this.endpoint,
      AWS_ENDPOINT_URL_DYNAMODB_STREAMS: this.endpoint,
    };
    const { AWS_REGION, AWS_DEFAULT_REGION, AWS_ACCESS_KEY_ID, AWS_PROFILE } = process.env;
    if (!AWS_REGION && !AWS_DEFAULT_REGION) {
      Object.assign(variables, { AWS_REGION: "us-east-1", AWS_DEFAULT_REGION: "us-east-1" });
    }
    if (!AWS_ACCESS_KEY_ID && !AWS_PROFILE) {
      Object.assign(variables, { AWS_ACCESS_KEY_ID: "local", AWS_SECRET_ACCESS_KEY: "local" });
    }
    return variables;
  }

  namespace(name) {
    return new Namespace(this.#connection, name);
  }

  async namespaces() {
    return (await this.#connection.ask("GET", "/_tailrace/namespaces")).Namespaces;
  }

  /** Returns a path of this namespace: the default one has no prefix. */
  #path(path) {
    return (this.name === DEFAULT_NAMESPACE ? "" : `/~${encodeURIComponent(this.name)}`) + path;
  }

  /** Returns the path of an endpoint that changes this namespace as a whole. */
  #self(path) {
    return `/_tailrace/namespaces/${encodeURIComponent(this.name)}${path}`;
  }

  #ask(method, path, body) {
    return this.#connection.ask(method, this.#path("/_tailrace" + path), body);
  }
}

/** Returns a handle of the namespace that an endpoint's URL names: http://127.0.0.1:40123/~music. */
function connect(endpoint = process.env.AWS_ENDPOINT_URL_DYNAMODB, options = {}) {
  const { adminToken = process.env.TAILRACE_ADMIN_TOKEN } = optionsOf("connect", options, ["adminToken"]);
  if (!endpoint) {
    throw new TypeError("connect() takes the URL of a server; without one, it takes the URL from the " +
      "environment variable AWS_ENDPOINT_URL_DYNAMODB, which is not set");
  }
  const given = /^(https?:\/\/[^/]+)(?:\/~([^/]+))?\/?$/.exec(endpoint);
  if (!given) {
    throw new TypeError(`connect() takes http://HOST:PORT or http://HOST:PORT/~NAME, and not ${endpoint}`);
  }
  const [, origin, name] = given;
  const namespace = name === undefined ? DEFAULT_NAMESPACE : decodeURIComponent(name);
  return new Namespace(new Connection(origin, adminToken), namespace);
}

module.exports = { Connection, DEFAULT_NAMESPACE, Namespace, connect };

"use strict";

const { spawn } = require("node:child_process");
const { once } = require("node:events");
const http = require("node:http");
const { findExecutable } = require("./executable.js");

// The whole line that says that the server listens.
const READY = /listens on http:\/\/(\S+):(\d+).*\n/;
const KEPT_CHARACTERS = 10_000;
// Addresses that mean every interface, and the addresses to which clients connect instead.
const REACHABLE = { "0.0.0.0": "127.0.0.1", "[::]": "[::1]" };

/** Turns options into arguments: dbPath: "music.db" becomes --db-path=music.db, noCors: true becomes
 * --no-cors, and onStream: [a, b] becomes one argument for each. What is false, null or undefined is left
 * out. */
function argumentsOf(options) {
  return Object.entries(options).flatMap(([name, value]) => {
    const option = "--" + name.replace(/[A-Z]/g, (letter) => "-" + letter.toLowerCase());
    return [value].flat().flatMap((each) => {
      if (each === false || each === null || each === undefined) return [];
      if (each === true) return [option];
      return [`${option}=${each instanceof Date ? each.toISOString() : each}`];
    });
  });
}

// The running servers. They end by themselves after this process has ended, but sooner if they are killed
// here.
const running = new Set();
process.on("exit", () => running.forEach((child) => child.kill()));

/** What the server prints to a stream. Keeps the last of it, and passes on what comes after the start. */
class Printed {
  text = "";
  #target;
  #passesOn = false;

  constructor(stream, target) {
    this.#target = target;
    stream.setEncoding("utf8");
    stream.on("data", (text) => {
      this.text = (this.text + text).slice(-KEPT_CHARACTERS);
      if (this.#passesOn) target.write(text);
    });
  }

  /** Passes on everything after the first `begin` characters. */
  passOn(begin) {
    this.#passesOn = true;
    if (begin < this.text.length) this.#target.write(this.text.slice(begin));
  }
}

/** Resolves to the host and port that the server prints once it listens. If the server ends instead, rejects
 * with what it says. */
function ready(child, output, errors) {
  return new Promise((resolve, reject) => {
    child.stdout.on("data", function look() {
      const found = READY.exec(output.text);
      if (!found) return;
      child.stdout.off("data", look);
      output.passOn(found.index + found[0].length);
      errors.passOn(0);
      resolve({ host: REACHABLE[found[1]] ?? found[1], port: Number(found[2]) });
    });
    child.once("error", reject);
    child.once("close", () => reject(new Error(errors.text.trim() || `tailrace ${end(child)}`)));
  });
}

const hasEnded = (child) => child.exitCode !== null || child.signalCode !== null;

/** Says how a process has ended. */
function end(child) {
  return `ended with ${child.signalCode ?? `exit code ${child.exitCode}`}`;
}

/** Returns a time in the form that the server reads. Text is passed on as it is: the server refuses text
 * without a time zone. */
function textOf(time) {
  if (typeof time === "string") return time;
  const date = time instanceof Date ? time : new Date(typeof time === "number" ? time : NaN);
  if (Number.isNaN(date.getTime())) {
    throw new TypeError(
      `clock.set() takes a Date, text such as "2026-01-31T12:00:00Z" or milliseconds, and not ${time}`);
  }
  return date.toISOString();
}

class Clock {
  #ask;

  constructor(ask) {
    this.#ask = ask;
  }

  async now() {
    return new Date((await this.#ask("GET", "/_tailrace/clock")).Now);
  }

  async advance(seconds) {
    return new Date((await this.#ask("POST", "/_tailrace/clock", { Seconds: seconds })).Now);
  }

  async set(time) {
    return new Date((await this.#ask("POST", "/_tailrace/clock", { Now: textOf(time) })).Now);
  }
}

class Tailrace {
  #child;
  #errors;
  #token;
  #stopped;

  constructor(child, { host, port }, errors, token) {
    this.#child = child;
    this.#errors = errors;
    this.#token = token;
    this.endpoint = `http://${host}:${port}`;
    this.port = port;
    this.clock = new Clock((method, path, body) => this.#ask(method, path, body));
  }

  stop() {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  drain(options = {}) {
    const { timeoutSeconds, ...others } = Object(options);
    const unknown = options === Object(options) ? Object.keys(others) : [options];
    if (unknown.length > 0) throw new TypeError(`drain() takes { timeoutSeconds }, and not ${unknown[0]}`);
    const query = timeoutSeconds === undefined ? "" : `?timeout_seconds=${timeoutSeconds}`;
    return this.#ask("POST", `/_tailrace/streams/drain${query}`);
  }

  settle(options = {}) {
    const { timeoutSeconds, tableName, advanceSeconds, ...others } = Object(options);
    const unknown = options === Object(options) ? Object.keys(others) : [options];
    const known = "{ timeoutSeconds, tableName, advanceSeconds }";
    if (unknown.length > 0) throw new TypeError(`settle() takes ${known}, and not ${unknown[0]}`);
    const query = timeoutSeconds === undefined ? "" : `?timeout_seconds=${timeoutSeconds}`;
    const advance = { AdvanceClock: true, AtMostSeconds: advanceSeconds };
    const body = { TableName: tableName, ...(advanceSeconds === undefined ? {} : advance) };
    return this.#ask("POST", `/_tailrace/settle${query}`, body);
  }

  async #stop() {
    const child = this.#child;
    if (!hasEnded(child)) {
      child.ref();
      child.kill();
      await once(child, "exit");
    }
    if (child.exitCode !== 0) throw this.#failure();
  }

  #failure() {
    return new Error(`tailrace ${end(this.#child)}. ${this.#errors.text.trim()}`.trim());
  }

  /** Returns why the server cannot be asked any more, or undefined. */
  #gone() {
    if (this.#stopped) return new Error("The server was stopped.");
    if (hasEnded(this.#child)) return this.#failure();
  }

  /** Resolves to the answer of one of Tailrace's own endpoints; rejects with the server's message. */
  #ask(method, path, body) {
    const headers = this.#token ? { "X-Tailrace-Token": this.#token } : {};
    return new Promise((resolve, reject) => {
      const gone = this.#gone();
      if (gone) throw gone;
      const fail = (error) => reject(this.#gone() ?? error);
      // A connection of its own, which does not keep the process from ending.
      const request = http.request(this.endpoint + path, { method, headers, agent: false }, (response) => {
        let text = "";
        response.setEncoding("utf8");
        response.on("data", (part) => (text += part));
        response.on("error", fail);
        response.on("end", () => {
          try {
            const answer = JSON.parse(text);
            if (response.statusCode === 200) return resolve(answer);
            reject(new Error(answer.message ?? text));
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

async function start(options = {}) {
  const { adminToken = process.env.TAILRACE_ADMIN_TOKEN, cacheToken, ...others } = { port: 0, ...options };
  const env = { ...process.env, TAILRACE_EXIT_WITH_PARENT: process.pid };
  // The command line contains no token, because others can see it.
  if (adminToken) env.TAILRACE_ADMIN_TOKEN = adminToken;
  if (cacheToken) env.TAILRACE_CACHE_TOKEN = cacheToken;
  const child = spawn(findExecutable(), argumentsOf(others), { env, stdio: ["ignore", "pipe", "pipe"] });
  running.add(child);
  child.once("exit", () => running.delete(child));
  const output = new Printed(child.stdout, process.stdout);
  const errors = new Printed(child.stderr, process.stderr);
  const address = await ready(child, output, errors);
  // The server must not keep this process from ending.
  for (const each of [child, child.stdout, child.stderr]) each.unref();
  return new Tailrace(child, address, errors, adminToken);
}

exports.start = start;

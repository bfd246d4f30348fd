"use strict";
// Starts the executable, and ends it with the process that has started it.

const { spawn } = require("node:child_process");
const { once } = require("node:events");
const { findExecutable } = require("./executable.js");
const { Connection, DEFAULT_NAMESPACE, Namespace } = require("./namespace.js");

// The whole line that says that the server listens.
const READY = /listens on (https?):\/\/(\S+):(\d+).*\n/;
// With the option tls, the server prints this line before the one above.
const AUTHORITY = /^CA certificate: (.*) \(for .*\n/m;
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

/** Resolves to the address that the server prints once it listens. If the server ends instead, rejects
 * with what it says. */
function ready(child, output, errors) {
  return new Promise((resolve, reject) => {
    child.stdout.on("data", function look() {
      const found = READY.exec(output.text);
      if (!found) return;
      child.stdout.off("data", look);
      output.passOn(found.index + found[0].length);
      errors.passOn(0);
      const [, scheme, host, port] = found;
      const caFile = AUTHORITY.exec(output.text)?.[1];
      resolve({ scheme, host: REACHABLE[host] ?? host, port: Number(port), caFile });
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


/** A running server; as a namespace, it is the default one. */
class Tailrace extends Namespace {
  #child;
  #errors;
  #stopped;

  constructor(child, { scheme, host, port, caFile }, errors, token) {
    super(new Connection(`${scheme}://${host}:${port}`, token, () => this.#gone()), DEFAULT_NAMESPACE);
    this.#child = child;
    this.#errors = errors;
    this.port = port;
    this.caFile = caFile;
  }

  stop() {
    this.#stopped ??= this.#stop();
    return this.#stopped;
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
}

/** Starts a server with options and with further arguments as they are on the command line. */
async function start(options = {}, further = []) {
  const { adminToken = process.env.TAILRACE_ADMIN_TOKEN, cacheToken, ...others } = { port: 0, ...options };
  const env = { ...process.env, TAILRACE_EXIT_WITH_PARENT: process.pid };
  // The command line contains no token, because others can see it.
  if (adminToken) env.TAILRACE_ADMIN_TOKEN = adminToken;
  if (cacheToken) env.TAILRACE_CACHE_TOKEN = cacheToken;
  const child = spawn(
    findExecutable(), [...argumentsOf(others), ...further], { env, stdio: ["ignore", "pipe", "pipe"] });
  running.add(child);
  child.once("exit", () => running.delete(child));
  const output = new Printed(child.stdout, process.stdout);
  const errors = new Printed(child.stderr, process.stderr);
  const address = await ready(child, output, errors);
  // The server must not keep this process from ending.
  for (const each of [child, child.stdout, child.stderr]) each.unref();
  return new Tailrace(child, address, errors, adminToken);
}

module.exports = { start };

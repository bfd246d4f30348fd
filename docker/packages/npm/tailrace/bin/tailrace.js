#!/usr/bin/env node
"use strict";
// Runs the executable with the same arguments, streams and exit code. Every start waits for this file, so it
// loads no more than it needs.

const { spawn } = require("node:child_process");
const { findExecutable } = require("../executable.js");

function fail(error) {
  console.error(`tailrace: ${error.message}`);
  process.exitCode = 1;
}

/** Passes on to the server the signals that end this process. This is in place before there is a server,
 * because a signal may come as soon as the server listens. */
function passOnSignals(stop) {
  // A terminal sends Ctrl-C to all its processes, so the server has already received it. A second one would
  // end the server at once.
  const atTerminal = () => [0, 1, 2].some(require("node:tty").isatty);
  process.on("SIGINT", () => atTerminal() || stop("SIGINT"));
  process.on("SIGTERM", stop);
  process.on("SIGHUP", stop);
  // npx sends SIGTERM only to the shell in between, which ends and leaves this process behind. And for
  // --exit-with-parent, this process's parent matters, not the server's.
  if (process.env.npm_lifecycle_event === "npx" || process.argv.includes("--exit-with-parent")) {
    const parent = process.ppid;
    const watch = setInterval(() => {
      if (process.ppid === parent) return;
      clearInterval(watch);
      stop("SIGTERM");
    }, 500);
    watch.unref();
  }
}

function run(executable) {
  let child;
  passOnSignals((signal) => child.kill(signal));
  // The server ends even if this process is killed.
  const env = { TAILRACE_EXIT_WITH_PARENT: process.pid, ...process.env };
  child = spawn(executable, process.argv.slice(2), { stdio: "inherit", env });
  child.on("error", fail);
  child.on("exit", (code, signal) => {
    if (signal === null) {
      process.exitCode = code;
      return;
    }
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}

try {
  run(findExecutable());
} catch (error) {
  fail(error);
}

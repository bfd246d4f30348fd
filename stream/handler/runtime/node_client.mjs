// Speaks AWS Lambda's Runtime API for one function in a JavaScript file: node -e THIS -- FILE FUNCTION. Or finds the
// function in a folder by its handler, as Lambda does: node -e THIS -- FOLDER path/module.function.
//
// Behaves like the client in AWS's own Node.js runtimes, as far as a function can see. If a function is async or
// returns a promise, its answer is what the promise resolves to. Any other function answers through its callback, or
// with null when there is nothing left to wait for.
//
// Before each call it checks whether the function's file, or one that the file loads from its folder, has changed or
// is gone. If so, it hands the call back and ends, and the call goes to a new process, which loads the current files.

import { spawnSync } from "node:child_process";
import fs from "node:fs";
import http from "node:http";
import Module from "node:module";
import path from "node:path";
import process from "node:process";
import { setTimeout } from "node:timers/promises";
import { pathToFileURL } from "node:url";

const api = "/2018-06-01/runtime/";
const [place, handlerName] = process.argv.slice(-2);
const isFolder = fs.statSync(place, { throwIfNoEntry: false })?.isDirectory() ?? false;
const folder = path.join(isFolder ? place : path.dirname(place), "/");
const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
const address = process.env.AWS_LAMBDA_RUNTIME_API;

/** Sends one request to the API. */
function ask(method, where, body, headers = {}) {
  return new Promise((resolve, reject) => {
    const options = { agent, method, path: api + where, headers };
    const request = http.request(`http://${address}`, options, (response) => {
      const pieces = [];
      response.on("data", (piece) => pieces.push(piece));
      response.on("end", () => resolve({ headers: response.headers, body: Buffer.concat(pieces).toString() }));
      response.on("error", reject);
    });
    request.on("error", reject);
    request.end(body);
  });
}

/** Describes anything thrown, in the form in which Lambda reports it. */
function described(error) {
  if (!(error instanceof Error)) return { errorType: typeof error, errorMessage: String(error), trace: [] };
  const lines = (error.stack ?? "").split("\n");
  const ours = lines.findIndex((line) => line.includes("/[eval"));
  return { errorType: error.name, errorMessage: error.message, trace: lines.slice(0, ours < 0 ? undefined : ours) };
}

function named(type, message, cause) {
  return Object.assign(new Error(message, { cause }), { name: type });
}

function report(where, error) {
  console.error(error.trace.length > 0 ? error.trace.join("\n") : `${error.errorType}: ${error.errorMessage}`);
  const headers = { "Lambda-Runtime-Function-Error-Type": error.errorType };
  return ask("POST", where, JSON.stringify(error), headers);
}

/** How often to look for a file that is gone. An editor that replaces it takes less than half a second. */
const looks = 50;
const lookMilliseconds = 10;

/** Returns a text that changes with the file, or null if there is no file. */
function stamp(name) {
  try {
    const { mtimeNs, size, ino } = fs.statSync(name, { bigint: true });
    return `${mtimeNs} ${size} ${ino}`;
  } catch {
    return null;
  }
}

/** The function's file and the files of its folder that it loads, as they were when they were loaded. */
class LoadedFiles {
  stamps = new Map();
  required = 0;

  /** Adds a file and the files that its text imports, because Node.js does not list the loaded ES modules. */
  add(name) {
    if (this.stamps.has(name) || !name.startsWith(folder) || name.includes("/node_modules/")) return;
    const found = stamp(name);
    let text;
    try {
      text = fs.readFileSync(name, "utf8");
    } catch {
      return;
    }
    this.stamps.set(name, found);
    for (const [, , where] of text.matchAll(/\b(?:from|import|require)\s*\(?\s*(["'])(\.[^"'\n]*)\1/g)) {
      const target = path.resolve(path.dirname(name), where);
      for (const ending of ["", ".js", ".cjs", ".mjs", ".json", "/index.js"]) this.add(target + ending);
    }
  }

  /** Adds the CommonJS modules that were loaded since the last check. */
  note() {
    const required = Object.keys(Module._cache);
    if (required.length === this.required) return;
    this.required = required.length;
    for (const name of required) this.add(name);
  }

  async haveChanged() {
    for (let look = 0; look < looks; ++look) {
      const stamps = [...this.stamps].map(([name, loaded]) => [stamp(name), loaded]);
      const changed = stamps.filter(([now, loaded]) => now !== loaded);
      if (!changed.some(([now]) => now === null)) return changed.length > 0;
      await setTimeout(lookMilliseconds);
    }
    return true;
  }

  /** Returns where a syntax error is: "a.js, line 3". Returns an empty string if that is unknown. */
  placeOf(error) {
    const first = /^(?:file:\/\/)?(\/.*):(\d+)\n/;
    const { NODE_OPTIONS, ...env } = process.env;
    const check = (name) => spawnSync(process.execPath, ["--check", name], { encoding: "utf8", env }).stderr ?? "";
    let found = first.exec(error.stack);
    for (const name of this.stamps.keys()) found ??= first.exec(check(name));
    return found ? `${path.relative(folder, found[1])}, line ${found[2]}` : "";
  }
}

/** Returns the file of a module whose path in the folder has no extension, in the order in which Lambda looks. */
function fileOf(module) {
  const base = path.resolve(folder, module);
  const isFile = (name) => fs.statSync(name, { throwIfNoEntry: false })?.isFile() ?? false;
  const file = ["", "/index.js", ".js", ".mjs", ".cjs"].map((ending) => base + ending).find(isFile);
  if (file) return file;
  try {
    return Module.createRequire(folder).resolve(module);
  } catch {
    throw named("Runtime.ImportModuleError", `Error: Cannot find module '${module}'`);
  }
}

/** Returns the function's file, its name in that file, and its name for messages. */
function located() {
  if (!isFolder) {
    if (!fs.existsSync(place)) throw named("Runtime.ImportModuleError", `Error: there is no file '${place}'`);
    const shown = `${path.basename(place, path.extname(place))}.${handlerName}`;
    return { file: place, names: [handlerName], shown };
  }
  if (handlerName.includes("..")) {
    const message = `'${handlerName}' is not a valid handler name. Use absolute paths when specifying root directories in handler names.`;
    throw named("Runtime.MalformedHandlerName", message);
  }
  const base = path.basename(handlerName);
  const [module, ...names] = base.split(".");
  if (names.length === 0) throw named("Runtime.MalformedHandlerName", "Bad handler");
  const root = handlerName.slice(0, handlerName.length - base.length);
  return { file: fileOf(root + module), names, shown: handlerName };
}

/** Loads the function from a CommonJS or an ES module. */
async function load(files) {
  const { file, names, shown } = located();
  files.add(file);
  let loaded;
  try {
    loaded = await import(pathToFileURL(file).href);
  } catch (error) {
    const known = { ERR_MODULE_NOT_FOUND: true, MODULE_NOT_FOUND: true };
    if (known[error?.code]) throw named("Runtime.ImportModuleError", `Error: ${error.message}`, error);
    if (error instanceof SyntaxError) {
      const place = files.placeOf(error);
      const message = `SyntaxError: ${error.message}${place && ` (${place})`}`;
      throw named("Runtime.UserCodeSyntaxError", message, error);
    }
    throw error;
  }
  const within = (object) => names.reduce((nested, name) => nested?.[name], object);
  const found = within(loaded) ?? within(loaded.default);
  if (typeof found === "function") return found;
  const fault = found && isFolder ? "is not a function" : "is undefined or not exported";
  throw named("Runtime.HandlerNotFound", `${shown} ${fault}`);
}

function contextOf(headers) {
  const deadline = Number(headers["lambda-runtime-deadline-ms"]);
  return {
    awsRequestId: headers["lambda-runtime-aws-request-id"],
    invokedFunctionArn: headers["lambda-runtime-invoked-function-arn"],
    functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: process.env.AWS_LAMBDA_FUNCTION_VERSION,
    memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => Math.max(deadline - Date.now(), 0),
  };
}

/** Calls the function and returns its answer. `onFailure` gets a function that fails the call, for uncaught errors. */
function call(handler, event, context, onFailure) {
  return new Promise((resolve, reject) => {
    onFailure(reject);
    const whenIdle = (then) => process.once("beforeExit", then);
    let answered = false;
    const callback = (error, answer) => {
      if (answered) return;
      answered = true;
      const end = () => (error ? reject(error) : resolve(answer));
      if (context.callbackWaitsForEmptyEventLoop) whenIdle(end);
      else end();
    };
    Object.assign(context, {
      done: callback,
      succeed: (answer) => callback(null, answer),
      fail: (error) => callback(error ?? "handled"),
    });
    const returned = handler(event, context, callback);
    if (typeof returned?.then === "function") returned.then(resolve, reject);
    else whenIdle(() => answered || resolve(null));
  });
}

function answerOf(returned) {
  try {
    return JSON.stringify(returned ?? null) ?? "null";
  } catch (error) {
    throw named("Runtime.MarshalError", `Unable to marshal response: ${error.message}`, error);
  }
}

let failCall = null;
let isEnding = false;

/** Ends the process after an uncaught error has been reported. */
function endWith(error) {
  isEnding = true;
  failCall?.(error);
}
process.on("uncaughtException", endWith);
process.on("unhandledRejection", (reason) => {
  const message = reason instanceof Error ? `${reason.name}: ${reason.message}` : String(reason);
  endWith(named("Runtime.UnhandledPromiseRejection", message, reason));
});

/** Says on the first process's output if this is not the Node.js that the function's definition names. */
function noteVersion() {
  const runtime = process.env.TAILRACE_NAMED_RUNTIME;
  delete process.env.TAILRACE_NAMED_RUNTIME;
  const version = process.versions.node;
  if (runtime && runtime !== `nodejs${version.split(".")[0]}.x`) {
    console.log(`The function's runtime is ${runtime}; node on this machine is Node.js ${version}, which runs it.`);
  }
}

async function serve() {
  noteVersion();
  const files = new LoadedFiles();
  let handler;
  try {
    handler = await load(files);
  } catch (error) {
    await report("init/error", described(error));
    process.exit(1);
  }
  for (;;) {
    files.note();
    const { headers, body } = await ask("GET", "invocation/next");
    const id = headers["lambda-runtime-aws-request-id"];
    if (await files.haveChanged()) {
      await ask("POST", `invocation/${id}/error`, "", { "Lambda-Runtime-Function-Error-Type": "Tailrace.FilesChanged" });
      process.exit(0);
    }
    process.env._X_AMZN_TRACE_ID = headers["lambda-runtime-trace-id"] ?? "";
    try {
      const returned = await call(handler, JSON.parse(body), contextOf(headers), (fail) => (failCall = fail));
      await ask("POST", `invocation/${id}/response`, answerOf(returned));
    } catch (error) {
      await report(`invocation/${id}/error`, described(error));
      if (isEnding) process.exit(1);
    }
  }
}

// If the server cannot be asked, it is gone, and there is no reason to go on.
serve().catch(() => process.exit(1));

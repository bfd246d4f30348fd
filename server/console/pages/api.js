// Sends requests to this server: dynamodb("Scan", {TableName}) to DynamoDB's API, streams("GetRecords", {…})
// to DynamoDB Streams', http("POST", "/_tailrace/settle", {body}) to everything with a path, such as
// Lambda's API. Each returns the answer's JSON, or throws a CallError with the server's own message.
//
// Every call goes to the namespace that is selected at the top of the page, and is recorded, so that the page
// can show how a program would make it: `calls` fires the event "call" with the call as its detail.

export const DEFAULT_NAMESPACE = "default";
const KEPT_CALLS = 30;
const LONGEST_KEPT_BODY = 20000;
const UNCHECKED_SECRET = "local";

export class CallError extends Error {
  constructor(name, message, status, answer) {
    super(message);
    Object.assign(this, { name, status, answer });
  }
}

export const unreachable = () =>
  new CallError("Unreachable", "The server does not answer. Is it still running?", 0);

class Calls extends EventTarget {
  kept = [];
  add(call) {
    this.kept.unshift(call);
    this.kept.length = Math.min(this.kept.length, KEPT_CALLS);
    this.dispatchEvent(new CustomEvent("call", { detail: call }));
  }
}
export const calls = new Calls();

// What the user has entered. Secrets are forgotten when the tab is closed.
const entered = (name, fallback) => sessionStorage.getItem(`tailrace.${name}`) ?? fallback;
export const connection = {
  namespace: entered("namespace", DEFAULT_NAMESPACE),
  token: entered("token", ""),
  region: entered("region", "us-east-1"),
  accessKey: entered("accessKey", "local"),
  secretKey: entered("secretKey", UNCHECKED_SECRET),
  set(values) {
    Object.assign(this, values);
    for (const [name, value] of Object.entries(values)) sessionStorage.setItem(`tailrace.${name}`, value);
  },
};
// Asks the user for a token after the server has required one, and returns true if there is a new one. The
// shell sets it.
export const ask = { token: async () => false };

// "20260131T120000Z"
const basicDate = (date) => date.toISOString().replace(/[-:]|\.\d+/g, "");

// Adds the headers that an SDK sends. The server checks the signature only with --verify-signatures.
async function sign(headers, service, { method, path, text }) {
  const date = basicDate(new Date());
  headers["X-Amz-Date"] = date;
  const scope = `${date.slice(0, 8)}/${connection.region}/${service}/aws4_request`;
  const names = ["host", "x-amz-date", ...(headers["X-Amz-Target"] ? ["x-amz-target"] : [])];
  const { accessKey, secretKey } = connection;
  const value =
    secretKey === UNCHECKED_SECRET
      ? "0".repeat(64)
      : await (
          await import("./signature.js")
        ).signature({ method, path, headers, names, body: text ?? "", date, scope, secretKey });
  headers.Authorization =
    `AWS4-HMAC-SHA256 Credential=${accessKey}/${scope}, SignedHeaders=${names.join(";")}, ` +
    `Signature=${value}`;
}

function errorOf(response, answer) {
  const type = answer?.__type ?? response.headers.get("x-amzn-ErrorType") ?? "";
  const name =
    String(type)
      .split(/[#:]/)
      .filter((part) => part && !part.startsWith("http"))
      .find((part) => /(Exception|Error|Request)/.test(part)) ?? `Status ${response.status}`;
  const message =
    answer?.message ?? answer?.Message ?? answer?.errorMessage ?? (typeof answer === "string" ? answer : "");
  return new CallError(name, message || `The server answered ${response.status}.`, response.status, answer);
}

function parsed(text) {
  try {
    return text === "" ? null : JSON.parse(text);
  } catch {
    return text;
  }
}

// Marks a request as the console's, in the way in which SDKs mark those of functions: with the hash of a
// name, here "/console".
const TRACE = "Lineage=1:b8209027:0";

// Sends one request and records it. `call` says what it is, for people.
async function send(call, { path, method, headers, text, signal }) {
  headers["X-Tailrace-Namespace"] = connection.namespace;
  headers["X-Amzn-Trace-Id"] = TRACE;
  const began = performance.now();
  const record = {
    ...call,
    namespace: connection.namespace,
    at: new Date(),
    ms: 0,
    status: 0,
    bytes: 0,
    capacity: null,
    error: null,
  };
  try {
    const response = await fetch(path, { method, headers, body: text, signal, cache: "no-store" });
    const received = await response.text();
    const answer = call.isText ? received : parsed(received);
    record.status = response.status;
    record.bytes = received.length;
    if (!response.ok) throw errorOf(response, parsed(received));
    record.capacity = capacityOf(answer);
    return { answer, response };
  } catch (error) {
    record.error = error.name === "TypeError" ? "Unreachable" : error.name;
    if (error.name !== "TypeError") throw error;
    throw unreachable();
  } finally {
    record.ms = performance.now() - began;
    if (!call.isSilent) calls.add(record);
  }
}

// Returns the capacity units in an answer, or null.
function capacityOf(answer) {
  const consumed = answer?.ConsumedCapacity;
  if (!consumed) return null;
  return [consumed].flat().reduce((sum, each) => sum + (each.CapacityUnits ?? 0), 0);
}

// The recorded call has `shown` in place of `input`: `shown` lacks the members that only this page needs.
async function operate(service, prefix, operation, input, { signal, isSilent, shown = input } = {}) {
  const text = JSON.stringify(input);
  const headers = {
    "Content-Type": "application/x-amz-json-1.0",
    "X-Amz-Target": `${prefix}.${operation}`,
  };
  const request = { path: "/", method: "POST", headers, text, signal };
  await sign(headers, "dynamodb", request);
  const call = { service, operation, method: "POST", path: "/", input: shown, isSilent };
  return (await send(call, request)).answer;
}

export const dynamodb = (operation, input = {}, options = {}) =>
  operate("dynamodb", "DynamoDB_20120810", operation, input, options);
export const streams = (operation, input = {}, options = {}) =>
  operate("dynamodbstreams", "DynamoDBStreams_20120810", operation, input, options);

// `body` is sent as JSON; `text` is sent as it is. `isSilent` is for calls that a page repeats: they are not
// added to the list. With `isText` the answer is not parsed, and with `whole` this returns {answer,
// response}.
export async function http(method, path, options = {}) {
  const { body, text, signal, isSilent, isText, whole } = options;
  const sent = text ?? (body === undefined ? undefined : JSON.stringify(body));
  const attempt = async () => {
    const headers = { ...options.headers };
    if (sent !== undefined) headers["Content-Type"] = "application/json";
    if (connection.token) headers["X-Tailrace-Token"] = connection.token;
    const kept = sent !== undefined && sent.length > LONGEST_KEPT_BODY ? `${sent.slice(0, 2000)}…` : sent;
    const service = path.startsWith("/_tailrace") ? "tailrace" : "lambda";
    const call = { service, operation: `${method} ${path}`, method, path, text: kept, isSilent, isText };
    const request = { path, method, headers, text: sent, signal };
    if (service === "lambda") await sign(headers, service, request);
    return send(call, request);
  };
  let result;
  try {
    result = await attempt();
  } catch (error) {
    if (error.status !== 401 || !(await ask.token())) throw error;
    result = await attempt();
  }
  return whole ? result : result.answer;
}

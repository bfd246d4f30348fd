// How programs make the calls that the page has made: for the AWS CLI, boto3, AWS's SDK for JavaScript, and
// curl.

import { DEFAULT_NAMESPACE, connection } from "./api.js";

const endpointOf = (call) =>
  call.namespace === DEFAULT_NAMESPACE ? location.origin : `${location.origin}/~${call.namespace}`;

// In single quotes, a shell changes nothing.
const quoted = (text) => `'${text.replaceAll("'", "'\\''")}'`;
const word = (text) => (/^[\w@%+=:,./~?&-]+$/.test(text) && !/[?&]/.test(text) ? text : quoted(text));
const kebab = (name) =>
  name
    .replace(/([a-z0-9])([A-Z])/g, "$1-$2")
    .replace(/([A-Z]+)([A-Z][a-z])/g, "$1-$2")
    .toLowerCase();
const snake = (name) => kebab(name).replaceAll("-", "_");
const camel = (name) => name[0].toLowerCase() + name.slice(1);
// The commands of the AWS CLI and of boto3 for names that the rules above would spell differently.
const spelled = (name) => name.replace("PartiQL", "Partiql");

const isSdk = (call) => call.service === "dynamodb" || call.service === "dynamodbstreams";

// How each language writes null, true and false, the bytes of a text in base64, and a name.
const PYTHON = {
  indent: "    ",
  words: new Map([
    [null, "None"],
    [true, "True"],
    [false, "False"],
  ]),
  bytes: (text) => `base64.b64decode(${text})`,
  name: (text) => text,
};
const JAVASCRIPT = {
  indent: "  ",
  words: new Map(),
  bytes: (text) => `Buffer.from(${text}, "base64")`,
  // Without brackets, "__proto__" would set the prototype of the object.
  name: (text) => (text === '"__proto__"' ? `[${text}]` : text),
};

// The literal of a JSON value. `type` is the name of the member that holds the value. Under B and BS, texts
// are base64, which these clients want as bytes.
function literal(language, value, indent = "", type = "") {
  if (typeof value === "string" && (type === "B" || type === "BS"))
    return language.bytes(JSON.stringify(value));
  if (value === null || typeof value !== "object") return language.words.get(value) ?? JSON.stringify(value);
  const inner = `${indent}${language.indent}`;
  const lines = Array.isArray(value)
    ? value.map((each) => literal(language, each, inner, type))
    : Object.entries(value).map(
        ([name, each]) => `${language.name(JSON.stringify(name))}: ${literal(language, each, inner, name)}`,
      );
  const [open, close] = Array.isArray(value) ? "[]" : "{}";
  if (lines.length === 0) return open + close;
  return `${open}\n${lines.map((line) => `${inner}${line},\n`).join("")}${indent}${close}`;
}

function cli(call) {
  const name = kebab(spelled(call.operation));
  const input = quoted(JSON.stringify(call.input));
  return `aws ${call.service} ${name} --endpoint-url ${endpointOf(call)} \\\n  --cli-input-json ${input}`;
}

function boto3(call) {
  const made = literal(PYTHON, call.input);
  const imports = made.includes("base64.") ? "import base64\n\nimport boto3" : "import boto3";
  const input = made === "{}" ? "" : `**${made}`;
  return `${imports}

client = boto3.client("${call.service}", endpoint_url="${endpointOf(call)}",
                      region_name="${connection.region}")
print(client.${snake(spelled(call.operation))}(${input}))`;
}

function javascript(call) {
  const isStreams = call.service === "dynamodbstreams";
  const client = isStreams ? "DynamoDBStreams" : "DynamoDB";
  const packageName = isStreams ? "@aws-sdk/client-dynamodb-streams" : "@aws-sdk/client-dynamodb";
  const made = literal(JAVASCRIPT, call.input);
  return `import { ${client} } from "${packageName}";

const client = new ${client}({ endpoint: "${endpointOf(call)}", region: "${connection.region}" });
console.log(await client.${camel(call.operation)}(${made}));`;
}

function curl(call) {
  const url = word(`${endpointOf(call)}${call.path === "/" ? "/" : call.path}`);
  if (!isSdk(call)) {
    const lines = [`curl${call.method === "GET" ? "" : ` -X ${call.method}`} ${url}`];
    if (connection.token) lines.push('-H "X-Tailrace-Token: $TAILRACE_ADMIN_TOKEN"');
    if (call.text !== undefined) lines.push("-H 'Content-Type: application/json'", `-d ${quoted(call.text)}`);
    return lines.join(" \\\n  ");
  }
  const target = call.service === "dynamodb" ? "DynamoDB_20120810" : "DynamoDBStreams_20120810";
  const lines = [
    `curl ${url}`,
    "-H 'Content-Type: application/x-amz-json-1.0'",
    `-H 'X-Amz-Target: ${target}.${call.operation}'`,
  ];
  // curl signs with the key pair; without --verify-signatures, any will do.
  lines.push(
    '--user "${AWS_ACCESS_KEY_ID:-local}:${AWS_SECRET_ACCESS_KEY:-local}"',
    `--aws-sigv4 aws:amz:${connection.region}:dynamodb`,
  );
  lines.push(`-d ${quoted(JSON.stringify(call.input))}`);
  return lines.join(" \\\n  ");
}

const fetched = (call) => {
  const options = {
    method: call.method,
    headers: call.text === undefined ? undefined : { "Content-Type": "application/json" },
    body: call.text,
  };
  const shown = JSON.stringify(options, null, 2);
  return `const response = await fetch("${endpointOf(call)}${call.path}", ${shown});
console.log(await response.json());`;
};

const opened = (call) => `import json
import urllib.request

request = urllib.request.Request("${endpointOf(call)}${call.path}", method="${call.method}"${
  call.text === undefined
    ? ""
    : `,
    data=${JSON.stringify(call.text)}.encode(), headers={"Content-Type": "application/json"}`
})
print(json.load(urllib.request.urlopen(request)))`;

// Returns pairs of a label and its code. The label that fits the call best comes first.
export function codesOf(call) {
  if (isSdk(call)) {
    // Members without a value are not sent.
    const sent = { ...call, input: JSON.parse(JSON.stringify(call.input)) };
    return [
      ["AWS CLI", cli(sent)],
      ["boto3", boto3(sent)],
      ["JavaScript", javascript(sent)],
      ["curl", curl(sent)],
    ];
  }
  return [
    ["curl", curl(call)],
    ["Python", opened(call)],
    ["JavaScript", fetched(call)],
  ];
}

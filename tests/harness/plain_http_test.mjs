// Write, drain and look with nothing but Node.js: plain_http_test.mjs TAILRACE_EXECUTABLE

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import readline from "node:readline";
import test from "node:test";

const executable = process.argv[2];

/** A server in memory on a free port, with the built-in function `message-groups` on the table music. */
async function startTailrace() {
  const mapping = "music=message-groups,BatchSize=2,MaximumBatchingWindowInSeconds=60";
  const child = spawn(
    executable,
    ["--port", "0", "--manual-clock", "2026-01-31T12:00:00Z", "--on-stream", mapping],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  const [line] = await once(readline.createInterface(child.stdout), "line");
  const url = line.match(/http:\S+/)[0];

  async function ask(method, path, body, headers) {
    const response = await fetch(url + path, { method, headers, body: body && JSON.stringify(body) });
    const answer = await response.json();
    assert.equal(response.status, 200, JSON.stringify(answer));
    return answer;
  }
  const call = (operation, request) =>
    ask("POST", "/", request, {
      "X-Amz-Target": `DynamoDB_20120810.${operation}`,
      "Content-Type": "application/x-amz-json-1.0",
      "X-Amz-Date": "20260131T120000Z",
      Authorization:
        "AWS4-HMAC-SHA256 Credential=local/20260131/us-east-1/dynamodb/aws4_request, " +
        "SignedHeaders=host, Signature=0",
    });
  async function stop() {
    child.kill();
    await once(child, "exit");
  }
  return { ask, call, stop };
}

test("a function is called with what was written", async (context) => {
  const tailrace = await startTailrace();
  context.after(tailrace.stop);
  await tailrace.call("CreateTable", {
    TableName: "music",
    BillingMode: "PAY_PER_REQUEST",
    AttributeDefinitions: [{ AttributeName: "pk", AttributeType: "S" }],
    KeySchema: [{ AttributeName: "pk", KeyType: "HASH" }],
    StreamSpecification: { StreamEnabled: true, StreamViewType: "NEW_IMAGE" },
  });
  for (const name of ["Nils", "Hania", "Jon"]) {
    await tailrace.call("PutItem", { TableName: "music", Item: { pk: { S: name } } });
  }
  // The third record would wait a minute for a fourth one.
  await tailrace.ask("POST", "/_tailrace/clock", { Seconds: 60 });
  await tailrace.ask("POST", "/_tailrace/streams/drain");
  const history = await tailrace.ask("GET", "/_tailrace/mappings/music%2Fmessage-groups/history?records");
  const calledWith = history.Invocations.map((call) =>
    call.Event.Records.map((record) => record.dynamodb.Keys.pk.S),
  );
  assert.deepEqual(calledWith, [["Nils", "Hania"], ["Jon"]]);
});

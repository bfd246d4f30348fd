// Tests start() of the npm package that is installed in this file's folder.

import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { get } from "node:https";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import test from "node:test";
import { start } from "tailrace";

async function started(context, options) {
  const tailrace = await start(options);
  context.after(() => tailrace.stop().catch(() => {}));
  return tailrace;
}

async function call({ endpoint }, operation, request) {
  const response = await fetch(endpoint, {
    method: "POST",
    headers: {
      "X-Amz-Target": `DynamoDB_20120810.${operation}`,
      "Content-Type": "application/x-amz-json-1.0",
      "X-Amz-Date": "20260131T120000Z",
      Authorization:
        "AWS4-HMAC-SHA256 Credential=local/20260131/us-east-1/dynamodb/aws4_request, " +
        "SignedHeaders=host, Signature=0",
    },
    body: JSON.stringify(request),
  });
  assert.equal(response.status, 200, await response.clone().text());
  return response.json();
}

const createMusic = (tailrace) =>
  call(tailrace, "CreateTable", {
    TableName: "music",
    BillingMode: "PAY_PER_REQUEST",
    AttributeDefinitions: [{ AttributeName: "artist", AttributeType: "S" }],
    KeySchema: [{ AttributeName: "artist", KeyType: "HASH" }],
    StreamSpecification: { StreamEnabled: true, StreamViewType: "KEYS_ONLY" },
  });

const put = (tailrace, artist) =>
  call(tailrace, "PutItem", { TableName: "music", Item: { artist: { S: artist } } });

test("CommonJS and ES modules get the same", () => {
  assert.equal(createRequire(import.meta.url)("tailrace").start, start);
});

test("each server has a port and tables of its own", async (context) => {
  const servers = await Promise.all(Array.from({ length: 12 }, () => started(context)));
  assert.equal(new Set(servers.map(({ port }) => port)).size, 12);
  assert.deepEqual(
    servers.map(({ endpoint }) => endpoint),
    servers.map(({ port }) => `http://127.0.0.1:${port}`),
  );
  await createMusic(servers[3]);
  assert.deepEqual((await call(servers[3], "ListTables", {})).TableNames, ["music"]);
  assert.deepEqual((await call(servers[4], "ListTables", {})).TableNames, []);
});

test("a server speaks TLS", async (context) => {
  const tlsFolder = mkdtempSync(`${tmpdir()}/tailrace-`);
  context.after(() => rmSync(tlsFolder, { recursive: true }));
  const tailrace = await started(context, { tls: "self-signed", tlsFolder });
  assert.equal(tailrace.endpoint, `https://127.0.0.1:${tailrace.port}`);
  assert.equal(tailrace.caFile, `${tlsFolder}/tailrace-ca.pem`);
  const status = await new Promise((resolve, reject) => {
    const options = { ca: readFileSync(tailrace.caFile), agent: false };
    get(tailrace.endpoint, options, (response) => resolve(response.resume().statusCode)).on("error", reject);
  });
  assert.equal(status, 200);
  assert.deepEqual(await tailrace.drain(), { Drained: true });
  assert.equal((await started(context)).caFile, undefined);
});

test("a server that is stopped is gone", async () => {
  const tailrace = await start();
  await Promise.all([tailrace.stop(), tailrace.stop()]);
  await tailrace.stop();
  await assert.rejects(fetch(tailrace.endpoint));
  for (const ask of [() => tailrace.clock.now(), () => tailrace.drain(), () => tailrace.settle()]) {
    await assert.rejects(ask, { message: "The server was stopped." });
  }
});

test("stopping a server that has failed is an error", async () => {
  const tailrace = await start();
  const children = readFileSync(`/proc/self/task/${process.pid}/children`, "ascii").trim().split(" ");
  process.kill(Number(children.at(-1)), "SIGKILL");
  await assert.rejects(tailrace.stop(), { message: "tailrace ended with SIGKILL." });
});

test("the clock shows the same time until it is moved", async (context) => {
  const tailrace = await started(context, { manualClock: new Date("2026-01-31T12:00:00Z") });
  assert.deepEqual(await tailrace.clock.now(), new Date("2026-01-31T12:00:00Z"));
  assert.deepEqual(await tailrace.clock.advance(90), new Date("2026-01-31T12:01:30Z"));
  assert.deepEqual(await tailrace.clock.set("2026-02-01T00:00:00Z"), new Date("2026-02-01T00:00:00Z"));
  assert.deepEqual(await tailrace.clock.set(Date.UTC(2026, 1, 2)), new Date("2026-02-02T00:00:00Z"));
  await assert.rejects(tailrace.clock.set("2026-01-01T00:00:00Z"), {
    message:
      "2026-01-01T00:00:00.000Z is in the past: the server's clock is at 2026-02-02T00:00:00.000Z and " +
      "cannot be moved back.",
  });
  // JavaScript takes a time without a zone for a time in this machine's zone.
  await assert.rejects(tailrace.clock.set("2026-02-03T12:00:00"), {
    message: "The time must be written as 2026-01-31T12:00:00Z.",
  });
  for (const [time, shown] of [[new Date("noon"), "Invalid Date"], [null, "null"], [undefined, "undefined"]]) {
    await assert.rejects(tailrace.clock.set(time), {
      name: "TypeError",
      message:
        'clock.set() takes a Date, text such as "2026-01-31T12:00:00Z" or milliseconds, and not ' + shown,
    });
  }
  await assert.rejects(tailrace.clock.advance(-1), {
    message: "The seconds must be a number that is not below 0.",
  });
});

test("the machine's clock is not moved", async (context) => {
  const tailrace = await started(context);
  await assert.rejects(tailrace.clock.advance(1), {
    message:
      "The server uses the machine's clock. Start it with --manual-clock TIME to have a clock that can be moved.",
  });
});

test("a drain waits for functions, and says which one has failed", async (context) => {
  const tailrace = await started(context, {
    onStream: ["music=node:./songs.cjs:handler,BatchSize=1", "songs=message-groups"],
    manualClock: "2026-01-31T12:00:00Z",
    logLevel: "error",
  });
  await createMusic(tailrace);
  await put(tailrace, "Nils");
  const drained = await tailrace.drain();
  assert.equal(drained.Drained, true);
  assert.deepEqual(drained.Unread.map(({ Name }) => Name), ["songs/message-groups"]);
  await put(tailrace, "nobody");
  await assert.rejects(tailrace.drain({ timeoutSeconds: 20 }), { message: /^Not drained.*nobody sings/ });
  await assert.rejects(tailrace.settle({ tableName: "music", advanceSeconds: 1 }),
    { message: /^Not settled.*in attempt 4: .*nobody sings/ });
  assert.throws(() => tailrace.settle({ table: "music" }),
    { message: "settle() takes { timeoutSeconds, tableName, advanceSeconds }, and not table" });
});

test("tokens are given, and not shown", async (context) => {
  const tailrace = await started(context, { adminToken: "secret", cache: "songs", cacheToken: "secret" });
  assert.equal((await fetch(`${tailrace.endpoint}/cache/songs?key=a&token=other`)).status, 401);
  assert.equal((await fetch(`${tailrace.endpoint}/_tailrace/clock`)).status, 401);
  assert.ok((await tailrace.clock.now()) > new Date("2026-01-01"));
  const children = readFileSync(`/proc/self/task/${process.pid}/children`, "ascii").trim().split(" ");
  for (const each of children) {
    assert.doesNotMatch(readFileSync(`/proc/${each}/cmdline`, "utf8"), /secret/);
  }
});

test("a start that fails says what the server says", async (context) => {
  const { port } = await started(context);
  await assert.rejects(start({ prot: 1 }), {
    message:
      "tailrace: unknown option --prot; did you mean --port? (tailrace --help lists the options)",
  });
  await assert.rejects(start({ shards: 0 }), { message: /--shards/ });
  await assert.rejects(start({ port }), {
    message: `tailrace: cannot listen on 127.0.0.1:${port}: the port is in use`,
  });
  process.env.TAILRACE_EXECUTABLE = "/nowhere/tailrace";
  context.after(() => delete process.env.TAILRACE_EXECUTABLE);
  await assert.rejects(start(), { message: "spawn /nowhere/tailrace ENOENT" });
});

test("what is false or not given is left out", async (context) => {
  const tailrace = await started(context, { noAdmin: false, host: undefined, dbPath: null, inMemory: true });
  await tailrace.clock.now();
});

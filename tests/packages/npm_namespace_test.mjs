// Tests what a test does with a server of the npm package, which is installed in this file's folder.

import assert from "node:assert/strict";
import test from "node:test";
import { connect, start } from "tailrace";

const NOON = new Date("2026-01-31T12:00:00Z");
const TABLE = {
  TableName: "music",
  BillingMode: "PAY_PER_REQUEST",
  AttributeDefinitions: [{ AttributeName: "artist", AttributeType: "S" }],
  KeySchema: [{ AttributeName: "artist", KeyType: "HASH" }],
  StreamSpecification: { StreamEnabled: true, StreamViewType: "KEYS_ONLY" },
};

/** Starts a server with a table and one item. */
async function serve(context, options) {
  const server = await start({ logLevel: "error", ...options });
  context.after(() => server.stop());
  await server.call("CreateTable", TABLE);
  await put(server, "Nils");
  return server;
}

const put = (namespace, artist, attributes = {}) =>
  namespace.call("PutItem", { TableName: "music", Item: { artist: { S: artist }, ...attributes } });

async function artists(namespace) {
  const { Items } = await namespace.call("Scan", { TableName: "music" });
  return Items.map(({ artist }) => artist.S).sort();
}

test("a fork has what was there, and neither sees what changes in the other", async (context) => {
  const server = await serve(context);
  const one = await server.fork("one");
  assert.equal(one.endpoint, `${server.endpoint}/~one`);
  await put(one, "Hania");
  await put(server, "Olafur");
  assert.deepEqual([await artists(server), await artists(one)], [["Nils", "Olafur"], ["Hania", "Nils"]]);
  const two = await (await one.fork()).fork("two");
  assert.deepEqual(await artists(two), ["Hania", "Nils"]);
  await one.remove();
  const names = (await server.namespaces()).map(({ Name }) => Name);
  assert.deepEqual([names.length, names.includes("one"), names.includes("two")], [3, false, true]);
  await assert.rejects(server.fork("a/b"), {
    message: "'a/b' is not the name of a namespace: 1 to 64 letters, digits, dots, underscores and hyphens, not only dots.",
  });
  await assert.rejects(server.fork("three", { from: "one" }), {
    message: "fork() takes { clock }, and not from",
  });
});

test("a snapshot, a restore and a reset", async (context) => {
  const server = await serve(context);
  await server.snapshot("ready");
  await put(server, "Hania");
  await server.restore("ready");
  assert.deepEqual(await artists(server), ["Nils"]);
  await server.reset({ items: true });
  assert.deepEqual(await artists(server), []);
  await server.reset();
  assert.deepEqual((await server.call("ListTables")).TableNames, []);
  await server.forget("ready");
  await assert.rejects(server.restore("ready"), { message: /has no snapshot 'ready'/ });
});

test("a fork with a clock of its own, and items that expire", async (context) => {
  // Nothing but the test removes items.
  const server = await serve(context, { ttlInterval: 0 });
  const namespace = await server.fork("noon", { clock: NOON });
  assert.deepEqual(await namespace.clock.now(), NOON);
  const TimeToLiveSpecification = { AttributeName: "until", Enabled: true };
  await namespace.call("UpdateTimeToLive", { TableName: "music", TimeToLiveSpecification });
  await put(namespace, "Hania", { until: { N: String(NOON / 1000 + 60) } });
  assert.equal(await namespace.sweep(), 0);
  await namespace.clock.advance(61);
  assert.equal(await namespace.sweep(), 1);
  const other = await namespace.fork("later");
  assert.deepEqual(await other.clock.now(), await namespace.clock.now());
  await assert.rejects(server.fork("never", { clock: null }), { name: "TypeError" });
});

test("faults, and the requests that met them", async (context) => {
  const server = await serve(context);
  const namespace = await server.fork("faults");
  const rule = { Operation: "PutItem", Times: 1, Then: { Error: "ThrottlingException" } };
  assert.deepEqual(await namespace.faults.set([rule]), [{ ...rule, Met: 0, Applied: 0 }]);
  await assert.rejects(put(namespace, "Hania"), { name: "ThrottlingException" });
  await put(namespace, "Hania");
  assert.deepEqual(await namespace.faults.rules(), [{ ...rule, Met: 2, Applied: 1 }]);
  await namespace.faults.clear();
  assert.deepEqual(await namespace.faults.rules(), []);
  const statuses = async (filter) => (await namespace.requests(filter)).map(({ Status }) => Status);
  assert.deepEqual(await statuses(), [400, 200]);
  assert.deepEqual(await statuses({ operation: "PutItem", table: "music", status: 200 }), [200]);
  assert.deepEqual(await statuses({ operation: "GetItem" }), []);
  assert.equal(await namespace.forgetRequests(), 2);
  assert.deepEqual(await statuses(), []);
  assert.equal((await server.requests()).length, 2);
});

test("limits of throughput, and reads that lag behind", async (context) => {
  const server = await serve(context, { manualClock: NOON });
  await server.throttle({ TableName: "music", WriteCapacityUnits: 1, BurstSeconds: 1 });
  await put(server, "Hania");
  await assert.rejects(put(server, "Olafur"), { name: "ThrottlingException" });
  assert.equal((await server.throttled()).Tables[0].WriteCapacityUnits, 1);
  await server.throttle([]);
  await server.lag({ ReadLagMs: 60_000 });
  await put(server, "Olafur");
  assert.deepEqual(await artists(server), ["Hania", "Nils"]);
  assert.equal((await server.lags()).ReadLagMs, 60_000);
  await server.settle();
  assert.deepEqual(await artists(server), ["Hania", "Nils", "Olafur"]);
  await server.lag({});
});

test("the streams of a table", async (context) => {
  const server = await serve(context);
  const { Streams } = await server.call("ListStreams");
  assert.deepEqual(Streams.map(({ TableName }) => TableName), ["music"]);
});

test("a handle by the URL, or by the environment", async (context) => {
  const server = await serve(context, { adminToken: "secret" });
  await (await server.fork("one")).call("DeleteTable", { TableName: "music" });
  const handle = connect(`${server.endpoint}/~one/`, { adminToken: "secret" });
  assert.deepEqual([handle.name, handle.endpoint], ["one", `${server.endpoint}/~one`]);
  assert.equal((await handle.settle()).Settled, true);
  await assert.rejects(connect(server.endpoint).settle(), { message: /token/ });
  process.env.AWS_ENDPOINT_URL_DYNAMODB = server.endpoint;
  process.env.AWS_PROFILE = "music";
  context.after(() => delete process.env.AWS_ENDPOINT_URL_DYNAMODB && delete process.env.AWS_PROFILE);
  assert.equal(connect().name, "default");
  assert.deepEqual(handle.environment(), {
    AWS_ENDPOINT_URL_DYNAMODB: handle.endpoint,
    AWS_ENDPOINT_URL_DYNAMODB_STREAMS: handle.endpoint,
    AWS_REGION: "us-east-1",
    AWS_DEFAULT_REGION: "us-east-1",
  });
});

test("what is not a URL of a server is refused", () => {
  delete process.env.AWS_ENDPOINT_URL_DYNAMODB;
  for (const [url, message] of [
    [undefined, /environment variable AWS_ENDPOINT_URL_DYNAMODB, which is not set$/],
    ["http://localhost:8000/music", /^connect\(\) takes http:\/\/HOST:PORT or .*\/music$/],
    ["ftp://localhost:8000", /^connect\(\) takes http:\/\/HOST:PORT or .*ftp:\/\/localhost:8000$/],
    ["localhost", /^connect\(\) takes http:\/\/HOST:PORT or .*, and not localhost$/],
  ]) {
    assert.throws(() => connect(url), { name: "TypeError", message });
  }
});

// What TypeScript says about the npm package: it rejects each line after a @ts-expect-error and accepts the
// rest.

import { connect, start } from "tailrace";
import type { Clock, Drained, LoggedRequest, MetRule, Namespace, Options, Settled, Tailrace, TestRun } from "tailrace";
import { setup } from "tailrace/node-test";
import { tailrace as plugin } from "tailrace/vitest";

const options: Options = {
  port: 0,
  dbPath: "music.db",
  durability: "full",
  onStream: ["music=node:./songs.js:handler"],
  function: "songs=node:./songs.js:handler",
  manualClock: new Date(),
};

export async function use(): Promise<string> {
  const tailrace: Tailrace = await start(options);
  const clock: Clock = tailrace.clock;
  const now: Date = await clock.now();
  await clock.advance(1.5);
  await clock.set(now);
  await clock.set("2026-01-31T12:00:00Z");
  const drained: Drained = await tailrace.drain({ timeoutSeconds: 5 });
  const settled: Settled = await tailrace.settle({ tableName: "music", advanceSeconds: 60 });
  await tailrace.clock.advance(settled.AdvancedSeconds ?? 0);
  const unread: string[] = (drained.Unread ?? []).map((each) => each.Name);
  const port: number = tailrace.port;
  await tailrace.stop();
  await (await start()).stop();
  return `${tailrace.endpoint} ${port} ${unread}`;
}

export async function useNamespace(server: Namespace): Promise<number> {
  const namespace: Namespace = await server.fork("music", { clock: new Date() });
  const rules: MetRule[] = await namespace.faults.set([{ Operation: "PutItem", Then: { DelayMs: 5 } }]);
  await namespace.throttle([{ TableName: "music", WriteCapacityUnits: 1 }]);
  await namespace.lag({ ReadLagMs: 5, Tables: [{ TableName: "music" }] });
  await namespace.snapshot("ready");
  await namespace.restore("ready");
  await namespace.reset({ items: true });
  const { Item } = await namespace.call("GetItem", { TableName: "music", Key: { artist: { S: "Nils" } } });
  const requests: LoggedRequest[] = await connect(server.endpoint).requests({ status: 400 });
  const statuses: number[] = requests.map((each) => each.Status);
  await namespace.remove();
  return rules[0].Applied + statuses.length + Item.plays.N;
}

export const run: TestRun = {
  tables: [{ TableName: "music", KeySchema: [], TimeToLiveSpecification: { AttributeName: "until" } }],
  seed: (server: Tailrace) => server.call("PutItem", { TableName: "music" }),
  options: { manualClock: "2026-01-31T12:00:00Z" },
};

export const presets: [{ name: string }, Promise<void>] = [plugin(run), setup(run)];

export async function misuse(tailrace: Tailrace): Promise<void> {
  // @ts-expect-error
  await start({ prot: 0 });
  // @ts-expect-error
  await start({ durability: "none" });
  // @ts-expect-error
  await tailrace.clock.advance("a minute");
  // @ts-expect-error
  tailrace.port = 1;
  // @ts-expect-error
  await tailrace.restart();
  // @ts-expect-error
  await tailrace.faults.set([{ Operation: "PutItem" }]);
  // @ts-expect-error
  await tailrace.fork("music", { clock: true });
  // @ts-expect-error
  plugin({ table: [] });
}

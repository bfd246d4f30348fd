// What TypeScript says about the npm package: it rejects each line after a @ts-expect-error and accepts the
// rest.

import { start, type Clock, type Drained, type Options, type Settled, type Tailrace } from "tailrace";

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
}

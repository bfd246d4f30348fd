import type { TestRun } from "../index";

/** A plugin for vitest.config: one server for a run, and a namespace with a copy of its tables for each test
 * file, which the AWS SDKs find through the environment. */
export function tailrace(run?: TestRun): { name: string };

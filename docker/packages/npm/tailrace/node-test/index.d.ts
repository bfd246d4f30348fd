import type { TestRun } from "../index";

/** For a file that `node --test --import` names: starts one server for a run, and gives each test file a
 * namespace with a copy of its tables, which the AWS SDKs find through the environment. */
export function setup(run?: TestRun): Promise<void>;

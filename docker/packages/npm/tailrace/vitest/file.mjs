// One of Vitest's setupFiles: Vitest runs it before each test file.

import file from "../testing/file.js";

const { VITEST_POOL_ID, TAILRACE_TEST_VARIABLE } = process.env;
await file.beginFile(`worker-${VITEST_POOL_ID}`, TAILRACE_TEST_VARIABLE);

// One of Vitest's setupFiles: Vitest runs it before each test file.

import file from "../testing/file.js";

await file.beginFile(`worker-${process.env.VITEST_POOL_ID}`);

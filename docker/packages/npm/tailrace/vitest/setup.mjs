// Vitest's globalSetup.

import run from "../testing/run.js";

export default async function (project) {
  const { plugins } = (project.vite ?? project.server).config;
  const server = await run.beginRun(plugins.find(({ name }) => name === "tailrace").api.config);
  return () => server.stop();
}

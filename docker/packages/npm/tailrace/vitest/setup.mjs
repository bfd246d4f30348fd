// Vitest's globalSetup.

import run from "../testing/run.js";

export default async function (project) {
  const { plugins } = (project.vite ?? project.server).config;
  const { config, variable } = plugins.find(({ name }) => name === "tailrace").api;
  const server = await run.beginRun(config, variable);
  return () => server.stop();
}

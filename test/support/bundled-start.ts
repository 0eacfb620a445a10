/** Replaces src/threads/start.ts in tests: starts the bundle of a module of src/ where there is one. */
import { existsSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { inject } from "vitest";
import { startWorker as startFromSource } from "../../src/threads/start.ts";

const source = fileURLToPath(new URL("../../src", import.meta.url));

export const startWorker: typeof startFromSource = (file, beside, workerData) => {
  const module = relative(source, fileURLToPath(new URL(file, beside)));
  const bundle = join(inject("threads"), module.replace(/\.js$/, ".mjs"));
  return existsSync(bundle)
    ? new Worker(bundle, { workerData, execArgv: [] })
    : startFromSource(file, beside, workerData);
};

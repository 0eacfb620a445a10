/** Starts worker threads of Node. */
import { Worker } from "node:worker_threads";

/**
 * Starts the module `file` beside the module `beside`, without the flags of this process, such as those about its own
 * program. Where a tool runs the sources, the thread needs its loader too.
 */
export const startWorker = (file: string, beside: string, workerData: unknown): Worker => {
  const module = new URL(file, beside);
  if (!beside.endsWith(".ts")) return new Worker(module, { workerData, execArgv: [] });
  const source = JSON.stringify(module.href.replace(/\.js$/, ".ts"));
  // The thread would look for the loader from the working folder.
  const loader = JSON.stringify(import.meta.resolve("tsx/esm/api"));
  const code = `import(${loader}).then(({ register }) => { register(); return import(${source}); });`;
  return new Worker(code, { eval: true, workerData, execArgv: [] });
};

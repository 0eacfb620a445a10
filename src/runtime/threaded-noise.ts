/** Noise from a worker thread of Node, some runs ahead. */
import { Worker } from "node:worker_threads";
import { allocateNoise, type NoiseArrays, type NoiseSource, type NoiseStreams } from "./noise.ts";
import type { NoiseMessage } from "./noise-worker.ts";

/** Runs that are made ahead: one being made, one ready. */
const AHEAD = 2;

/** Starts the worker. Where a development tool runs the sources, the worker needs their loader too. */
const startWorker = (streams: NoiseStreams): Worker => {
  if (!import.meta.url.endsWith(".ts"))
    return new Worker(new URL("./noise-worker.js", import.meta.url), { workerData: streams });
  const file = JSON.stringify(new URL("./noise-worker.ts", import.meta.url));
  const code = `import("tsx/esm/api").then(({ register }) => { register(); return import(${file}); });`;
  return new Worker(code, { eval: true, workerData: streams });
};

/** The numbers of runs `first`, `first` + 1, ... up to, not including, `end`. */
export const threadedNoise = (streams: NoiseStreams, first: number, end: number): NoiseSource => {
  const worker = startWorker(streams);
  const ready = new Map<number, NoiseArrays>();
  let next = first;
  let failure: Error | undefined;
  let wake = (): void => {};
  const request = (arrays: NoiseArrays): void => {
    if (next === end) return;
    const message: NoiseMessage = { run: next++, arrays };
    worker.postMessage(
      message,
      Object.values(arrays).map(({ buffer }) => buffer as ArrayBuffer),
    );
  };
  worker.on("message", ({ run, arrays }: NoiseMessage) => {
    ready.set(run, arrays);
    wake();
  });
  worker.on("error", (error) => {
    failure = error;
    wake();
  });
  worker.unref();
  for (let k = 0; k < AHEAD; k++) request(allocateNoise(streams.sizes));
  return {
    async take(run) {
      while (!ready.has(run)) {
        if (failure) throw failure;
        worker.ref();
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
        worker.unref();
      }
      const arrays = ready.get(run)!;
      ready.delete(run);
      return arrays;
    },
    giveBack: request,
    close: async () => void (await worker.terminate()),
  };
};

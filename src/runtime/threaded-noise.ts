/** Noise from a worker thread of Node, some runs ahead. */
import { Worker } from "node:worker_threads";
import { allocateNoise, type NoiseArrays, type NoiseSource, type NoiseStreams } from "./noise.ts";
import type { NoiseMessage } from "./noise-worker.ts";

/** Runs that are made ahead: one being made, one ready. */
const AHEAD = 2;

/** This file's own extension: .js when built, .ts when a development tool runs the sources, which the worker then needs too. */
const extension = import.meta.url.slice(import.meta.url.lastIndexOf("."));
const execArgv = extension === ".ts" ? ["--import", "tsx"] : [];

/** The numbers of runs `first`, `first` + 1, ... up to, not including, `end`. */
export const threadedNoise = (streams: NoiseStreams, first: number, end: number): NoiseSource => {
  const worker = new Worker(new URL(`./noise-worker${extension}`, import.meta.url), {
    workerData: streams,
    execArgv,
  });
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

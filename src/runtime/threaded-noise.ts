/** Noise from a worker thread of Node, some runs ahead. */
import { ConfigError } from "../errors.ts";
import { startWorker, type Thread, threadOf } from "../threads/thread.ts";
import {
  allocateNoise,
  checkStreams,
  memoryOf,
  type NoiseArrays,
  type NoiseMaker,
  type NoiseSource,
  type NoiseStreams,
  runsInOrder,
} from "./noise.ts";
import type { NoiseRequest } from "./noise-worker.ts";

/** Runs that are made ahead: one being made, one ready. */
const AHEAD = 2;

/** The numbers of runs `first`, `first` + 1, ... up to, not including, `end`, made by a worker thread. */
export const threadedNoise: NoiseMaker = (streams, first, end) => {
  checkStreams(streams, first);
  const worker = startWorker("./noise-worker.js", import.meta.url, streams);
  return noiseOfThread(threadOf(worker, "random numbers from a worker thread"), streams, first, end);
};

/** The numbers with which `thread` answers. */
export const noiseOfThread = (
  thread: Thread<NoiseRequest, NoiseArrays>,
  { sizes }: NoiseStreams,
  first: number,
  end: number,
): NoiseSource => {
  const made = new Map<number, Promise<NoiseArrays>>();
  const check = runsInOrder(first, end);
  let next = first;
  const order = (arrays: NoiseArrays): void => {
    if (next >= end) return;
    const run = next++;
    made.set(run, thread.ask({ run, arrays }, memoryOf(arrays)));
  };
  for (let k = 0; k < AHEAD; k++) order(allocateNoise(sizes));
  return {
    async take(run) {
      check(run);
      const arrays = made.get(run) ?? refuseLoan(run);
      made.delete(run);
      return arrays;
    },
    giveBack: order,
    close: () => thread.close(),
  };
};

/** No arrays are left to fill. */
const refuseLoan = (run: number): never => {
  throw new ConfigError("random numbers of a run", {
    given: `run ${run} while the arrays of ${AHEAD} runs are lent`,
    expected: `at most ${AHEAD} loans at a time`,
    remedy: "Give arrays back first.",
  });
};

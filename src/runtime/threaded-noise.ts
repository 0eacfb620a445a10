/** Noise from a worker thread of Node, some runs ahead. */
import { Worker } from "node:worker_threads";
import { ConfigError, WorkerError } from "../errors.ts";
import {
  allocateNoise,
  checkStreams,
  type NoiseArrays,
  type NoiseMaker,
  type NoiseSource,
  type NoiseStreams,
  runsInOrder,
} from "./noise.ts";
import type { NoiseMessage } from "./noise-worker.ts";

/** Runs that are made ahead: one being made, one ready. */
const AHEAD = 2;

/** The numbers of runs `first`, `first` + 1, ... up to, not including, `end`, made by a worker thread. */
export const threadedNoise: NoiseMaker = (streams, first, end) => {
  checkStreams(streams, first);
  return noiseOfWorker(startWorker(streams), streams, first, end);
};

/** Starts the worker. Where a development tool runs the sources, the worker needs their loader too. */
const startWorker = (streams: NoiseStreams): Worker => {
  if (!import.meta.url.endsWith(".ts"))
    return new Worker(new URL("./noise-worker.js", import.meta.url), { workerData: streams });
  const file = JSON.stringify(new URL("./noise-worker.ts", import.meta.url));
  const code = `import("tsx/esm/api").then(({ register }) => { register(); return import(${file}); });`;
  return new Worker(code, { eval: true, workerData: streams });
};

/** The numbers that `worker` sends back for each `NoiseMessage`. */
export const noiseOfWorker = (
  worker: Worker,
  { sizes }: NoiseStreams,
  first: number,
  end: number,
): NoiseSource => {
  const requests = new Map<number, Request>();
  const check = runsInOrder(first, end);
  let next = first;
  let failure: WorkerError | undefined;
  let waiting = 0;
  const fail = (given: string, cause?: unknown): void => {
    failure ??= new WorkerError("random numbers from a worker thread", { given, ...FAILED }, cause);
    for (const { reject } of requests.values()) reject(failure);
  };
  const send = (arrays: NoiseArrays): void => {
    if (next >= end || failure) return;
    const message: NoiseMessage = { run: next++, arrays };
    requests.set(message.run, newRequest());
    worker.postMessage(
      message,
      Object.values(arrays).map(({ buffer }) => buffer as ArrayBuffer),
    );
  };
  worker.on("message", ({ run, arrays }: NoiseMessage) => requests.get(run)?.resolve(arrays));
  worker.on("error", (cause) => fail(`a failure (${cause.message})`, cause));
  worker.on("exit", (code) => fail(`its end with status ${code}`));
  // Only a run that is awaited keeps the process alive.
  worker.unref();
  for (let k = 0; k < AHEAD; k++) send(allocateNoise(sizes));
  return {
    async take(run) {
      check(run);
      const request = requests.get(run) ?? refuseRun(run, failure);
      if (waiting++ === 0) worker.ref();
      try {
        return await request.arrays;
      } finally {
        requests.delete(run);
        if (--waiting === 0) worker.unref();
      }
    },
    giveBack: send,
    async close() {
      fail("a source that is closed");
      await worker.terminate();
    },
  };
};

const FAILED = { expected: "numbers", remedy: "Start again; the error's cause says more, if there is one." };

/** A run without a request: the worker is gone, or has no arrays left to fill. */
const refuseRun = (run: number, failure: WorkerError | undefined): never => {
  if (failure) throw failure;
  throw new ConfigError("random numbers of a run", {
    given: `run ${run} while the arrays of ${AHEAD} runs are lent`,
    expected: `at most ${AHEAD} loans at a time`,
    remedy: "Give arrays back first.",
  });
};

/** The arrays of a run that the worker was asked for. */
interface Request {
  readonly arrays: Promise<NoiseArrays>;
  resolve(arrays: NoiseArrays): void;
  reject(error: Error): void;
}

const newRequest = (): Request => {
  let [resolve, reject]: [Request["resolve"], Request["reject"]] = [() => {}, () => {}];
  const arrays = new Promise<NoiseArrays>((keep, refuse) => {
    [resolve, reject] = [keep, refuse];
  });
  // A run may never be taken: its failure is then nobody's.
  arrays.catch(() => {});
  return { arrays, resolve, reject };
};

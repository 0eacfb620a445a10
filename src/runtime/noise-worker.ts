/** The worker thread of `threadedNoise`: fills the arrays that it is sent and sends them back. */
import { parentPort, workerData } from "node:worker_threads";
import { fillNoise, memoryOf, type NoiseArrays, type NoiseStreams } from "./noise.ts";

export interface NoiseRequest {
  readonly run: number;
  readonly arrays: NoiseArrays;
}

const streams = workerData as NoiseStreams;

parentPort!.on("message", ({ run, arrays }: NoiseRequest) => {
  fillNoise(streams, run, arrays);
  parentPort!.postMessage(arrays, memoryOf(arrays));
});

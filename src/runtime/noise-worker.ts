/** The worker thread of `threadedNoise`: fills the arrays that it is sent and sends them back. */
import { parentPort, workerData } from "node:worker_threads";
import { fillNoise, type NoiseArrays, type NoiseStreams } from "./noise.ts";

export interface NoiseMessage {
  readonly run: number;
  readonly arrays: NoiseArrays;
}

const streams = workerData as NoiseStreams;

parentPort!.on("message", (message: NoiseMessage) => {
  fillNoise(streams, message.run, message.arrays);
  parentPort!.postMessage(
    message,
    Object.values(message.arrays).map(({ buffer }) => buffer as ArrayBuffer),
  );
});

/** The thread of a loader: see loader.ts, which starts it. */
import { parentPort, workerData } from "node:worker_threads";
import { type FillRequest, type LoaderStart, stepFiller } from "./loader.ts";

const { slots, ...options } = workerData as LoaderStart;
const fill = stepFiller(options);

parentPort!.on("message", ({ step, slot }: FillRequest) => {
  parentPort!.postMessage(fill(step, slots[slot]!));
});

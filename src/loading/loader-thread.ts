/** The thread of a loader: see loader.ts, which starts it. */
import { parentPort, workerData } from "node:worker_threads";
import { type FillRequest, type LoaderStart, stepFiller } from "./loader.ts";

const { slots, ...options } = workerData as LoaderStart;
const fill = stepFiller(options);

let filled = Promise.resolve();
parentPort!.on("message", ({ step, slot }: FillRequest) => {
  filled = filled.then(async () => parentPort!.postMessage(await fill(step, slots[slot]!)));
});

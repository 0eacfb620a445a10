/** Worker thread of a loader: see thread-loader.ts, which starts it. */
import { parentPort, workerData } from "node:worker_threads";
import { stepFiller } from "./fill-step.ts";
import { reframe } from "./reframe.ts";
import type { FillRequest, LoaderStart } from "./thread-loader.ts";

const { slots, ...options } = workerData as LoaderStart;
const fill = stepFiller(options, reframe);

let filled = Promise.resolve();
parentPort!.on("message", ({ step, slot }: FillRequest) => {
  filled = filled.then(async () => parentPort!.postMessage(await fill(step, slots[slot]!)));
});

/** Worker thread of a loader: see thread-loader.ts, which starts it. */
import { workerData } from "node:worker_threads";
import { answerRequests } from "../threads/thread.ts";
import type { Batch } from "./batch.ts";
import { type FillOptions, stepFiller } from "./fill-step.ts";
import { reframe } from "./reframe.ts";

/** Request to fill the batch of a step into a slot, by number. The reply is the number of examples that count. */
export interface FillRequest {
  readonly step: number;
  readonly slot: number;
}

export interface LoaderStart extends FillOptions {
  readonly slots: readonly Batch[];
}

const { slots, ...options } = workerData as LoaderStart;
const fill = stepFiller(options, reframe);

answerRequests<FillRequest, number>(async ({ step, slot }) => ({ value: await fill(step, slots[slot]!) }));

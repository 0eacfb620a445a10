/** The engine thread of a measurement of the signal by depth: see ../node.ts, which starts it. */
import { workerData } from "node:worker_threads";
import { createLocalEngine, type LocalEngineOptions } from "../../runtime/local-engine.ts";
import { answerRequests, stopAnswering } from "../../threads/thread.ts";
import { openMeasurement, type SignalByDepth, type SignalTask } from "./signal.ts";

export interface SignalStart {
  readonly task: SignalTask;
  readonly engine: LocalEngineOptions;
}

/** `end` frees what the measurement holds; the thread ends by itself then. */
export type SignalRequest = "advance" | "result" | "end";
export type SignalReply = number | SignalByDepth | undefined;

const { task, engine } = workerData as SignalStart;
const opened = openMeasurement(createLocalEngine(engine), task);
// Reported by the request that awaits it.
opened.catch(() => {});

answerRequests<SignalRequest, SignalReply>(async (request) => {
  if (request !== "end") return { value: await (await opened)[request]() };
  try {
    await (await opened).close();
  } finally {
    stopAnswering();
  }
  return { value: undefined };
});

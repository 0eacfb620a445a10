/** Worker thread of one replica: see thread-trainer.ts, which starts it. */
import { workerData } from "node:worker_threads";
import { createLocalEngine, type LocalEngineOptions } from "../../runtime/local-engine.ts";
import { answerRequests, stopAnswering } from "../../threads/thread.ts";
import {
  openReplica,
  type Replica,
  type ReplicaOptions,
  type ReplicaResult,
  type StepRequest,
} from "./replica.ts";

export interface ReplicaStart {
  readonly options: ReplicaOptions;
  readonly engine: LocalEngineOptions;
}

/** Requests: compile the programs; execute one training step; free everything and end. */
export type ReplicaRequest = "open" | StepRequest | "dispose";
export type ReplicaReply = ReplicaResult | undefined;

const { options, engine } = workerData as ReplicaStart;
let replica: Replica | undefined;

answerRequests<ReplicaRequest, ReplicaReply>(async (request) => {
  if (request === "open") replica = await openReplica(createLocalEngine(engine), options);
  else if (request === "dispose") {
    await replica?.dispose();
    stopAnswering();
  } else {
    const value = await replica!.step(request);
    // The thread is idle from the reply to the next request.
    setImmediate(() => replica!.prepare(request.step + 1));
    return { value };
  }
  return { value: undefined };
});

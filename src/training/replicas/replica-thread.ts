/** Worker thread of one replica after the other: see thread-trainer.ts. */
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

/** Requests: open a replica; execute one of its training steps; close it; end the thread, the replica closed. */
export type ReplicaRequest = { readonly open: ReplicaStart } | StepRequest | "close" | "end";
export type ReplicaReply = ReplicaResult | undefined;

let replica: Replica | undefined;

const close = async (): Promise<void> => {
  await replica?.dispose();
  replica = undefined;
};

answerRequests<ReplicaRequest, ReplicaReply>(async (request) => {
  if (request === "close") await close();
  else if (request === "end") {
    await close();
    stopAnswering();
  } else if ("open" in request) {
    const { engine, options } = request.open;
    replica = await openReplica(createLocalEngine(engine), options);
  } else {
    const { step, prepare } = replica!;
    const value = await step(request);
    // The thread is idle from the reply to the next request.
    setImmediate(() => prepare(request.step + 1));
    return { value };
  }
  return { value: undefined };
});

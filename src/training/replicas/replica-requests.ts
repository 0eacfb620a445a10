/** Requests to the thread of a replica and its replies, in Node and in browsers. */
import type { Engine } from "../../runtime/engine.ts";
import { abandon } from "../../threads/barrier.ts";
import type { Reply } from "../../threads/requests.ts";
import {
  openReplica,
  type Replica,
  type ReplicaOptions,
  type ReplicaResult,
  type StepRequest,
} from "./replica.ts";

export interface ReplicaStart {
  readonly options: ReplicaOptions;
  readonly engine: Pick<Engine, "device" | "threads">;
}

/**
 * Requests: open a replica; execute one of its training steps; copy the state into the buffers; close the replica; end the
 * thread, the replica closed.
 */
export type ReplicaRequest = { readonly open: ReplicaStart } | StepRequest | "fetch" | "close" | "end";
export type ReplicaReply = ReplicaResult | undefined;

export interface ReplicaHost {
  createEngine(options: ReplicaStart["engine"]): Engine;
  /** Calls `work` when the reply was sent: the thread is idle until the next request. */
  whenIdle(work: () => void): void;
  /** Called when the replica is closed for good. */
  onEnd(): void;
}

/** Answers requests by one replica after the other. */
export const replicaAnswers = ({
  createEngine,
  whenIdle,
  onEnd,
}: ReplicaHost): ((request: ReplicaRequest) => Promise<Reply<ReplicaReply>>) => {
  let replica: Replica | undefined;
  let barrier: Int32Array | undefined;
  const close = async (): Promise<void> => {
    await replica?.dispose();
    replica = undefined;
  };
  const answer = async (request: ReplicaRequest): Promise<ReplicaReply> => {
    if (request === "close") return void (await close());
    if (request === "fetch") return void (await replica!.fetch());
    if (request === "end") {
      await close();
      return onEnd() as undefined;
    }
    if ("open" in request) {
      const { engine, options } = request.open;
      ({ barrier } = options.buffers);
      replica = await openReplica(createEngine(engine), options);
      return undefined;
    }
    const { step, prepare } = replica!;
    const result = await step(request);
    whenIdle(() => prepare(request.step + 1));
    return result;
  };
  return async (request) => {
    try {
      return { value: await answer(request) };
    } catch (cause) {
      // The others may be waiting for this one, and one of them may be the thread that is told of the failure.
      if (barrier) abandon(barrier);
      throw cause;
    }
  };
};

/** The thread of one replica: see trainer.ts, which starts it. */
import { parentPort, workerData } from "node:worker_threads";
import { createLocalEngine } from "../../runtime/local-engine.ts";
import type { StateArrays } from "../state.ts";
import type { StepResult } from "../trainer.ts";
import { openReplica, type ReplicaOptions, type StepRequest } from "./replica.ts";

export interface ReplicaStart extends ReplicaOptions {
  readonly threads: number;
}

/** Whether its programs are compiled, one training step, its blocks of the state, or to free what it holds and end. */
export type ReplicaRequest = "ready" | StepRequest | "state" | "dispose";
export type ReplicaReply = StepResult | StateArrays | null;

const { threads, ...options } = workerData as ReplicaStart;
const replica = await openReplica(createLocalEngine({ device: "cpu", threads }), options);

const answer = async (request: ReplicaRequest): Promise<void> => {
  if (request === "state") return parentPort!.postMessage(replica.state());
  if (request === "dispose") {
    await replica.dispose();
    return parentPort!.close();
  }
  if (typeof request === "string") return parentPort!.postMessage(null);
  parentPort!.postMessage(await replica.step(request));
  // Until the next step is asked for there is time.
  replica.prepare(request.step + 1);
};

let answered = Promise.resolve();
parentPort!.on("message", (request: ReplicaRequest) => {
  // In their order: a step lets other messages in before it is done.
  answered = answered.then(() => answer(request));
});

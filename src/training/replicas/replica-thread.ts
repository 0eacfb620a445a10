/** The thread of one replica: see trainer.ts, which starts it. */
import { parentPort, workerData } from "node:worker_threads";
import { createEngine } from "../../runtime/node.ts";
import { openReplica, type ReplicaOptions, type StepRequest } from "./replica.ts";

export interface ReplicaStart extends ReplicaOptions {
  readonly threads: number;
}

/** One training step, or its blocks of the state. */
export type ReplicaRequest = StepRequest | "state";

const { threads, ...options } = workerData as ReplicaStart;
const replica = await openReplica(createEngine({ threads }), options);

parentPort!.on("message", async (request: ReplicaRequest) => {
  if (request === "state") return parentPort!.postMessage(replica.state());
  parentPort!.postMessage(await replica.step(request));
  // Until the next step is asked for there is time.
  replica.prepare(request.step + 1);
});

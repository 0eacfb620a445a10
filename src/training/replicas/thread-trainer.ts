/** Trainer in Node: replicas on threads of their own. */
import type { Engine } from "../../runtime/engine.ts";
import { threadPool } from "../../threads/thread-pool.ts";
import type { OpenTrainer, Trainer } from "../trainer.ts";
import type { ReplicaReply, ReplicaRequest } from "./replica-requests.ts";
import { openReplicaTrainer, type ReplicaTrainerOptions, replicaTrainers } from "./trainer.ts";

/** Threads of replicas. One that is idle serves the next trainer. */
const pool = threadPool<ReplicaRequest, ReplicaReply>(
  "./replica-thread.js",
  import.meta.url,
  "training, a replica",
);

/** Opens trainers on the device and the threads of an engine: see `replicaTrainers`. */
export const threadTrainers = (engine: Pick<Engine, "device" | "threads">): OpenTrainer =>
  replicaTrainers(engine, pool);

/** Opens a trainer with a given number of replicas. Throws as `openReplicaTrainer`. */
export const openThreadTrainer = (options: ReplicaTrainerOptions): Promise<Trainer> =>
  openReplicaTrainer(options, pool);

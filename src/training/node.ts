/** Training in Node: trainers and loaders on worker threads. */
import { openThreadLoader } from "../loading/thread-loader.ts";
import type { Engine } from "../runtime/engine.ts";
import type { TrainingHost } from "./loop.ts";
import { threadTrainers } from "./replicas/thread-trainer.ts";

/** Host that trains on the device of an engine, with as many threads as it may use. */
export const nodeHost = (engine: Pick<Engine, "device" | "threads">): TrainingHost => ({
  openTrainer: threadTrainers(engine),
  openLoader: openThreadLoader,
});

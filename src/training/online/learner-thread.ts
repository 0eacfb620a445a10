/** Worker thread of an online learner: see learner.ts, which starts it. */
import { workerData } from "node:worker_threads";
import { createLocalEngine, type LocalEngineOptions } from "../../runtime/local-engine.ts";
import { answerRequests, stopAnswering } from "../../threads/thread.ts";
import type { ReplicaResult, StepRequest } from "../replicas/replica.ts";
import {
  type LearnerOptions,
  type LearnerPrograms,
  openLearnerPrograms,
  type PredictRequest,
} from "./programs.ts";

export interface LearnerThreadStart {
  readonly options: LearnerOptions;
  readonly engine: LocalEngineOptions;
}

/** Requests: compile the training step; learn; predict; free everything and end. */
export type LearnerRequest =
  | "open"
  | { readonly learn: StepRequest }
  | { readonly predict: PredictRequest }
  | "dispose";
export type LearnerReply = ReplicaResult | undefined;

const { options, engine } = workerData as LearnerThreadStart;
let programs: LearnerPrograms | undefined;

answerRequests<LearnerRequest, LearnerReply>(async (request) => {
  if (request === "open") programs = await openLearnerPrograms(createLocalEngine(engine), options);
  else if (request === "dispose") {
    await programs?.dispose();
    stopAnswering();
  } else if ("learn" in request) return { value: await programs!.learn(request.learn) };
  else await programs!.predict(request.predict);
  return { value: undefined };
});

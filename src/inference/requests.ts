/** Requests to a runner's thread and its replies, in Node and in browsers. */

import type { EvidenceArrays } from "../detectors/scorer.ts";
import type { Thresholds } from "../networks/calibration.ts";
import type { Model } from "../networks/model.ts";
import type { Engine } from "../runtime/engine.ts";
import { metrics } from "../statistics/metrics.ts";
import { reliability } from "../statistics/reliability.ts";
import type { Reply } from "../threads/requests.ts";
import { type Decisions, decisionsOf } from "./decisions.ts";
import type { Labels, RemoteRunner } from "./dispatcher.ts";
import type { Scores } from "./evaluation.ts";
import type { Job, Passes } from "./job.ts";
import { createRunner, type Runner, type RunnerOptions } from "./runner.ts";
import { isWritableByAll, runShare, type SharedPasses, type Sharer } from "./shared-passes.ts";
import type { Uncertainty } from "./uncertainty.ts";

export type RunnerRequest =
  /** Compiles the programs of the first images. */
  | { readonly type: "ready" }
  | { readonly type: "predict" | "passesOf"; readonly job: Job }
  | { readonly type: "share"; readonly job: Job; readonly shared: SharedPasses }
  | { readonly type: "detect"; readonly evidence: EvidenceArrays }
  | {
      readonly type: "decisions";
      readonly found: Uncertainty;
      readonly labels: Labels;
      readonly thresholds: Thresholds;
    }
  | { readonly type: "metrics"; readonly probabilities: Float64Array; readonly labels: Labels }
  /** Frees what the runner holds. Its thread ends by itself then. */
  | { readonly type: "end" };

/** The reply of a runner that is ready. */
export type RunnerState = Pick<Runner, "passes" | "rowsOfJob" | "worthwhileRows">;

export type RunnerReply = RunnerState | Uncertainty | Float64Array | Passes | Scores | Decisions | undefined;

const scoresOf = (probabilities: Float64Array, labels: Labels): Scores => ({
  ...metrics(probabilities, labels),
  ...reliability(probabilities, labels),
});

/** Answers requests by a runner, which is made for the first one. `onEnd` is called when it was disposed of. */
export const runnerAnswers = (
  engine: () => Engine,
  model: Model,
  options: RunnerOptions,
  onEnd: () => void,
): ((request: RunnerRequest) => Promise<Reply<RunnerReply>>) => {
  let runner: Runner | undefined;
  return async (request) => {
    if (request.type === "end") {
      // The thread ends even if the runtime fails to free a program.
      try {
        await runner?.dispose();
      } finally {
        onEnd();
      }
      return { value: undefined };
    }
    runner ??= createRunner(engine(), model, options);
    switch (request.type) {
      case "ready":
        await runner.compile();
        return { value: stateOf(runner) };
      case "predict":
        return { value: await runner.predict(request.job) };
      case "passesOf": {
        const value = await runner.passesOf(request.job);
        const { probabilities, observation } = value;
        return { value, transfer: [probabilities.buffer as ArrayBuffer, observation.buffer as ArrayBuffer] };
      }
      case "share":
        return { value: await runner.share(request.job, request.shared) };
      case "detect":
        return { value: await runner.detect(request.evidence) };
      case "decisions":
        return { value: decisionsOf(request.found, request.labels, request.thresholds) };
      case "metrics":
        return { value: scoresOf(request.probabilities, request.labels) };
    }
  };
};

const stateOf = ({ passes, rowsOfJob, worthwhileRows }: RunnerState): RunnerState => ({
  ...{ passes, rowsOfJob, worthwhileRows },
});

/** The thread of a runner. */
export interface RunnerThread extends Pick<RemoteRunner, "end" | "gone"> {
  ask(request: RunnerRequest, transfer?: readonly Transferable[]): Promise<RunnerReply>;
}

/** Memory that goes with a job. */
const pixelsOf = ({ pixels }: Job): readonly Transferable[] => [pixels.buffer as ArrayBuffer];

/** A runner on a thread, once its programs are compiled. Ends the thread and rejects if they cannot be. */
export const remoteRunner = async ({ ask, end, gone }: RunnerThread): Promise<RemoteRunner> => {
  let state: RunnerState;
  try {
    state = (await ask({ type: "ready" })) as RunnerState;
  } catch (error) {
    await end();
    throw error;
  }
  const sharer: Sharer = {
    passesOf: (job) => ask({ type: "passesOf", job }, pixelsOf(job)) as Promise<Passes>,
    detect: (evidence) => ask({ type: "detect", evidence }) as Promise<Float64Array>,
  };
  return {
    ...state,
    ...sharer,
    predict: (job) => ask({ type: "predict", job }, pixelsOf(job)) as Promise<Uncertainty>,
    share: (job, shared) =>
      isWritableByAll(shared)
        ? (ask({ type: "share", job, shared }, pixelsOf(job)) as Promise<Uncertainty | undefined>)
        : runShare(sharer, job, shared),
    decisions: (found, labels, thresholds) =>
      ask({ type: "decisions", found, labels, thresholds }) as Promise<Decisions>,
    metrics: (probabilities, labels) => ask({ type: "metrics", probabilities, labels }) as Promise<Scores>,
    ...{ end, gone },
  };
};

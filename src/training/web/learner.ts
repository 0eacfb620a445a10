/** Online learners in browsers: a Web Worker does the work, so that the page goes on painting. */
import type { Prediction } from "../../inference/prediction.ts";
import type { ParameterArrays } from "../../networks/initialize.ts";
import { checkModel, type Model } from "../../networks/model.ts";
import { checkWebEngine, type WebEngineOptions } from "../../runtime/web.ts";
import type { LearnerCore, OnlineScore } from "../online/core.ts";
import type { LearnerStart } from "../online/prepare.ts";
import type { OnlineDescription } from "../online/settings.ts";
import type { Learned, LearnerReply, LearnerRequest, StartedLearner } from "./requests.ts";
import { startLearning } from "./start-learning.ts";

/** Engine of a learner in a browser: one thread. */
export type LearnerEngineOptions = Omit<WebEngineOptions, "threads">;

/** Settings of an online learner, and what it runs on. */
export interface WebOnlineOptions extends OnlineDescription, LearnerEngineOptions {}

/** An online learner in a worker of its own. Calls are executed in order, awaited or not. */
export interface WebOnlineLearner extends Omit<LearnerCore, "snapshot" | "model" | "close"> {
  /** Score after the last example whose `learn` or `undo` has resolved. */
  score(): OnlineScore;
  /** The network with a copy of its present parameters. */
  model(): Promise<Model>;
  /**
   * The learner as bytes, from which `resumeOnlineLearner` resumes it with the same bits. `name`: name of the network in them;
   * default its own.
   */
  save(name?: string): Promise<Uint8Array>;
  /** Ends the worker. Calls that are due, and later ones, reject with WorkerError. */
  close(): void;
}

/**
 * Opens a learner with initial parameters, or with those given. Throws ConfigError for settings out of range, for parameters
 * that are not the network's and for a network that drops units or connections in training only, DeviceError for a device
 * that is not there, WorkerError where the worker does not start.
 */
export const openOnlineLearner = (
  start: LearnerStart,
  { device, wasmFolder, ...settings }: WebOnlineOptions = {},
): Promise<WebOnlineLearner> =>
  openLearner({ device, wasmFolder }, (engine) => ({ type: "start learner", start, settings, engine }));

/** Opens the learner that was saved as `bytes`. Throws CheckpointError for bytes that are damaged or no learner's. */
export const resumeOnlineLearner = (
  bytes: Uint8Array,
  { device, wasmFolder }: LearnerEngineOptions = {},
): Promise<WebOnlineLearner> =>
  openLearner({ device, wasmFolder }, (engine) => ({ type: "resume learner", bytes, engine }));

type GivenEngine = { readonly [Name in keyof LearnerEngineOptions]: LearnerEngineOptions[Name] | undefined };

const openLearner = async (
  { device = "cpu", wasmFolder }: GivenEngine,
  request: (engine: WebEngineOptions) => LearnerRequest,
): Promise<WebOnlineLearner> => {
  const engine: WebEngineOptions = { device, ...(wasmFolder !== undefined && { wasmFolder }) };
  checkWebEngine(engine);
  const { ask, close } = startLearning<LearnerRequest, LearnerReply>(device, "online learning");
  try {
    const { network, settings, score: first } = (await ask(request(engine))) as StartedLearner;
    let score = first;
    return {
      ...{ network, settings, close },
      async learn(image, label) {
        const found = (await ask({ type: "learn", image, label })) as Learned;
        ({ score } = found);
        return found.prediction;
      },
      predict: (image) => ask({ type: "predict", image }) as Promise<Prediction>,
      score: () => score,
      async undo() {
        score = (await ask({ type: "undo" })) as OnlineScore;
      },
      async model() {
        return checkModel({ network, parameters: (await ask({ type: "learned model" })) as ParameterArrays });
      },
      save: (name) => ask({ type: "save", name }) as Promise<Uint8Array>,
    };
  } catch (error) {
    close();
    throw error;
  }
};

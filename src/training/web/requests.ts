/** Requests of a page to the workers in which it learns, and their replies. */
import type { ImageSplit } from "../../datasets/dataset.ts";
import type { Prediction } from "../../inference/prediction.ts";
import type { ParameterArrays } from "../../networks/initialize.ts";
import type { Network, NetworkDescription } from "../../networks/network.ts";
import type { WebEngineOptions } from "../../runtime/web.ts";
import type { Shape } from "../../tensor/tensor.ts";
import type { TrainingConfiguration, TrainingDescription } from "../configuration.ts";
import type { LoopReport } from "../loop.ts";
import type { OnlineScore } from "../online/core.ts";
import type { LearnerStart } from "../online/prepare.ts";
import type { OnlineDescription, OnlineSettings } from "../online/settings.ts";
import type { Position } from "../progress.ts";
import type { StateArrays } from "../state.ts";

/** Report after a step. */
export type StepReport = Omit<LoopReport, "state">;

export interface TrainingStart {
  readonly network: NetworkDescription;
  readonly split: ImageSplit;
  readonly settings: TrainingDescription;
  /** Parameters before the first step; without them those of the seed. */
  readonly parameters?: ParameterArrays;
  /** State from which a training goes on that began elsewhere. */
  readonly resumed?: Snapshot;
  readonly engine: WebEngineOptions;
}

/** State of a training after some step. */
export interface Snapshot {
  readonly state: StateArrays;
  readonly position: Position;
}

/**
 * Requests: check a training; start it, with a port to the worker of each replica but the first; measure how long a step
 * takes, before the first; execute steps until step `until`, and no more after `milliseconds`; copy the model; look into it on
 * the first images; give the last state that was copied from the device; or work for another worker as a replica.
 */
export type TrainingRequest =
  | { readonly type: "prepare"; readonly start: TrainingStart }
  | { readonly type: "open"; readonly ports: readonly MessagePort[] }
  | { readonly type: "advance"; readonly until: number; readonly milliseconds: number }
  | { readonly type: "time" | "model" | "kept" }
  | { readonly type: "probe"; readonly images: number }
  | { readonly type: "replica"; readonly port: MessagePort; readonly engine: WebEngineOptions };

/** A training that was checked. */
export interface Prepared {
  /** Canonical, with the pixel statistics of the split if its encoding takes any. */
  readonly network: Network;
  readonly settings: TrainingConfiguration;
  /** Steps of the run. */
  readonly steps: number;
  /** Replicas that work side by side, each in a worker of its own. */
  readonly replicas: number;
}

/** What a probe finds in a network. */
export interface Probed {
  /** Weights of the first layer that has any, [units, ...inputs of a unit]; of a convolution these are its filters. */
  readonly firstWeights: { readonly shape: Shape; readonly data: Float32Array };
  /**
   * Input of the last hidden layer's neurons, [images, ...units], in one pass whose noise is the same at each call: v of
   * stochastic neurons, w z + b of others.
   */
  readonly lastHiddenInput: Float32Array;
}

/** The reply to "time" is in milliseconds. */
export type TrainingReply =
  | Prepared
  | readonly StepReport[]
  | ParameterArrays
  | Probed
  | Snapshot
  | number
  | undefined;

/** Request for the start of a learner, new or saved, and for what it does then. */
export type LearnerRequest =
  | {
      readonly type: "start learner";
      readonly start: LearnerStart;
      readonly settings: OnlineDescription;
      readonly engine: WebEngineOptions;
    }
  | { readonly type: "resume learner"; readonly bytes: Uint8Array; readonly engine: WebEngineOptions }
  | { readonly type: "learn"; readonly image: Uint8Array; readonly label: number }
  | { readonly type: "predict"; readonly image: Uint8Array }
  | { readonly type: "undo" | "learned model" }
  | { readonly type: "save"; readonly name: string | undefined };

/** A learner that was started. */
export interface StartedLearner {
  readonly network: Network;
  readonly settings: OnlineSettings;
  readonly score: OnlineScore;
}

export interface Learned {
  readonly prediction: Prediction;
  readonly score: OnlineScore;
}

export type LearnerReply = StartedLearner | Learned | Prediction | OnlineScore | ParameterArrays | Uint8Array;

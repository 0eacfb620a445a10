/** Requests of a page to the worker of a training, and its replies. */
import type { ImageSplit } from "../../datasets/dataset.ts";
import type { ParameterArrays } from "../../networks/initialize.ts";
import type { Network, NetworkDescription } from "../../networks/network.ts";
import type { WebEngineOptions } from "../../runtime/web.ts";
import type { TrainingConfiguration, TrainingDescription } from "../configuration.ts";
import type { LoopReport } from "../loop.ts";

/** Report after a step. */
export type StepReport = Omit<LoopReport, "state">;

export interface TrainingStart {
  readonly network: NetworkDescription;
  readonly split: ImageSplit;
  readonly settings: TrainingDescription;
  readonly engine: WebEngineOptions;
}

/**
 * Requests: check a training; start it, with a port to the worker of each replica but the first; execute steps, at most
 * `steps` and no more after `milliseconds`; copy the model; or work for another worker as a replica.
 */
export type TrainingRequest =
  | { readonly type: "prepare"; readonly start: TrainingStart }
  | { readonly type: "open"; readonly ports: readonly MessagePort[] }
  | { readonly type: "advance"; readonly steps: number; readonly milliseconds: number }
  | { readonly type: "model" }
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

export type TrainingReply = Prepared | readonly StepReport[] | ParameterArrays | undefined;

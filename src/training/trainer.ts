/** What executes the training steps of a run, wherever it computes. */
import type { Batch } from "../loading/batch.ts";
import type { Network } from "../networks/network.ts";
import type { TrainingConfiguration } from "./configuration.ts";
import type { StateArrays } from "./state.ts";

export interface StepResult {
  /** Mean loss over the examples of the batch, in nats. */
  readonly loss: number;
  /** Examples whose label had the largest logit. */
  readonly correct: number;
}

export interface Trainer {
  /** Executes step number `step` (the first is 1), the one after the last, at the given learning rate. */
  step(step: number, learningRate: number, batch: Batch): Promise<StepResult>;
  /** Copy of the state after the last step that was requested. */
  state(): Promise<StateArrays>;
  /** Frees sessions, threads and memory. */
  dispose(): Promise<void>;
}

export interface TrainerOptions {
  readonly network: Network;
  readonly training: TrainingConfiguration;
  /** State before the first step; it is copied. */
  readonly state: StateArrays;
  /** Number of the first step. */
  readonly first: number;
}

export type OpenTrainer = (options: TrainerOptions) => Promise<Trainer>;

/** What replicas have in common: the training that they share, and memory. */

import { allocateBatch, type Batch } from "../../loading/batch.ts";
import type { ParameterArrays } from "../../networks/initialize.ts";
import { parameterInputs } from "../../networks/interpreters/sample.ts";
import type { Network } from "../../networks/network.ts";
import { parametersOf } from "../../networks/plan.ts";
import type { Estimator } from "../../nn/estimators.ts";
import type { Optimizer } from "../../nn/optimizer.ts";
import type { NoiseStreams } from "../../runtime/noise.ts";
import { sizeOf, sizesOf } from "../../tensor/tensor.ts";
import { allocateBarrier } from "../../threads/barrier.ts";
import { sharedBytes } from "../../threads/shared-memory.ts";
import type { StateArrays } from "../state.ts";
import { normInputs } from "./norms.ts";

export interface TrainingSetup {
  readonly network: Network;
  /** Rows of a batch. */
  readonly batch: number;
  readonly optimizer: Optimizer;
  readonly estimator?: Estimator | undefined;
  /** The noise of whole batches. */
  readonly streams: NoiseStreams;
}

/** Memory that the replicas share. */
export interface Exchange {
  /** The whole batch of a step. */
  readonly batch: Batch;
  /** And the norms of weights: at first the start. Each replica writes its own blocks, once all have their gradients. */
  readonly parameters: ParameterArrays;
  /** What each replica found with its rows. */
  readonly gradients: readonly ParameterArrays[];
  readonly barrier: Int32Array;
}

/** The exchange of `count` replicas that start from `state`. */
export const allocateExchange = (
  { network, batch }: TrainingSetup,
  state: StateArrays,
  count: number,
): Exchange => {
  const sizes = sizesOf({ ...parameterInputs(network), ...normInputs(network) });
  const allocate = (): ParameterArrays =>
    Object.fromEntries(Object.entries(sizes).map(([name, size]) => [name, sharedFloats(size)]));
  const parameters = allocate();
  for (const { name } of parametersOf(network)) parameters[name]!.set(state[name]!);
  return {
    batch: allocateBatch(batch, sizeOf(network.input)),
    parameters,
    gradients: Array.from({ length: count }, allocate),
    barrier: allocateBarrier(),
  };
};

const sharedFloats = (length: number): Float32Array => new Float32Array(sharedBytes(4 * length));

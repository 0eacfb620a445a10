/** What all replicas of a training have in common. */

import type { WeightWidth } from "../../networks/integers/integers.ts";
import { isBatchNormalized } from "../../networks/layers/neuron-options.ts";
import type { Network } from "../../networks/network.ts";
import { planOf } from "../../networks/plan.ts";
import type { Averaging } from "../../nn/averaging.ts";
import { normalizedParts } from "../../nn/batch-norm.ts";
import type { Estimator } from "../../nn/estimators.ts";
import type { Optimizer } from "../../nn/optimizer.ts";
import type { NoiseStreams } from "../../random/streams.ts";
import { type DeviceStatistics, deviceStatistics } from "../../substrate/statistics.ts";
import { blocksOfNetwork } from "../blocks.ts";
import type { FixedArrays } from "../chip-in-loop.ts";
import type { TrainingConfiguration } from "../configuration.ts";
import { noiseSizes } from "../noise-sizes.ts";

export interface TrainingSetup {
  readonly network: Network;
  /** Rows of a batch. */
  readonly batch: number;
  readonly optimizer: Optimizer;
  /** Peak learning rate. */
  readonly learningRate: number;
  readonly estimator?: Estimator | undefined;
  /** Largest norm of the gradient of all parameters together. */
  readonly clipNorm?: number | undefined;
  /** Label smoothing, in [0, 1). Default 0. */
  readonly labelSmoothing?: number;
  /** Averaging of the weights; default: none. */
  readonly averaging?: Averaging | undefined;
  /** Analog device in the loop; default: none. */
  readonly analog?: DeviceStatistics | undefined;
  /** Width of the integers that the forward pass rounds weights to; default: none. */
  readonly rounding?: WeightWidth | undefined;
  /** Fixed parts of the chip on which the network learns; default: none. */
  readonly fixed?: FixedArrays | undefined;
  /** Random numbers of whole batches. */
  readonly streams: NoiseStreams;
  /**
   * batch: each row is an example. online: the rows are Monte Carlo passes of one example; batch normalization uses its
   * running statistics, the probabilities are reported, and a step leaves the state before it untouched.
   */
  readonly mode: "batch" | "online";
}

/** Setup of a training run. */
export const setupOf = (network: Network, training: TrainingConfiguration): TrainingSetup => {
  const { batch, optimizer, learningRate, estimator, clipNorm, labelSmoothing, averaging, seed } = training;
  const { substrate, rounding } = training;
  const analog = substrate && deviceStatistics(substrate.device, substrate.seconds);
  return {
    ...{ network, batch, optimizer, learningRate, estimator, clipNorm, labelSmoothing, averaging, analog },
    rounding,
    streams: { seed, purpose: "train", sizes: noiseSizes(network, batch, analog) },
    mode: "batch",
  };
};

/** Rows of a batch for which another replica saves time. */
const ROWS_PER_REPLICA = 16;

/**
 * Number of replicas that `threads` threads of a CPU run best: one on each, as an operator on a small tensor uses one
 * thread only. Where batches are normalised, there are as many replicas as parts that are normalised separately, so that
 * results do not depend on the number of threads.
 */
export const replicaCount = (
  { network, batch, optimizer }: Pick<TrainingSetup, "network" | "batch" | "optimizer">,
  threads: number,
): number => {
  const most = Math.min(threads, blocksOfNetwork(network, optimizer).length);
  const parts = planOf(network).some(isBatchNormalized) ? normalizedParts(batch) : undefined;
  if (parts !== undefined) return parts <= most ? parts : 1;
  return Math.max(1, Math.min(most, Math.floor(batch / ROWS_PER_REPLICA)));
};

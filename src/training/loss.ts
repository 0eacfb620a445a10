/** Loss of a batch, as an expression. */

import type { WeightWidth } from "../networks/integers/integers.ts";
import { drawnForward } from "../networks/interpreters/score.ts";
import { dropConnections, type TrainingPass, trainingForward } from "../networks/interpreters/train.ts";
import type { Network } from "../networks/network.ts";
import { noiseInputs } from "../networks/noise-inputs.ts";
import { correctCount, crossEntropy, exampleLosses } from "../nn/loss.ts";
import { armLoss, reinforceLoss } from "../nn/score-function.ts";
import type { DeviceStatistics } from "../substrate/statistics.ts";
import { sum } from "../tensor/broadcast.ts";
import { input, type Tensor, type TensorsByName } from "../tensor/tensor.ts";
import { type FixedArrays, parametersOnChip } from "./chip-in-loop.ts";
import { deviceInputs, networkOnDevice, parametersOnDevice } from "./device-in-loop.ts";
import { roundedParameters } from "./rounding.ts";

/** How the loss of a batch is computed. */
export interface LossOptions extends TrainingPass {
  /** Number of examples that the loss is the mean over. Default: the sum of the mask. */
  readonly count?: Tensor;
  /** Label smoothing, in [0, 1). Default 0. */
  readonly labelSmoothing?: number;
  /** Analog device in the loop. */
  readonly device?: DeviceStatistics | undefined;
  /** Width of the integers that weights are rounded to. Default: no rounding. */
  readonly rounding?: WeightWidth | undefined;
  /** Fixed parts of the chip that the network is on. */
  readonly fixed?: FixedArrays | undefined;
}

export interface BatchLoss {
  /** Mean cross-entropy over the examples that count, in nats; with label smoothing, of the smoothed targets. */
  readonly loss: Tensor;
  /** Number of examples that count and whose label has the largest logit. */
  readonly correct: Tensor;
  /** [batch, classes] */
  readonly logits: Tensor;
  /** Mean and variance that each batch normalization measured, by the names of its running statistics. */
  readonly statistics: TensorsByName;
}

/**
 * Loss of a batch. `parameters` may hold the norms of weights beside the parameters, under the names of `normName`.
 * Inputs: "images" [batch, ...network.input], "labels" int32 [batch], "mask" [batch] (1 counts, 0 is padding) and the
 * random numbers of `noiseInputs`, with those of `deviceInputs` for a device in the loop and the fixed parts of a chip.
 */
export const lossOfBatch = (
  network: Network,
  trained: TensorsByName,
  batch: number,
  { count: given, labelSmoothing = 0, device, rounding, fixed, ...pass }: LossOptions,
): BatchLoss => {
  const rounded = rounding ? roundedParameters(network, trained, rounding) : trained;
  const onChip = fixed ? parametersOnChip(network, rounded, fixed) : rounded;
  const parameters = device
    ? parametersOnDevice(network, onChip, device, deviceInputs(network, device))
    : onChip;
  const labels = input("labels", [batch], "int32");
  const mask = input("mask", [batch]);
  const images = input("images", [batch, ...network.input]);
  const computed = device ? networkOnDevice(network, device) : network;
  const noise = noiseInputs(computed, batch, "train");
  const count = given ?? sum(mask);
  const lossesOf = (logits: Tensor): Tensor => exampleLosses(logits, labels, labelSmoothing);
  const { estimator } = pass;
  if (estimator === "reinforce" || estimator === "arm") {
    const connected = dropConnections(computed, parameters, noise);
    const { logits, layers } = drawnForward(computed, connected, images, noise);
    const drawn = layers.map(({ logitsFrom, ...layer }) => ({
      ...layer,
      lossesFrom: (spikes: Tensor) => lossesOf(logitsFrom(spikes)),
    }));
    const loss = estimator === "arm" ? armLoss : reinforceLoss;
    return {
      logits,
      statistics: {},
      loss: loss({ losses: lossesOf(logits), mask, count }, drawn),
      correct: correctCount(logits, labels, mask),
    };
  }
  const { logits, statistics } = trainingForward(computed, parameters, images, noise, pass);
  return {
    logits,
    statistics,
    loss: crossEntropy(logits, labels, mask, count, labelSmoothing),
    correct: correctCount(logits, labels, mask),
  };
};

/** The training step as one program: forward, backward and the optimiser's update of every parameter. */

import { parameterInputs } from "../networks/interpreters/sample.ts";
import { drawnForward } from "../networks/interpreters/score.ts";
import { dropConnections, type TrainingPass, trainingForward } from "../networks/interpreters/train.ts";
import type { Network } from "../networks/network.ts";
import { noiseInputs } from "../networks/noise-inputs.ts";
import { isTrained, parametersOf } from "../networks/plan.ts";
import type { Tiling } from "../networks/tiling.ts";
import { normalizedParts } from "../nn/batch-norm.ts";
import type { Estimator } from "../nn/estimators.ts";
import { correctCount, crossEntropy, exampleLosses } from "../nn/loss.ts";
import { type Optimizer, STEP_SCALARS, type StepScalars } from "../nn/optimizer.ts";
import { armLoss, reinforceLoss } from "../nn/score-function.ts";
import { blockConvolutions } from "../tensor/blocked-convolution.ts";
import { sum } from "../tensor/broadcast.ts";
import { add, divide, maximum, multiply, sqrt, square } from "../tensor/elementwise.ts";
import { gradient } from "../tensor/gradient.ts";
import { reshape, slice } from "../tensor/layout.ts";
import { lower, type Program } from "../tensor/lower.ts";
import { input, type Tensor, type TensorsByName } from "../tensor/tensor.ts";
import { blocksOf, updateBlock } from "./blocks.ts";

export interface StepOptions {
  readonly network: Network;
  readonly batch: number;
  readonly optimizer: Optimizer;
  readonly tiling?: Tiling;
  /** Of the engine: its convolutions go by blocks. */
  readonly channelBlock?: number | undefined;
  readonly estimator?: Estimator;
  /** Gradients are scaled down so that the norm of all of them together is at most this. */
  readonly clipNorm?: number;
}

/**
 * Inputs: those of `lossOfBatch`, each parameter and state in blocks, and `updateScalars`.
 * Outputs: "loss" (mean over the masked batch), "correct" (count), and the next value of every block.
 */
export const trainingStep = ({
  network,
  batch,
  optimizer,
  channelBlock,
  clipNorm,
  ...pass
}: StepOptions): Program => {
  const parameters = parameterInputs(network);
  const found = lossOfBatch(network, parameters, batch, { ...pass, normalizedBy: normalizedParts(batch) });
  const { loss, correct } = found;
  const updates = updatesOf(network, parameters, found, {
    optimizer,
    ...(clipNorm !== undefined && { clipNorm }),
  });
  const outputs = blockConvolutions({ loss, correct, ...updates }, channelBlock);
  return lower(outputs, { name: `${network.name} training step` });
};

interface UpdateOptions extends Pick<StepOptions, "optimizer" | "clipNorm"> {
  /** As `updateBlock` takes it. */
  readonly renewal?: number;
}

/** The next value of every block of the network, by its name, after the gradient of a loss. */
export const updatesOf = (
  network: Network,
  parameters: TensorsByName,
  { loss, statistics }: Pick<BatchLoss, "loss" | "statistics">,
  { optimizer, clipNorm, renewal }: UpdateOptions,
): TensorsByName => {
  const trained = parametersOf(network).filter(isTrained);
  const gradients = clip(
    gradient(
      loss,
      trained.map(({ name }) => parameters[name]!),
    ),
    clipNorm,
  );
  const found = {
    ...statistics,
    ...Object.fromEntries(trained.map(({ name }, k) => [name, gradients[k]!])),
  };
  const scalars = updateScalars();
  return Object.fromEntries(
    parametersOf(network).flatMap((spec) => {
      const flat = reshape(found[spec.name]!, [-1]);
      return blocksOf(spec).flatMap((block) => {
        const ofBlock = (): Tensor => slice(flat, [block.start], [block.end]);
        return Object.entries(updateBlock(optimizer, block, ofBlock, scalars, renewal));
      });
    }),
  );
};

/** How the loss of a batch is computed. */
export interface LossOptions extends TrainingPass {
  /** As `crossEntropy` takes it; the examples of this batch that count, unless given. */
  readonly count?: Tensor;
}

export interface BatchLoss {
  readonly loss: Tensor;
  readonly correct: Tensor;
  /** [batch, classes] */
  readonly logits: Tensor;
  readonly statistics: TensorsByName;
}

/**
 * The loss of a batch, its count of right answers, and the statistics of its batch normalizations by name.
 * Inputs: "images" [batch, ...], "labels" int32 [batch], "mask" [batch] and the random numbers of every layer.
 */
export const lossOfBatch = (
  network: Network,
  parameters: TensorsByName,
  batch: number,
  { count: given, ...pass }: LossOptions,
): BatchLoss => {
  const labels = input("labels", [batch], "int32");
  const mask = input("mask", [batch]);
  const images = input("images", [batch, ...network.input]);
  const noise = noiseInputs(network, batch, "train");
  const count = given ?? sum(mask);
  const lossesOf = (logits: Tensor): Tensor => exampleLosses(logits, labels);
  const { estimator } = pass;
  if (estimator === "reinforce" || estimator === "arm") {
    const { logits, layers } = drawnForward(
      network,
      dropConnections(network, parameters, noise),
      images,
      noise,
    );
    const drawn = layers.map(({ logitsFrom, ...layer }) => ({
      ...layer,
      lossesFrom: (spikes: Tensor) => lossesOf(logitsFrom(spikes)),
    }));
    const loss = estimator === "arm" ? armLoss : reinforceLoss;
    return {
      ...{ logits, statistics: {} },
      loss: loss({ losses: lossesOf(logits), mask, count }, drawn),
      correct: correctCount(logits, labels, mask),
    };
  }
  const { logits, statistics } = trainingForward(network, parameters, images, noise, pass);
  return {
    ...{ logits, statistics },
    loss: crossEntropy(logits, labels, mask, count),
    correct: correctCount(logits, labels, mask),
  };
};

/** The optimiser's numbers that change from step to step, as inputs "rate" and "epsilon". */
export const updateScalars = (): Readonly<Record<StepScalars, Tensor>> => ({
  rate: input("rate", []),
  epsilon: input("epsilon", []),
});

/** Those of them that `program` takes, as its arrays: an optimiser without epsilon has no such input. */
export const scalarArrays = (
  { inputs }: Program,
  values: Readonly<Record<StepScalars, number>>,
): Readonly<Record<string, Float32Array>> =>
  Object.fromEntries(
    STEP_SCALARS.filter((name) => name in inputs).map((name) => [name, Float32Array.of(values[name])]),
  );

/** Pascanu, Mikolov & Bengio, 2013: g min(1, limit / ||g||), with the norm over all gradients. */
const clip = (gradients: readonly Tensor[], limit: number | undefined): readonly Tensor[] => {
  if (limit === undefined) return gradients;
  const norm = sqrt(gradients.map((g) => sum(square(g))).reduce(add));
  const factor = divide(limit, maximum(norm, limit));
  return gradients.map((g) => multiply(g, factor));
};

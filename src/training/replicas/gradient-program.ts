/** First half of a training step: loss and gradient of one replica's rows. */
import { parameterInputs } from "../../networks/interpreters/sample.ts";
import { isTrained, parametersOf } from "../../networks/plan.ts";
import type { Tiling } from "../../networks/tiling.ts";
import { normalizedParts } from "../../nn/batch-norm.ts";
import { blockConvolutions } from "../../tensor/blocked-convolution.ts";
import { flushProducts } from "../../tensor/denormals.ts";
import { multiply } from "../../tensor/elementwise.ts";
import { gpuOperators } from "../../tensor/gpu-operators.ts";
import { gradient } from "../../tensor/gradient.ts";
import { lower } from "../../tensor/lower.ts";
import { softmax } from "../../tensor/softmax.ts";
import { input, sizeOf, type Tensor } from "../../tensor/tensor.ts";
import { type ArrayKey, arrayName } from "../keys.ts";
import { lossOfBatch } from "../loss.ts";
import { normInput, normsOf } from "../norms.ts";
import type { Binding, KeyedProgram } from "./keyed-program.ts";
import type { TrainingSetup } from "./setup.ts";

/** Part of the batch that a replica computes, and how. */
export interface GradientOptions {
  /** Number of the replica, from 0. */
  readonly replica: number;
  /** Number of replicas. */
  readonly replicas: number;
  /** Rows of the batch that are the replica's. */
  readonly rows: number;
  readonly tiling?: Tiling | undefined;
  /** Channels of a block, where convolutions work on blocks of channels. */
  readonly channelBlock?: number | undefined;
  /** Whether arrays are on a GPU: inputs are fed whole, and operators are those of `gpuOperators`. Default false. */
  readonly isOnGpu?: boolean;
  /** Whether the engine keeps denormal numbers: operands of the gradients' products are flushed. Default false. */
  readonly keepsDenormals?: boolean | undefined;
}

/**
 * Loss of a replica's rows, of a batch of which "count" examples count, and its gradient by the parameters and by the
 * norms of the weights, each taken as independent. For a running statistic the "gradient" is the statistic of the rows,
 * weighted by their share of the batch. The values of all replicas add up to those of the batch. Where batches are
 * normalised, there is one replica, or one for each of `normalizedParts`.
 *
 * Inputs: those of `lossOfBatch`, parameters and norms by `arrayName`, "count". Outputs: "loss", "correct", the gradients
 * by `arrayName`, and in mode online "probabilities" [rows, classes].
 */
export const gradientProgram = (
  { network, batch, estimator, labelSmoothing = 0, analog: device, rounding, fixed, mode }: TrainingSetup,
  { replica, replicas, rows, tiling, channelBlock, isOnGpu = false, keepsDenormals = false }: GradientOptions,
): KeyedProgram => {
  const norms = normsOf(network);
  const parameters = parameterInputs(network);
  const normTensors = norms.map(normInput);
  const given = { ...parameters, ...Object.fromEntries(norms.map(({ name }, k) => [name, normTensors[k]!])) };
  const { loss, correct, logits, statistics } = lossOfBatch(network, given, rows, {
    tiling,
    normalizedBy: mode === "online" ? "running" : Math.max(1, normalizedParts(batch) / replicas),
    count: input("count", []),
    labelSmoothing,
    ...{ device, rounding, fixed },
    ...(estimator && { estimator }),
  });
  const specs = parametersOf(network);
  const trained = specs.filter(isTrained);
  const gradients = gradient(loss, [...trained.map(({ name }) => parameters[name]!), ...normTensors]);
  const found = [
    ...trained.map(({ name }, k) => written({ array: "gradient", parameter: name, replica }, gradients[k]!)),
    ...norms.map(({ parameter }, k) =>
      written({ array: "normGradient", parameter, replica }, gradients[trained.length + k]!),
    ),
    ...Object.entries(statistics).map(([parameter, value]) =>
      written({ array: "gradient", parameter, replica }, multiply(rows / batch, value)),
    ),
  ];
  const computed = {
    loss,
    correct,
    ...Object.fromEntries(found.map(({ tensor, binding }) => [binding.name, tensor])),
    ...(mode === "online" && { probabilities: softmax(logits) }),
  };
  const outputs = keepsDenormals ? flushProducts(computed, "labels") : computed;
  const chosen = isOnGpu ? gpuOperators(outputs) : blockConvolutions(outputs, channelBlock);
  const program = lower(chosen, {
    name: `${network.name} gradient`,
    wholeFeeds: isOnGpu,
    ...(fixed && { bound: fixed }),
  });
  const reads = [
    ...specs.map(({ name }) => whole({ array: "parameter", parameter: name }, parameters[name]!)),
    ...norms.map(({ parameter }, k) => whole({ array: "norm", parameter }, normTensors[k]!)),
  ].filter(({ name }) => name in program.inputs);
  return { program, reads, writes: found.map(({ binding }) => binding) };
};

/** A whole array as the input or output `tensor` of a program. */
const whole = (key: ArrayKey, { shape }: Tensor): Binding => ({
  name: arrayName(key),
  key: { ...key, start: 0, end: sizeOf(shape) },
});

const written = (key: ArrayKey, tensor: Tensor) => ({ tensor, binding: whole(key, tensor) });

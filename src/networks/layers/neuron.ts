/** Neurons of a layer: options, sampling and pooling. */
import { z } from "zod";
import { ConfigError } from "../../errors.ts";
import { drop } from "../../nn/dropout.ts";
import { type Estimator, isStraightThrough, straightThrough } from "../../nn/estimators.ts";
import { hardSpike, pooledSpikeMean, signOf, spikeMean } from "../../nn/neuron.ts";
import { withNoise } from "../../nn/noisy-rectifier.ts";
import { windowUnits } from "../../nn/pooled-convolution.ts";
import { negate, relu } from "../../tensor/elementwise.ts";
import { maxPool2d } from "../../tensor/pool.ts";
import type { Shape, Tensor } from "../../tensor/tensor.ts";
import type { LayerMap, LayerNoise, LayerPlan } from "./kind.ts";
import type { Neuron } from "./neuron-names.ts";

/** Dropout option of layers with neurons. */
export const dropoutOption = z
  .number()
  .gt(0)
  .lt(1)
  .optional()
  .describe("dropout rate of the outputs in training; not with stochastic neurons");

export const poolingOption = z
  .enum(["marginal", "sampled"])
  .optional()
  .describe(
    "pooled windows of stochastic neurons: marginal samples a window as one unit, which fires if any of its units does (default); sampled samples unit by unit",
  );

/** Options of a layer that concern its neurons. */
interface NeuronOptions {
  readonly pool?: number;
  readonly pooling?: "marginal" | "sampled" | undefined;
  readonly dropout?: number | undefined;
  readonly dropConnect?: number | undefined;
  readonly normalization?: "batch" | "weight" | undefined;
}

const optionsOf = ({ layer }: Pick<LayerPlan, "layer">): NeuronOptions => layer as NeuronOptions;

/** Whether a layer samples spikes. */
export const isStochastic = ({ neuron }: LayerPlan): boolean => neuron === "nsm";

/** Size of the max-pooling windows in units; 1 without pooling. */
export const poolOf = (plan: LayerPlan): number => optionsOf(plan).pool ?? 1;

/** Whether a layer samples the units of pooled windows separately. */
const poolsSpikes = (plan: LayerPlan): boolean =>
  isStochastic(plan) && poolOf(plan) > 1 && optionsOf(plan).pooling === "sampled";

/** Whether a layer samples each pooled window as one unit. */
export const drawsWindows = (plan: LayerPlan): boolean =>
  isStochastic(plan) && poolOf(plan) > 1 && !poolsSpikes(plan);

/**
 * Shape of a stochastic layer's sample for one image: its units, or its windows if each is sampled as one
 * unit.
 */
export const drawnShape = (plan: LayerPlan): Shape =>
  drawsWindows(plan) ? plan.outputShape : plan.unitShape;

/** Dropout rates of a layer's outputs and weights, if any. */
export const dropoutOf = (plan: LayerPlan): number | undefined => optionsOf(plan).dropout;
export const dropConnectOf = (plan: LayerPlan): number | undefined => optionsOf(plan).dropConnect;

/** Whether a layer has batch normalization. */
export const isBatchNormalized = ({ parameters }: LayerPlan): boolean =>
  parameters.some(({ kind }) => kind === "variance");

/** Whether a layer has weight normalization: Salimans & Kingma, NeurIPS 2016. */
export const isWeightNormalized = (plan: LayerPlan): boolean => optionsOf(plan).normalization === "weight";

/** Throws ConfigError for options that stochastic neurons do not support. */
export const refuseUnsupported = (place: string, layer: unknown): void => {
  const { normalization, dropout, dropConnect } = layer as NeuronOptions;
  const given =
    normalization !== undefined
      ? `${normalization} normalization`
      : dropout !== undefined
        ? "dropout"
        : dropConnect !== undefined
          ? "DropConnect"
          : undefined;
  if (given === undefined) return;
  throw new ConfigError(place, {
    given: `${given} of stochastic neurons`,
    expected: "none: synaptic noise already normalises the weights and drops connections",
    remedy: "Remove it, or choose another neuron for this layer.",
  });
};

/** Max-pools z if the layer pools. */
export const maxPooled = (plan: LayerPlan, z: Tensor): Tensor => {
  const pool = poolOf(plan);
  return pool > 1 ? maxPool2d(z, { kernel: [pool, pool] }) : z;
};

/** Output of a stochastic layer with sampled `spikes`. */
export const pooledSpikes = (plan: LayerPlan, spikes: Tensor): Tensor =>
  poolsSpikes(plan) ? maxPooled(plan, spikes) : spikes;

/** E(z) of a stochastic layer's samples, given its potentials v. */
export const drawnMean = (plan: LayerPlan, v: Tensor): Tensor =>
  drawsWindows(plan) ? windowMean(plan, v) : spikeMean(v);

/** E(z) of a stochastic layer's outputs after pooling, given its potentials v. */
export const outputMean = (plan: LayerPlan, v: Tensor): Tensor =>
  poolOf(plan) > 1 ? windowMean(plan, v) : spikeMean(v);

const windowMean = (plan: LayerPlan, v: Tensor): Tensor =>
  pooledSpikeMean(windowUnits(negate(v), poolOf(plan)), poolOf(plan) ** 2);

/** Adds the noise of noisy rectifiers to y; other neurons leave y unchanged. */
export const withRectifierNoise = ({ neuron }: LayerPlan, y: Tensor, { uniform }: LayerNoise): Tensor =>
  neuron === "noisyRelu" ? withNoise(y, uniform!) : y;

/** Deterministic neurons on their potentials, with dropout; the identity for a layer without neurons. */
export const activation = (
  plan: LayerPlan,
  estimator: Estimator,
): ((y: Tensor, noise: LayerNoise) => Tensor) => {
  const sign = (y: Tensor): Tensor =>
    isStraightThrough(estimator) ? straightThrough(signOf(y), y, estimator) : hardSpike(y);
  const activate = plan.neuron === undefined ? (y: Tensor) => y : plan.neuron === "sign" ? sign : relu;
  return (y, { dropout }) => {
    const z = activate(y);
    return dropout ? drop(z, dropoutOf(plan)!, dropout) : z;
  };
};

/** Noise, max-pooling and neurons. The order is exact because all these neurons are monotone. */
export const pooledActivation = (plan: LayerPlan, estimator: Estimator): LayerMap => {
  const activate = activation(plan, estimator);
  return ([y], noise) => activate(maxPooled(plan, withRectifierNoise(plan, y!, noise)), noise);
};

/** Whether every output of these neurons is -1 or +1. */
export const isBinary = (neuron: Neuron | undefined, layer: unknown): boolean =>
  neuron === "nsm" || (neuron === "sign" && (layer as NeuronOptions).dropout === undefined);

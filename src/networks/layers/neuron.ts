/** Neurons of a layer: their description, what they draw, and how their outputs are pooled. */
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

/** Options that layers with neurons share. */
export const dropoutOption = z
  .number()
  .gt(0)
  .lt(1)
  .optional()
  .describe("dropout rate of the outputs in training; not of stochastic neurons");

export const poolingOption = z
  .enum(["marginal", "sampled"])
  .optional()
  .describe(
    "pooled windows of stochastic neurons: drawn as the one unit that fires if any of its units does (the default), or unit by unit",
  );

/** What a layer's description may say about its neurons. */
interface NeuronOptions {
  readonly pool?: number;
  readonly pooling?: "marginal" | "sampled" | undefined;
  readonly dropout?: number | undefined;
  readonly dropConnect?: number | undefined;
  readonly normalization?: "batch" | "weight" | undefined;
}

const optionsOf = ({ layer }: Pick<LayerPlan, "layer">): NeuronOptions => layer as NeuronOptions;

/** Whether a layer draws spikes. */
export const isStochastic = ({ neuron }: LayerPlan): boolean => neuron === "nsm";

/** Edge of the windows that are max-pooled, in units; 1 without pooling. */
export const poolOf = (plan: LayerPlan): number => optionsOf(plan).pool ?? 1;

/** Whether a layer draws each unit of a pooled window by itself. */
export const poolsSpikes = (plan: LayerPlan): boolean =>
  isStochastic(plan) && poolOf(plan) > 1 && optionsOf(plan).pooling === "sampled";

/** Whether a layer draws each pooled window as one unit. */
export const drawsWindows = (plan: LayerPlan): boolean =>
  isStochastic(plan) && poolOf(plan) > 1 && !poolsSpikes(plan);

/** The shape of what a stochastic layer draws for one image: its units, or its windows, each as one unit. */
export const drawnShape = (plan: LayerPlan): Shape =>
  drawsWindows(plan) ? plan.outputShape : plan.unitShape;

/** Dropout rates of a layer's outputs and of its weights, if any. */
export const dropoutOf = (plan: LayerPlan): number | undefined => optionsOf(plan).dropout;
export const dropConnectOf = (plan: LayerPlan): number | undefined => optionsOf(plan).dropConnect;

/** Whether a layer normalises by its batch. */
export const isBatchNormalized = ({ parameters }: LayerPlan): boolean =>
  parameters.some(({ kind }) => kind === "variance");

/** Whether a layer normalises its weights: Salimans & Kingma, NeurIPS 2016. */
export const isWeightNormalized = (plan: LayerPlan): boolean => optionsOf(plan).normalization === "weight";

/** Throws ConfigError for options that stochastic neurons have no use for. */
export const refuseForeign = (place: string, layer: unknown): void => {
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
    expected: "none: their noise normalises the weights and drops connections, always",
    remedy: "Leave it out, or choose another neuron for this layer.",
  });
};

/** The largest unit of each window, where a layer pools. */
export const maxPooled = (plan: LayerPlan, z: Tensor): Tensor => {
  const pool = poolOf(plan);
  return pool > 1 ? maxPool2d(z, { kernel: [pool, pool] }) : z;
};

/** Outputs of a stochastic layer that drew `spikes`. */
export const pooledSpikes = (plan: LayerPlan, spikes: Tensor): Tensor =>
  poolsSpikes(plan) ? maxPooled(plan, spikes) : spikes;

/** E(z) of what a stochastic layer draws, given its potentials v. */
export const drawnMean = (plan: LayerPlan, v: Tensor): Tensor =>
  drawsWindows(plan) ? windowMean(plan, v) : spikeMean(v);

/** E(z) of a stochastic layer's outputs, given its potentials v: of windows however they are drawn. */
export const outputMean = (plan: LayerPlan, v: Tensor): Tensor =>
  poolOf(plan) > 1 ? windowMean(plan, v) : spikeMean(v);

const windowMean = (plan: LayerPlan, v: Tensor): Tensor =>
  pooledSpikeMean(windowUnits(negate(v), poolOf(plan)), poolOf(plan) ** 2);

/** y with the noise that noisy rectifiers add; others add none. */
export const withOwnNoise = ({ neuron }: LayerPlan, y: Tensor, { uniform }: LayerNoise): Tensor =>
  neuron === "noisyRelu" ? withNoise(y, uniform!) : y;

/** Neurons other than stochastic ones, on their potentials, with dropout; the identity for a layer without neurons. */
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

/** Noise, max-pooling and neurons, in this order: all of the neurons are monotone. */
export const pooledActivation = (plan: LayerPlan, estimator: Estimator): LayerMap => {
  const activate = activation(plan, estimator);
  return ([y], noise) => activate(maxPooled(plan, withOwnNoise(plan, y!, noise)), noise);
};

/** Whether every output of a layer with these neurons is -1 or +1. */
export const isBinary = (neuron: Neuron | undefined, layer: unknown): boolean =>
  neuron === "nsm" || (neuron === "sign" && (layer as NeuronOptions).dropout === undefined);

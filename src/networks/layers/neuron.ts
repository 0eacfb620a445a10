/** Neurons of a layer: options, sampling and pooling. */
import { z } from "zod";
import { ConfigError } from "../../errors.ts";
import { drop } from "../../nn/dropout.ts";
import { type Estimator, isStraightThrough, straightThrough } from "../../nn/estimators.ts";
import { binaryMoments, firingPotential, type Moments } from "../../nn/moments.ts";
import { hardSpike, pooledSpikeMean, signOf, spikeMean } from "../../nn/neuron.ts";
import { withNoise } from "../../nn/noisy-rectifier.ts";
import { windowUnits } from "../../nn/pooled-convolution.ts";
import {
  MAX_POPULATION,
  neuronPotentials,
  offsetOf,
  populationMean,
  populationMoments,
  staggered,
  withThresholds,
} from "../../nn/population.ts";
import { negate, relu } from "../../tensor/elementwise.ts";
import { reshape } from "../../tensor/layout.ts";
import { maxPool2d } from "../../tensor/pool.ts";
import { constant, type Shape, sizeOf, type Tensor, type TensorsByName } from "../../tensor/tensor.ts";
import type { LayerGeometry, LayerMap, LayerNoise, LayerPlan, Signal } from "./kind.ts";
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

export const populationOption = z
  .strictObject({
    size: z.int().min(1).max(MAX_POPULATION).describe("neurons of a population"),
    spacing: z.number().min(0).default(1).describe("distance of neighbouring thresholds, in units of v"),
    offset: z
      .number()
      .optional()
      .describe("distance of the mean threshold below 0; by default the highest threshold is 0"),
    learned: z.literal(true).optional().describe("trains the thresholds, of each unit its own"),
  })
  .optional()
  .describe(
    "stochastic neurons only: several neurons in place of each, with the same synapses, staggered thresholds and separate noise; the layer outputs their mean",
  );

/** Description of a population. */
export type PopulationOption = NonNullable<z.infer<typeof populationOption>>;

/** Short text of a population, such as "population 4 neurons, spacing 1, offset 1.5". */
export const populationText = (population: PopulationOption): string => {
  const { size, spacing, learned } = population;
  const offset = Number(offsetOf(population).toPrecision(6));
  return `population ${size} neurons, spacing ${spacing}, offset ${offset}${learned ? ", learned thresholds" : ""}`;
};

/** Options of a layer that concern its neurons. */
interface NeuronOptions {
  readonly centred?: true | undefined;
  readonly population?: PopulationOption | undefined;
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

/** Population of a layer, if its units are populations. */
export const populationOf = (plan: LayerPlan): PopulationOption | undefined =>
  isStochastic(plan) ? optionsOf(plan).population : undefined;

/** Spikes whose mean each output of these neurons is; 0 if outputs are real. */
export const spikesOfNeurons = (neuron: Neuron | undefined, layer: unknown): number => {
  const { population, dropout } = layer as NeuronOptions;
  if (neuron === "nsm") return population?.size ?? 1;
  return neuron === "sign" && dropout === undefined ? 1 : 0;
};

/** Spikes whose mean each element of every signal is; 0 where signals differ. */
export const spikesOf = (signals: readonly Pick<Signal, "spikes">[]): number => {
  const [first, ...others] = signals;
  return others.every(({ spikes }) => spikes === first!.spikes) ? first!.spikes : 0;
};

/** Thresholds of the neurons as parameters, if they are trained: [K, units]. */
export const thresholdParameters = (
  neuron: Neuron | undefined,
  layer: unknown,
  units: number,
): LayerGeometry["parameters"] => {
  const { population } = layer as NeuronOptions;
  if (neuron !== "nsm" || !population?.learned) return [];
  return [{ kind: "threshold", shape: [population.size, units], initial: staggered(population) }];
};

const thresholdsOf = ({ name }: LayerPlan, population: PopulationOption, parameters: TensorsByName): Tensor =>
  parameters[`${name}.threshold`] ?? constant(Float32Array.from(staggered(population)), [population.size]);

/** Whether a layer samples the units of pooled windows separately. */
const poolsSpikes = (plan: LayerPlan): boolean =>
  isStochastic(plan) && poolOf(plan) > 1 && optionsOf(plan).pooling === "sampled";

/** Whether a layer samples each pooled window as one unit. */
export const drawsWindows = (plan: LayerPlan): boolean =>
  isStochastic(plan) && poolOf(plan) > 1 && !poolsSpikes(plan);

/**
 * Shape of a stochastic layer's sample for one image: its units, or its windows if each is sampled as one
 * unit; for populations with the number of neurons before it.
 */
export const drawnShape = (plan: LayerPlan): Shape => {
  const shape = drawsWindows(plan) ? plan.outputShape : plan.unitShape;
  const population = populationOf(plan);
  return population ? [population.size, ...shape] : shape;
};

/** Neurons of a layer for one image: elements of its widest tensor. */
export const neuronCount = (plan: LayerPlan): number =>
  sizeOf(plan.unitShape) * (populationOf(plan)?.size ?? 1);

/** Dropout rates of a layer's outputs and weights, if any. */
export const dropoutOf = (plan: LayerPlan): number | undefined => optionsOf(plan).dropout;
export const dropConnectOf = (plan: LayerPlan): number | undefined => optionsOf(plan).dropConnect;

/** Whether a layer is normalised by its batch in training: batch normalization, or centred potentials. */
export const isBatchNormalized = ({ parameters }: LayerPlan): boolean =>
  parameters.some(({ kind }) => kind === "mean");

/** Whether the potentials of a layer are centred. */
export const isCentred = (plan: LayerPlan): boolean => optionsOf(plan).centred === true;

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

/** Throws ConfigError for a population of other than stochastic neurons. */
export const refusePopulation = (place: string, neuron: string | undefined, layer: unknown): void => {
  if ((layer as NeuronOptions).population === undefined || neuron === "nsm") return;
  throw new ConfigError(place, {
    given: `a population of ${neuron} neurons`,
    expected: "stochastic neurons",
    remedy: 'Remove "population", or choose the neuron "nsm" for this layer.',
  });
};

/** Max-pools z if the layer pools. */
export const maxPooled = (plan: LayerPlan, z: Tensor): Tensor => {
  const pool = poolOf(plan);
  return pool > 1 ? maxPool2d(z, { kernel: [pool, pool] }) : z;
};

/**
 * Output [batch, ...outputShape] of a stochastic layer with sampled `spikes` [batch, ...drawnShape]: pooled if
 * units were sampled, and the mean of each population.
 */
export const pooledSpikes = (plan: LayerPlan, spikes: Tensor): Tensor => {
  if (drawsWindows(plan)) return populationOf(plan) ? populationMean(spikes) : spikes;
  return outputOfUnits(plan, spikes);
};

/** Output of a stochastic layer with the spikes of all its units, [batch, ...units], before pooling. */
export const outputOfUnits = (plan: LayerPlan, spikes: Tensor): Tensor => {
  if (!populationOf(plan)) return maxPooled(plan, spikes);
  return populationMean(poolOf(plan) > 1 ? eachNeuron(spikes, (z) => maxPooled(plan, z)) : spikes);
};

/** Potentials of all neurons of a layer: v, or with populations v + t_k, [batch, K, ...units]. */
export const drawnPotential = (plan: LayerPlan, v: Tensor, parameters: TensorsByName): Tensor => {
  const population = populationOf(plan);
  return population ? neuronPotentials(v, thresholdsOf(plan, population, parameters)) : v;
};

/** Adds the thresholds of a population's neurons to their potentials, [batch, K, ...units]. */
export const separatePotentials = (plan: LayerPlan, v: Tensor, parameters: TensorsByName): Tensor =>
  withThresholds(v, thresholdsOf(plan, populationOf(plan)!, parameters));

/** E(z) of a stochastic layer's samples, [batch, ...drawnShape], given its potentials v. */
export const drawnMean = (plan: LayerPlan, v: Tensor, parameters: TensorsByName): Tensor =>
  drawsWindows(plan) ? windowMean(plan, v, parameters) : spikeMean(drawnPotential(plan, v, parameters));

/** E(z) of a stochastic layer's outputs after pooling, given its potentials v. */
export const outputMean = (plan: LayerPlan, v: Tensor, parameters: TensorsByName): Tensor => {
  const m =
    poolOf(plan) > 1 ? windowMean(plan, v, parameters) : spikeMean(drawnPotential(plan, v, parameters));
  return populationOf(plan) ? populationMean(m) : m;
};

/** Moments of a stochastic layer's outputs after pooling, given those of its potentials v. */
export const outputMoments = (plan: LayerPlan, v: Moments, parameters: TensorsByName): Moments => {
  const population = populationOf(plan);
  if (!population) return binaryMoments(outputMean(plan, firingPotential(v), parameters));
  const inOrder = (x: Tensor): Tensor => (poolOf(plan) > 1 ? windowUnits(x, poolOf(plan)) : x);
  const ordered = { mean: inOrder(v.mean), ...(v.variance && { variance: inOrder(v.variance) }) };
  return populationMoments(ordered, thresholdsOf(plan, population, parameters), poolOf(plan) ** 2);
};

const windowMean = (plan: LayerPlan, v: Tensor, parameters: TensorsByName): Tensor => {
  const [pool, population] = [poolOf(plan), populationOf(plan)];
  const opposite = windowUnits(negate(v), pool);
  if (!population) return pooledSpikeMean(opposite, pool ** 2);
  // The units of a window are brought together before each becomes several neurons: fewer elements move.
  const [batch, all, ...places] = opposite.shape as [number, number, ...number[]];
  const channels = all / pool ** 2;
  const each = neuronPotentials(
    reshape(opposite, [batch * pool ** 2, channels, ...places]),
    negate(thresholdsOf(plan, population, parameters)),
  );
  const mean = pooledSpikeMean(reshape(each, [batch, all * population.size, ...places]), pool ** 2);
  return reshape(mean, [batch, population.size, channels, ...places]);
};

/** Applies a map of images to each neuron's, [batch, K, channels, height, width]. */
const eachNeuron = (x: Tensor, map: (x: Tensor) => Tensor): Tensor => {
  const [batch, size, channels, ...places] = x.shape as [number, number, number, ...number[]];
  const found = map(reshape(x, [batch, size * channels, ...places]));
  return reshape(found, [batch, size, channels, ...found.shape.slice(2)]);
};

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

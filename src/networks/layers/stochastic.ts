/** Stochastic neurons of a layer: what it samples, pooled windows and populations. */
import { binaryMoments, firingPotential, type Moments } from "../../nn/moments.ts";
import { pooledSpikeMean, spikeMean } from "../../nn/neuron.ts";
import { windowUnits } from "../../nn/pooled-convolution.ts";
import {
  neuronPotentials,
  populationMean,
  populationMoments,
  staggered,
  withThresholds,
} from "../../nn/population.ts";
import { negate } from "../../tensor/elementwise.ts";
import { reshape } from "../../tensor/layout.ts";
import { constant, type Shape, sizeOf, type Tensor, type TensorsByName } from "../../tensor/tensor.ts";
import type { LayerGeometry, LayerPlan } from "./kind.ts";
import { maxPooled } from "./neuron.ts";
import type { Neuron } from "./neuron-names.ts";
import {
  isStochastic,
  type NeuronOptions,
  optionsOf,
  type PopulationOption,
  poolOf,
  populationOf,
} from "./neuron-options.ts";

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

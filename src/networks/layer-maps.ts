/** Each layer of a network as a function of its inputs. */
import { foldedNormalization, normalizeBatch, normalizeRunning, type Statistics } from "../nn/batch-norm.ts";
import { drop } from "../nn/dropout.ts";
import {
  binaryConcrete,
  drawnSpike,
  type Estimator,
  isStraightThrough,
  straightThrough,
  straightThroughSpike,
} from "../nn/estimators.ts";
import { hardSpike, signOf, spike, spikeMean } from "../nn/neuron.ts";
import { withNoise } from "../nn/noisy-rectifier.ts";
import { pooledConvolutionMean, windowConvolution } from "../nn/pooled-convolution.ts";
import {
  convolutionPotential,
  densePotential,
  type Folded,
  type Potential,
  type Synapses,
} from "../nn/potential.ts";
import { normalizedWeight } from "../nn/weight-norm.ts";
import { conv2d } from "../tensor/convolution.ts";
import { add, relu } from "../tensor/elementwise.ts";
import { gemm } from "../tensor/gemm.ts";
import { reshape } from "../tensor/layout.ts";
import { averagePool2d, maximumOfParts, maxPool2d } from "../tensor/pool.ts";
import type { Tensor, TensorsByName } from "../tensor/tensor.ts";
import {
  dropConnectOf,
  dropoutOf,
  isBatchNormalized,
  isStochastic,
  isWeightNormalized,
  type PlacedLayer,
  placeLayers,
  poolsSpikes,
} from "./layers.ts";
import type { Network } from "./network.ts";
import { type LayerNoise, noiseOfLayer } from "./noise-inputs.ts";
import { type Passage, WHOLE } from "./passage.ts";

/** One layer: its inputs and the random numbers that it takes, to its outputs. */
export type LayerMap = (z: Tensor, noise: LayerNoise) => Tensor;

export const layerMap = (
  network: Network,
  placed: PlacedLayer,
  parameters: TensorsByName,
  passage: Passage,
  estimator: Estimator = "erf",
): LayerMap => {
  if (!isStochastic(placed)) return conventionalLayer(placed, parameters, estimator, passage);
  if (isStraightThrough(estimator)) {
    const potential = layerPotential(network, placed, synapsesOf(placed.name, parameters));
    return (z, { uniform }) => pooled(placed, straightThroughSpike(potential(z), uniform!, estimator));
  }
  const mean = layerMean(network, placed, parameters, passage);
  const draw = estimator === "concrete" ? binaryConcrete : estimator === "erf" ? spike : drawnSpike;
  return (z, { uniform }) => pooled(placed, draw(mean(z), uniform!));
};

/** What a layer drew, its windows pooled where they are not yet. */
export const pooled = (placed: PlacedLayer, spikes: Tensor): Tensor =>
  poolsSpikes(placed) ? maxPooled(placed, spikes) : spikes;

/** Windows of a pooling layer by their largest unit. */
export const maxPooled = ({ layer }: PlacedLayer, z: Tensor): Tensor =>
  layer.type === "conv2d" && layer.pool > 1 ? maxPool2d(z, { kernel: [layer.pool, layer.pool] }) : z;

const flat = (z: Tensor): Tensor => reshape(z, [z.shape[0]!, -1]);

/** The name under which the norms of a layer's weights may be given beside the parameters. */
export const normName = (layerName: string): string => `${layerName}.norm`;

export const synapsesOf = (name: string, parameters: TensorsByName): Synapses => {
  const norm = parameters[normName(name)];
  return {
    weight: parameters[`${name}.weight`]!,
    gain: parameters[`${name}.gain`]!,
    bias: parameters[`${name}.bias`]!,
    ...(norm && { norm }),
  };
};

/** Maps the inputs of a stochastic layer to E(z) of what it draws, of whole windows where those are drawn. */
export const layerMean = (
  network: Network,
  placed: PlacedLayer,
  parameters: TensorsByName,
  passage: Passage = WHOLE,
): ((z: Tensor) => Tensor) => {
  const { layer, name, binaryInput, inputShape } = placed;
  const synapses = synapsesOf(name, parameters);
  if (layer.type !== "conv2d" || layer.pool === 1 || poolsSpikes(placed)) {
    const potential = layerPotential(network, placed, synapses);
    return (z) => spikeMean(potential(z));
  }
  const options = { ...convolutionOptions(layer), pool: layer.pool, gather: passage.gather };
  return pooledConvolutionMean(synapses, network.noise, binaryInput, inputShape, options);
};

/** Maps the inputs of a stochastic layer to v of its units. */
export const layerPotential = (
  { noise }: Network,
  { layer, binaryInput, inputShape }: PlacedLayer,
  synapses: Synapses,
): Potential => {
  if (layer.type === "conv2d")
    return convolutionPotential(synapses, noise, binaryInput, inputShape, convolutionOptions(layer));
  const potential = densePotential(synapses, noise, binaryInput);
  return (z) => potential(flat(z));
};

export const convolutionOptions = ({ stride, padding }: { stride: number; padding: number }) => ({
  strides: [stride, stride] as const,
  pads: [padding, padding, padding, padding] as const,
});

/** Average pooling, a layer of other neurons, or the linear readout; batches are normalised as in use. */
export const conventionalLayer = (
  placed: PlacedLayer,
  parameters: TensorsByName,
  estimator: Estimator = "erf",
  passage: Passage = WHOLE,
): LayerMap => {
  const { layer } = placed;
  if (layer.type === "averagePool") return (z) => averagePool2d(z, { kernel: [layer.size, layer.size] });
  if (layer.type === "readout") return linearInUse(placed, parameters);
  const drive = pooledDrive(placed, weightsInUse(placed, parameters), passage);
  const activate = neurons(placed, estimator);
  return (z, noise) => activate(drive(z, noise), noise);
};

/** What enters the neurons, noise and all, max-pooled: all of them are monotone. */
const pooledDrive = (placed: PlacedLayer, weights: Folded, passage: Passage): LayerMap => {
  const { layer, inputShape, neuron } = placed;
  // Noise has a place of its own for every unit, wherever it is computed.
  if (layer.type === "conv2d" && layer.pool > 1 && neuron !== "noisyRelu") {
    const options = { ...convolutionOptions(layer), pool: layer.pool, gather: passage.gather };
    const convolve = windowConvolution(weights, inputShape, options);
    if (convolve) return (z) => convolve(z, maximumOfParts);
  }
  const drive = linear(placed, weights.weight, weights.bias);
  return (z, noise) => maxPooled(placed, withOwnNoise(placed, drive(z, noise), noise));
};

/** What a layer of other neurons, or the readout, computes before its neurons, normalised as in use. */
const linearInUse = (placed: PlacedLayer, parameters: TensorsByName): LayerMap => {
  const { weight, bias } = weightsInUse(placed, parameters);
  return linear(placed, weight, bias);
};

/** w and b of the layer as one linear map, its normalisation folded in. */
const weightsInUse = (placed: PlacedLayer, parameters: TensorsByName): Folded => {
  const { name } = placed;
  const { weight, gain, bias, norm } = synapsesOf(name, parameters);
  if (isBatchNormalized(placed))
    return foldedNormalization(weight, runningStatistics(name, parameters), { gain, bias });
  return isWeightNormalized(placed)
    ? { weight: normalizedWeight(weight, gain, norm), bias }
    : { weight, bias };
};

/** The parts of a layer that normalises by its batch, in training: what comes before, the normalisation, the neurons. */
export interface BatchNormalizedLayer {
  readonly drive: LayerMap;
  readonly normalize: (y: Tensor) => ReturnType<typeof normalizeBatch>;
  readonly activate: LayerMap;
}

/** How batches are normalised in training: in so many parts, each by itself, or by the running statistics. */
export type NormalizedBy = number | "running";

export const batchNormalizedLayer = (
  placed: PlacedLayer,
  parameters: TensorsByName,
  by: NormalizedBy,
  estimator: Estimator = "erf",
): BatchNormalizedLayer => {
  const { name } = placed;
  const learned = synapsesOf(name, parameters);
  return {
    drive: linear(placed, learned.weight),
    normalize: (y) =>
      by === "running"
        ? normalizeRunning(y, runningStatistics(name, parameters), learned)
        : normalizeBatch(y, learned, by),
    activate: activation(placed, estimator),
  };
};

/** A layer of other neurons as training computes it: normalised by this batch, as one part. */
export const layerInTraining = (placed: PlacedLayer, parameters: TensorsByName): LayerMap => {
  if (!isBatchNormalized(placed)) return conventionalLayer(placed, parameters);
  const { activate } = batchNormalizedLayer(placed, parameters, 1);
  const drive = linearInTraining(placed, parameters);
  return (z, noise) => activate(drive(z, noise), noise);
};

/** What such a layer computes before its neurons. */
export const linearInTraining = (placed: PlacedLayer, parameters: TensorsByName): LayerMap => {
  if (!isBatchNormalized(placed)) return linearInUse(placed, parameters);
  const { drive, normalize } = batchNormalizedLayer(placed, parameters, 1);
  return (z, noise) => normalize(drive(z, noise)).normalized;
};

const runningStatistics = (name: string, parameters: TensorsByName): Statistics => ({
  mean: parameters[`${name}.mean`]!,
  variance: parameters[`${name}.variance`]!,
});

/** The weights with those dropped that DropConnect drops. */
export const dropConnections = (
  network: Network,
  parameters: TensorsByName,
  noise: TensorsByName,
): TensorsByName => {
  const dropped = placeLayers(network).flatMap((placed) => {
    const { dropConnect } = noiseOfLayer(placed, noise);
    const name = `${placed.name}.weight`;
    return dropConnect ? [[name, drop(parameters[name]!, dropConnectOf(placed)!, dropConnect)] as const] : [];
  });
  return { ...parameters, ...Object.fromEntries(dropped) };
};

/** w z + b, before any pooling. */
const linear =
  ({ layer }: PlacedLayer, weight: Tensor, bias?: Tensor): LayerMap =>
  (z) => {
    if (layer.type === "conv2d") return conv2d(z, weight, convolutionOptions(layer), bias);
    const y = gemm(flat(z), weight, { transB: true });
    return bias ? add(y, bias) : y;
  };

/** The noise that noisy rectifiers add to what enters them; others add none. */
const withOwnNoise = ({ neuron }: PlacedLayer, y: Tensor, { uniform }: LayerNoise): Tensor =>
  neuron === "noisyRelu" ? withNoise(y, uniform!) : y;

/** Other neurons than stochastic ones, max-pooled. */
const activation = (placed: PlacedLayer, estimator: Estimator): LayerMap => {
  const activate = neurons(placed, estimator);
  return (y, noise) => activate(maxPooled(placed, withOwnNoise(placed, y, noise)), noise);
};

/** The neurons alone, on what enters them. */
const neurons = (placed: PlacedLayer, estimator: Estimator): LayerMap => {
  const sign = (y: Tensor): Tensor =>
    isStraightThrough(estimator) ? straightThrough(signOf(y), y, estimator) : hardSpike(y);
  const activate = placed.neuron === "sign" ? sign : relu;
  return (y, { dropout }) => {
    const z = activate(y);
    return dropout ? drop(z, dropoutOf(placed)!, dropout) : z;
  };
};

/** Each layer of a network as a function of its inputs. */
import { foldedNormalization, normalizeBatch, type Statistics } from "../nn/batch-norm.ts";
import { hardSpike, spike, spikeMean } from "../nn/neuron.ts";
import { pooledConvolutionMean } from "../nn/pooled-convolution.ts";
import { convolutionPotential, densePotential, type Synapses } from "../nn/potential.ts";
import { conv2d } from "../tensor/convolution.ts";
import { add, relu } from "../tensor/elementwise.ts";
import { reshape } from "../tensor/layout.ts";
import { gemm } from "../tensor/matmul.ts";
import { averagePool2d, maxPool2d } from "../tensor/pool.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { isBatchNormalized, isStochastic, type PlacedLayer } from "./layers.ts";
import type { Network } from "./network.ts";
import { type Passage, WHOLE } from "./passage.ts";

export type TensorsByName = Readonly<Record<string, Tensor>>;

/** One layer: its inputs and, if it is stochastic, its uniform numbers, to its outputs. */
export type LayerMap = (z: Tensor, uniform?: Tensor) => Tensor;

export const layerMap = (
  network: Network,
  placed: PlacedLayer,
  parameters: TensorsByName,
  passage: Passage,
): LayerMap => {
  if (!isStochastic(placed)) return deterministicLayer(placed, parameters);
  const mean = layerMean(network, placed, parameters, passage);
  return (z, uniform) => spike(mean(z), uniform!);
};

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

/** Maps the inputs of a stochastic layer to E(z) of its outputs, of whole windows where it pools. */
export const layerMean = (
  { noise }: Network,
  { layer, name, binaryInput, inputShape }: PlacedLayer,
  parameters: TensorsByName,
  passage: Passage = WHOLE,
): ((z: Tensor) => Tensor) => {
  const synapses = synapsesOf(name, parameters);
  if (layer.type !== "conv2d") {
    const potential = densePotential(synapses, noise, binaryInput);
    return (z) => spikeMean(potential(flat(z)));
  }
  const options = convolutionOptions(layer);
  if (layer.pool === 1) {
    const potential = convolutionPotential(synapses, noise, binaryInput, inputShape, options);
    return (z) => spikeMean(potential(z));
  }
  const pooled = { ...options, pool: layer.pool, gather: passage.gather };
  return pooledConvolutionMean(synapses, noise, binaryInput, inputShape, pooled);
};

export const convolutionOptions = ({ stride, padding }: { stride: number; padding: number }) => ({
  strides: [stride, stride] as const,
  pads: [padding, padding, padding, padding] as const,
});

/** Average pooling, a layer of neurons without noise, or the linear readout; batches are normalised as in use. */
export const deterministicLayer = (placed: PlacedLayer, parameters: TensorsByName): LayerMap => {
  const { layer, name } = placed;
  if (layer.type === "averagePool") return (z) => averagePool2d(z, { kernel: [layer.size, layer.size] });
  const own = {
    weight: parameters[`${name}.weight`]!,
    bias: parameters[`${name}.bias`]!,
  };
  const { weight, bias } = isBatchNormalized(placed)
    ? foldedNormalization(own.weight, runningStatistics(name, parameters), normalizationOf(name, parameters))
    : own;
  const drive = linear(placed, weight, bias);
  if (layer.type === "readout") return drive;
  const activate = activation(placed);
  return (z) => activate(drive(z));
};

/** The parts of a layer that normalises by its batch, in training: what comes before, the normalisation, the neurons. */
export interface BatchNormalizedLayer {
  readonly drive: LayerMap;
  readonly normalize: (y: Tensor) => ReturnType<typeof normalizeBatch>;
  readonly activate: LayerMap;
}

/** The batch is normalised in `parts` parts, each by itself. */
export const batchNormalizedLayer = (
  placed: PlacedLayer,
  parameters: TensorsByName,
  parts: number,
): BatchNormalizedLayer => ({
  drive: linear(placed, parameters[`${placed.name}.weight`]!),
  normalize: (y) => normalizeBatch(y, normalizationOf(placed.name, parameters), parts),
  activate: activation(placed),
});

const runningStatistics = (name: string, parameters: TensorsByName): Statistics => ({
  mean: parameters[`${name}.mean`]!,
  variance: parameters[`${name}.variance`]!,
});

const normalizationOf = (name: string, parameters: TensorsByName) => ({
  gain: parameters[`${name}.gain`]!,
  bias: parameters[`${name}.bias`]!,
});

/** w z + b, before any pooling. */
const linear =
  ({ layer }: PlacedLayer, weight: Tensor, bias?: Tensor): LayerMap =>
  (z) => {
    if (layer.type === "conv2d") return conv2d(z, weight, convolutionOptions(layer), bias);
    const y = gemm(flat(z), weight, { transB: true });
    return bias ? add(y, bias) : y;
  };

/** The neurons of a layer without noise, max-pooled. Both kinds are monotone: what enters them may be pooled instead. */
const activation = ({ layer, neuron }: PlacedLayer): LayerMap => {
  const neurons = neuron === "sign" ? hardSpike : relu;
  if (layer.type !== "conv2d" || layer.pool === 1) return neurons;
  return (y) => neurons(maxPool2d(y, { kernel: [layer.pool, layer.pool] }));
};

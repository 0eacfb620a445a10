/** Each layer of a network as a function of its inputs. */
import { spike, spikeMean } from "../nn/neuron.ts";
import { pooledConvolutionMean } from "../nn/pooled-convolution.ts";
import { convolutionPotential, densePotential, type Synapses } from "../nn/potential.ts";
import { conv2d } from "../tensor/convolution.ts";
import { add, relu } from "../tensor/elementwise.ts";
import { reshape } from "../tensor/layout.ts";
import { gemm } from "../tensor/matmul.ts";
import { averagePool2d, maxPool2d } from "../tensor/pool.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { isStochastic, type PlacedLayer } from "./layers.ts";
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
  if (!isStochastic(network, placed)) return deterministicLayer(placed, parameters);
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

/** Average pooling, a layer of rectifiers, or the linear readout. */
export const deterministicLayer = ({ layer, name }: PlacedLayer, parameters: TensorsByName): LayerMap => {
  if (layer.type === "averagePool") return (z) => averagePool2d(z, { kernel: [layer.size, layer.size] });
  const weight = parameters[`${name}.weight`]!;
  const bias = parameters[`${name}.bias`]!;
  if (layer.type === "readout") return (z) => add(gemm(flat(z), weight, { transB: true }), bias);
  if (layer.type === "dense") return (z) => relu(add(gemm(flat(z), weight, { transB: true }), bias));
  return (z) => {
    const y = conv2d(z, weight, convolutionOptions(layer), bias);
    return relu(layer.pool === 1 ? y : maxPool2d(y, { kernel: [layer.pool, layer.pool] }));
  };
};

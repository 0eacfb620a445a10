/** The forward pass of a network as an expression: sampled spikes in, logits out. */

import { pooledSpikeMean, spike, spikeMean } from "../nn/neuron.ts";
import { pooledOppositePotential } from "../nn/pooled-convolution.ts";
import { convolutionPotential, densePotential, type Synapses } from "../nn/potential.ts";
import { conv2d } from "../tensor/convolution.ts";
import { add, relu } from "../tensor/elementwise.ts";
import { concat, reshape, slice } from "../tensor/layout.ts";
import { gemm } from "../tensor/matmul.ts";
import { averagePool2d, maxPool2d } from "../tensor/pool.ts";
import { input, type Shape, sizeOf, type Tensor } from "../tensor/tensor.ts";
import { isStochastic, type PlacedLayer, parametersOf, placeLayers } from "./layers.ts";
import type { Network } from "./network.ts";

export type TensorsByName = Readonly<Record<string, Tensor>>;

/** The network's parameters as inputs of a program, by name. */
export const parameterInputs = (network: Network): TensorsByName =>
  Object.fromEntries(parametersOf(network).map(({ name, shape }) => [name, input(name, shape)]));

/** The uniform numbers that a batch takes under the unit law, one a spike: inputs by name, such as "layers.0.uniform". */
export const noiseInputs = (network: Network, batch: number): TensorsByName =>
  Object.fromEntries(
    placeLayers(network)
      .filter((placed) => isStochastic(network, placed))
      .map(({ name, outputShape }) => [`${name}.uniform`, input(`${name}.uniform`, [batch, ...outputShape])]),
  );

/** Images of a layer that fit the cache together, in elements of its widest tensor. */
const CACHE_ELEMENTS = 150_000;

/** How many images pass a layer stack at once, so that what an operator writes is still cached for the next. */
const imagesAtOnce = (layers: readonly PlacedLayer[], batch: number): number => {
  const widest = Math.max(...layers.map(({ unitShape }) => sizeOf(unitShape)));
  const parts = Math.max(1, Math.round((batch * widest) / CACHE_ELEMENTS));
  return Math.ceil(batch / parts);
};

/** [batch, classes] logits for images x [batch, channels, height, width] that are encoded already. */
export const forward = (
  network: Network,
  parameters: TensorsByName,
  x: Tensor,
  noise: TensorsByName,
): Tensor => {
  const layers = placeLayers(network);
  const imageLayers = layers.filter(({ layer }) => layer.type === "conv2d" || layer.type === "averagePool");
  const step = imageLayers.length > 0 ? imagesAtOnce(imageLayers, x.shape[0]!) : x.shape[0]!;
  const folded = parameters;
  const chunks = range(0, x.shape[0]!, step).map((start) => {
    const end = Math.min(start + step, x.shape[0]!);
    return imageLayers.reduce(
      (z, placed) =>
        layerForward(network, placed, folded, z, rows(noise[`${placed.name}.uniform`], start, end)),
      rows(x, start, end)!,
    );
  });
  return layers
    .filter(({ layer }) => layer.type === "dense" || layer.type === "readout")
    .reduce(
      (z, placed) => layerForward(network, placed, folded, z, noise[`${placed.name}.uniform`]),
      concat(chunks, 0),
    );
};

const range = (start: number, end: number, step: number): readonly number[] =>
  Array.from({ length: Math.ceil((end - start) / step) }, (_, k) => start + k * step);

const rows = (x: Tensor | undefined, start: number, end: number): Tensor | undefined =>
  x &&
  slice(
    x,
    x.shape.map((_, axis) => (axis === 0 ? start : 0)),
    x.shape.map((size, axis) => (axis === 0 ? end : size)),
  );

const layerForward = (
  network: Network,
  placed: PlacedLayer,
  parameters: TensorsByName,
  z: Tensor,
  uniform: Tensor | undefined,
): Tensor => {
  if (placed.layer.type === "averagePool")
    return averagePool2d(z, { kernel: [placed.layer.size, placed.layer.size] });
  if (!isStochastic(network, placed)) return conventional(placed, parameters, z);
  return spike(layerMean(network, placed, parameters, z), uniform!);
};

const flat = (z: Tensor): Tensor => reshape(z, [z.shape[0]!, -1]);

const synapsesOf = (name: string, parameters: TensorsByName): Synapses => ({
  weight: parameters[`${name}.weight`]!,
  gain: parameters[`${name}.gain`]!,
  bias: parameters[`${name}.bias`]!,
});

/** E(z) of a stochastic layer's outputs, pooled where it pools, given its inputs z. */
export const layerMean = (
  network: Network,
  placed: PlacedLayer,
  parameters: TensorsByName,
  z: Tensor,
): Tensor => {
  const { layer, name, binaryInput } = placed;
  const synapses = synapsesOf(name, parameters);
  if (layer.type !== "conv2d")
    return spikeMean(densePotential(flat(z), synapses, network.noise, binaryInput));
  const options = convolutionOptions(layer);
  if (layer.pool === 1)
    return spikeMean(convolutionPotential(z, synapses, network.noise, binaryInput, options));
  const opposite = pooledOppositePotential(z, synapses, network.noise, binaryInput, layer.pool, options);
  return pooledSpikeMean(opposite, layer.pool ** 2);
};

const convolutionOptions = ({ stride, padding }: { stride: number; padding: number }) => ({
  strides: [stride, stride] as const,
  pads: [padding, padding, padding, padding] as const,
});

/** A layer of rectifiers, or the linear readout. */
const conventional = ({ layer, name }: PlacedLayer, parameters: TensorsByName, z: Tensor): Tensor => {
  const weight = parameters[`${name}.weight`]!;
  const bias = parameters[`${name}.bias`]!;
  if (layer.type === "conv2d") {
    const y = conv2d(z, weight, convolutionOptions(layer), bias);
    return relu(layer.pool === 1 ? y : maxPool2d(y, { kernel: [layer.pool, layer.pool] }));
  }
  const y = add(gemm(flat(z), weight, { transB: true }), bias);
  return layer.type === "readout" ? y : relu(y);
};

/** Shape of one batch of encoded images. */
export const imagesShape = (network: Network, batch: number): Shape => [batch, ...network.input];

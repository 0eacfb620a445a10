/** The forward pass of a network as an expression: images and noise in, sampled spikes on the way, logits out. */
import { pooledSpikeMean, spike, spikeMean } from "../nn/neuron.ts";
import { pooledOppositePotential } from "../nn/pooled-convolution.ts";
import { convolutionPotential, densePotential, type Synapses } from "../nn/potential.ts";
import { conv2d } from "../tensor/convolution.ts";
import { add, relu } from "../tensor/elementwise.ts";
import { concat, reshape, slice } from "../tensor/layout.ts";
import { gemm } from "../tensor/matmul.ts";
import { averagePool2d, maxPool2d } from "../tensor/pool.ts";
import { input, sizeOf, type Tensor } from "../tensor/tensor.ts";
import { isStochastic, type PlacedLayer, parametersOf, placeLayers } from "./layers.ts";
import type { Network } from "./network.ts";

export type TensorsByName = Readonly<Record<string, Tensor>>;

/** The network's parameters as inputs of a program, by name. */
export const parameterInputs = (network: Network): TensorsByName =>
  Object.fromEntries(parametersOf(network).map(({ name, shape }) => [name, input(name, shape)]));

/** The name of the input that holds a layer's uniform numbers. */
export const uniformName = (layerName: string): string => `${layerName}.uniform`;

/** What a batch takes under the unit law: for each stochastic layer one number a spike, uniform on (-1, 1). */
export const uniformInputs = (network: Network, batch: number): TensorsByName =>
  Object.fromEntries(
    placeLayers(network)
      .filter((placed) => isStochastic(network, placed))
      .map(({ name, outputShape }) => [uniformName(name), input(uniformName(name), [batch, ...outputShape])]),
  );

/** [batch, classes] logits of images x [batch, channels, height, width], encoded as the network wants them. */
export const forward = (
  network: Network,
  parameters: TensorsByName,
  x: Tensor,
  uniforms: TensorsByName,
): Tensor => {
  const layers = placeLayers(network);
  return passThrough(
    layers,
    layers.map((placed) => layerMap(network, placed, parameters)),
    x,
    uniforms,
  );
};

/** E(z) of the first stochastic layer's outputs, which is the same for every sample of the same images x. */
export const firstMean = (network: Network, parameters: TensorsByName, x: Tensor): Tensor => {
  const layers = placeLayers(network).slice(0, firstStochastic(network) + 1);
  const maps = layers.map((placed, k) =>
    k === layers.length - 1 ? layerMean(network, placed, parameters) : layerMap(network, placed, parameters),
  );
  return passThrough(layers, maps, x, {});
};

/** Logits of one sample, given what `firstMean` gave for the images. */
export const forwardFromFirstMean = (
  network: Network,
  parameters: TensorsByName,
  mean: Tensor,
  uniforms: TensorsByName,
): Tensor => {
  const layers = placeLayers(network).slice(firstStochastic(network));
  const maps = layers.map(
    (placed, k): LayerMap =>
      k === 0 ? (m, uniform) => spike(m, uniform!) : layerMap(network, placed, parameters),
  );
  return passThrough(layers, maps, mean, uniforms);
};

const firstStochastic = (network: Network): number =>
  placeLayers(network).findIndex((placed) => isStochastic(network, placed));

/** The layers one after the other: those on images a few images at a time, the others on the whole batch. */
const passThrough = (
  layers: readonly PlacedLayer[],
  maps: readonly LayerMap[],
  x: Tensor,
  uniforms: TensorsByName,
): Tensor => {
  const batch = x.shape[0]!;
  const flatLayer = layers.findIndex(({ layer }) => layer.type === "dense" || layer.type === "readout");
  const split = flatLayer < 0 ? layers.length : flatLayer;
  const run = (first: number, last: number, z: Tensor, start: number, end: number): Tensor =>
    maps
      .slice(first, last)
      .reduce(
        (inputs, map, k) => map(inputs, rows(uniforms[uniformName(layers[first + k]!.name)], start, end)),
        z,
      );
  const step = imagesAtOnce(layers.slice(0, split), batch);
  const features = Array.from({ length: Math.ceil(batch / step) }, (_, k) => {
    const [start, end] = [k * step, Math.min((k + 1) * step, batch)];
    return run(0, split, rows(x, start, end), start, end);
  });
  return run(split, layers.length, concat(features, 0), 0, batch);
};

/** Elements of the widest tensor of the image layers: with more the cache overflows, with fewer threads don't pay. */
const CACHED_ELEMENTS = 370_000;

/** How many images pass the image layers at once, so that what one operator wrote is still cached for the next. */
const imagesAtOnce = (layers: readonly PlacedLayer[], batch: number): number => {
  const widest = Math.max(0, ...layers.map(({ unitShape }) => sizeOf(unitShape)));
  return Math.ceil(batch / Math.max(1, Math.round((batch * widest) / CACHED_ELEMENTS)));
};

const rows = <X extends Tensor | undefined>(x: X, start: number, end: number): X =>
  x &&
  (slice(
    x,
    x.shape.map((_, axis) => (axis === 0 ? start : 0)),
    x.shape.map((size, axis) => (axis === 0 ? end : size)),
  ) as X);

/** One layer: its inputs and, if it is stochastic, its uniform numbers, to its outputs. */
type LayerMap = (z: Tensor, uniform?: Tensor) => Tensor;

const layerMap = (network: Network, placed: PlacedLayer, parameters: TensorsByName): LayerMap => {
  if (!isStochastic(network, placed)) return deterministicLayer(placed, parameters);
  const mean = layerMean(network, placed, parameters);
  return (z, uniform) => spike(mean(z), uniform!);
};

const flat = (z: Tensor): Tensor => reshape(z, [z.shape[0]!, -1]);

export const synapsesOf = (name: string, parameters: TensorsByName): Synapses => ({
  weight: parameters[`${name}.weight`]!,
  gain: parameters[`${name}.gain`]!,
  bias: parameters[`${name}.bias`]!,
});

/** Maps the inputs of a stochastic layer to E(z) of its outputs, of whole windows where it pools. */
export const layerMean = (
  { noise }: Network,
  { layer, name, binaryInput, inputShape }: PlacedLayer,
  parameters: TensorsByName,
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
  const opposite = pooledOppositePotential(synapses, noise, binaryInput, inputShape, layer.pool, options);
  return (z) => pooledSpikeMean(opposite(z), layer.pool ** 2);
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

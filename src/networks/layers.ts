/** The layers of a network with their shapes, and the parameters that each of them has. */
import { ConfigError, ShapeError } from "../errors.ts";
import { type Shape, sizeOf } from "../tensor/tensor.ts";
import { windowCount } from "../tensor/windows.ts";
import type { Network, NetworkLayer, Neuron } from "./network.ts";

/** A layer with what enters and leaves it, for one image. */
export interface PlacedLayer {
  /** Its place, and the prefix of its parameters' names. */
  readonly name: string;
  readonly layer: NetworkLayer | { readonly type: "readout"; readonly units: number };
  readonly inputShape: Shape;
  /** Of the units before pooling. */
  readonly unitShape: Shape;
  readonly outputShape: Shape;
  /** Whether every input is -1 or +1. */
  readonly binaryInput: boolean;
  /** Of a layer of neurons. */
  readonly neuron?: Neuron;
}

export interface ParameterSpec {
  readonly name: string;
  readonly shape: Shape;
  /** Synapses of one unit; of weights alone. */
  readonly fanIn?: number;
  /** Mean and variance are the running statistics of a batch normalization. */
  readonly kind: "weight" | "gain" | "bias" | "mean" | "variance";
}

/** Whether training changes a parameter by its gradient: statistics follow the batches. */
export const isTrained = ({ kind }: ParameterSpec): boolean => kind !== "mean" && kind !== "variance";

/** Elements of the largest tensor of a layer, for one image: 2 GiB of float32 numbers, as much as an ONNX file holds. */
const LARGEST_TENSOR = 2 ** 29;

/**
 * The layers from input to readout. Throws ShapeError, by name, for a layer that does not fit its input and for one
 * whose units or parameters exceed 2 GiB.
 */
export const placeLayers = (network: Network): readonly PlacedLayer[] => {
  requireSize(network.name, "input", "numbers an image", network.input);
  const placed: PlacedLayer[] = [];
  let inputShape: Shape = network.input;
  let binaryInput = network.encoding === "sign";
  for (const [k, layer] of network.layers.entries()) {
    const name = `layers.${k}`;
    const unitShape = unitShapeOf(network.name, name, layer, inputShape);
    const pool = layer.type === "conv2d" ? layer.pool : 1;
    const outputShape = pool === 1 ? unitShape : pooledShape(network.name, name, unitShape, pool);
    const neuron = layer.type === "averagePool" ? undefined : (layer.neuron ?? network.neuron);
    if (neuron === "nsm") refuseForeign(network.name, name, layer);
    placed.push({
      name,
      layer,
      inputShape,
      unitShape,
      outputShape,
      binaryInput,
      ...(neuron && { neuron }),
    });
    inputShape = outputShape;
    binaryInput = neuron === "nsm" || (neuron === "sign" && dropoutOf({ layer }) === undefined);
  }
  const readout: PlacedLayer = {
    name: "readout",
    layer: { type: "readout", units: network.classes },
    inputShape,
    unitShape: [network.classes],
    outputShape: [network.classes],
    binaryInput,
  };
  const all = [...placed, readout];
  for (const each of all) {
    requireSize(network.name, each.name, "units", each.unitShape);
    for (const { name, shape } of parametersOfLayer(each))
      requireSize(network.name, name, "parameters", shape);
  }
  return all;
};

const requireSize = (network: string, place: string, what: string, shape: Shape): void => {
  if (sizeOf(shape) <= LARGEST_TENSOR) return;
  throw new ShapeError(`network ${network}, ${place}`, {
    given: `${shape.join(" x ")} ${what}`,
    expected: `at most ${LARGEST_TENSOR}, which are 2 GiB`,
    remedy: "Make the layer, or what enters it, smaller.",
  });
};

const unitShapeOf = (network: string, name: string, layer: NetworkLayer, input: Shape): Shape => {
  if (layer.type === "dense") return [layer.units];
  if (input.length !== 3)
    throw new ShapeError(`network ${network}, ${name} (${layer.type})`, {
      given: `the output [${input.join(", ")}] of a dense layer`,
      expected: "an image, [channels, height, width]",
      remedy: "Put convolutions and pooling before the first dense layer.",
    });
  const [channels, height, width] = input as [number, number, number];
  if (layer.type === "averagePool") return pooledShape(network, name, input, layer.size);
  const extent = (size: number): number => windowCount(size, layer.kernel, layer.stride, 2 * layer.padding);
  if (extent(height) < 1 || extent(width) < 1)
    throw new ShapeError(`network ${network}, ${name} (conv2d)`, {
      given: `a window of ${layer.kernel} x ${layer.kernel} on an image of ${channels} x ${height} x ${width}`,
      expected: "a window no larger than the padded image",
      remedy: "Make the kernel or the pooling before it smaller, or add padding.",
    });
  return [layer.channels, extent(height), extent(width)];
};

const pooledShape = (
  network: string,
  name: string,
  [channels, height, width]: Shape,
  size: number,
): Shape => {
  if (size > height! || size > width!)
    throw new ShapeError(`network ${network}, ${name} (pooling)`, {
      given: `windows of ${size} x ${size} on ${channels} x ${height} x ${width} units`,
      expected: "windows no larger than the image",
      remedy: "Pool over smaller windows.",
    });
  return [channels!, Math.floor(height! / size), Math.floor(width! / size)];
};

/** Refuses what stochastic neurons have no use for. */
const refuseForeign = (network: string, name: string, layer: NetworkLayer): void => {
  if (layer.type === "averagePool") return;
  const { normalization, dropout, dropConnect } = layer;
  const given =
    normalization !== undefined
      ? `${normalization} normalization`
      : dropout !== undefined
        ? "dropout"
        : dropConnect !== undefined
          ? "DropConnect"
          : undefined;
  if (given === undefined) return;
  throw new ConfigError(`network ${network}, ${name}`, {
    given: `${given} of stochastic neurons`,
    expected: "none: their noise normalises the weights and drops connections, always",
    remedy: "Leave it out, or choose another neuron for this layer.",
  });
};

/** Whether a layer draws spikes. */
export const isStochastic = ({ neuron }: PlacedLayer): boolean => neuron === "nsm";

/** Whether a layer draws each unit of a pooled window by itself. */
export const poolsSpikes = ({ layer, neuron }: PlacedLayer): boolean =>
  neuron === "nsm" && layer.type === "conv2d" && layer.pool > 1 && layer.pooling === "sampled";

/** The shape of what a stochastic layer draws: its units, or its windows, each as one unit. */
export const drawnShape = (placed: PlacedLayer): Shape =>
  poolsSpikes(placed) ? placed.unitShape : placed.outputShape;

/** Whether a layer's synapses have the network's noise. */
const hasNoisySynapses = (placed: PlacedLayer): boolean =>
  isStochastic(placed) || placed.neuron === "noisyRelu";

/** Whether two passes of the same inputs through a layer differ, in use. */
export const isNoisy = (network: Network, placed: PlacedLayer): boolean =>
  hasNoisySynapses(placed) || (network.dropoutInUse === true && dropoutOf(placed) !== undefined);

type HasLayer = Pick<PlacedLayer, "layer">;

/** A layer of neurons, which may have more than its size. */
const neuronsOf = ({ layer }: HasLayer) =>
  layer.type === "conv2d" || layer.type === "dense" ? layer : undefined;

/** Whether a layer normalises by its batch. */
export const isBatchNormalized = (placed: HasLayer): boolean => neuronsOf(placed)?.normalization === "batch";

/** Whether a layer normalises its weights. */
export const isWeightNormalized = (placed: HasLayer): boolean =>
  neuronsOf(placed)?.normalization === "weight";

/** The probabilities that a layer's outputs and weights are dropped, if they are. */
export const dropoutOf = (placed: HasLayer): number | undefined => neuronsOf(placed)?.dropout;
export const dropConnectOf = (placed: HasLayer): number | undefined => neuronsOf(placed)?.dropConnect;

/** Whether any layer has stochastic neurons. */
export const samplesSpikes = (network: Network): boolean => placeLayers(network).some(isStochastic);

/** Whether the network's noise has an effect: dropout is another. */
export const usesNoise = (network: Network): boolean => placeLayers(network).some(hasNoisySynapses);

/** Throws ConfigError, by the layer's name, for noise of other neurons than stochastic ones. */
export const requireSpikesAlone = (network: Network, what: string): void => {
  const other = placeLayers(network).find((placed) => isNoisy(network, placed) && !isStochastic(placed));
  if (!other) return;
  throw new ConfigError(`${what}, network ${network.name}, ${other.name}`, {
    given: `the noise of ${other.neuron} neurons`,
    expected: "stochastic neurons, and others without noise",
    remedy: "Sample the network under the unit law instead.",
  });
};

/** Whether two passes of the same images differ. */
export const hasNoise = (network: Network): boolean =>
  placeLayers(network).some((placed) => isNoisy(network, placed));

/** Every tensor that a model has values for, in the order of the layers. */
export const parametersOf = (network: Network): readonly ParameterSpec[] =>
  placeLayers(network).flatMap(parametersOfLayer);

const parametersOfLayer = (placed: PlacedLayer): readonly ParameterSpec[] => {
  const { name, layer, inputShape, unitShape } = placed;
  if (layer.type === "averagePool") return [];
  const units = unitShape[0]!;
  const inputs =
    layer.type === "conv2d" ? [inputShape[0]!, layer.kernel, layer.kernel] : [sizeOf(inputShape)];
  const gainShape = layer.type === "conv2d" && layer.gain === "location" ? unitShape : [units];
  const parameter = (kind: ParameterSpec["kind"], shape: Shape): ParameterSpec => ({
    name: `${name}.${kind}`,
    shape,
    kind,
  });
  const normalized = isBatchNormalized(placed);
  return [
    { ...parameter("weight", [units, ...inputs]), fanIn: sizeOf(inputs) },
    ...(isStochastic(placed) ? [parameter("gain", gainShape)] : []),
    ...(normalized || isWeightNormalized(placed) ? [parameter("gain", [units])] : []),
    parameter("bias", [units]),
    ...(normalized ? [parameter("mean", [units]), parameter("variance", [units])] : []),
  ];
};

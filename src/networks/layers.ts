/** The layers of a network with their shapes, and the parameters that each of them has. */
import { ShapeError } from "../errors.ts";
import { type Shape, sizeOf } from "../tensor/tensor.ts";
import { windowCount } from "../tensor/windows.ts";
import type { Network, NetworkLayer } from "./network.ts";

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
}

export interface ParameterSpec {
  readonly name: string;
  readonly shape: Shape;
  /** Synapses of one unit; of weights alone. */
  readonly fanIn?: number;
  readonly kind: "weight" | "gain" | "bias";
}

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
  let binaryInput = network.encoding === "sign" && network.neuron === "nsm";
  for (const [k, layer] of network.layers.entries()) {
    const name = `layers.${k}`;
    const unitShape = unitShapeOf(network.name, name, layer, inputShape);
    const pool = layer.type === "conv2d" ? layer.pool : 1;
    const outputShape = pool === 1 ? unitShape : pooledShape(network.name, name, unitShape, pool);
    placed.push({ name, layer, inputShape, unitShape, outputShape, binaryInput });
    inputShape = outputShape;
    binaryInput = network.neuron === "nsm" && layer.type !== "averagePool";
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
    for (const { name, shape } of parametersOfLayer(each, isStochastic(network, each)))
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

/** Whether a layer draws spikes. */
export const isStochastic = (network: Network, { layer }: PlacedLayer): boolean =>
  network.neuron === "nsm" && (layer.type === "conv2d" || layer.type === "dense");

/** Whether two passes of the same images differ. */
export const hasNoise = (network: Network): boolean =>
  placeLayers(network).some((placed) => isStochastic(network, placed));

/** Every trainable tensor, in the order of the layers. */
export const parametersOf = (network: Network): readonly ParameterSpec[] =>
  placeLayers(network).flatMap((placed) => parametersOfLayer(placed, isStochastic(network, placed)));

const parametersOfLayer = (
  { name, layer, inputShape, unitShape }: PlacedLayer,
  stochastic: boolean,
): ParameterSpec[] => {
  if (layer.type === "averagePool") return [];
  const units = unitShape[0]!;
  const inputs =
    layer.type === "conv2d" ? [inputShape[0]!, layer.kernel, layer.kernel] : [sizeOf(inputShape)];
  const gainShape = layer.type === "conv2d" && layer.gain === "location" ? unitShape : [units];
  return [
    { name: `${name}.weight`, shape: [units, ...inputs], fanIn: sizeOf(inputs), kind: "weight" },
    ...(stochastic ? [{ name: `${name}.gain`, shape: gainShape, kind: "gain" as const }] : []),
    { name: `${name}.bias`, shape: [units], kind: "bias" },
  ];
};

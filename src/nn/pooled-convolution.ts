/**
 * Convolutions followed by pooling over windows of pool x pool units: stochastic units, whose window is
 * sampled as one unit, and any others.
 */
import { type ConvolutionOptions, conv2d } from "../tensor/convolution.ts";
import { negate } from "../tensor/elementwise.ts";
import { concat, pad, reshape, slice, transpose } from "../tensor/layout.ts";
import { spaceToDepth } from "../tensor/space-to-depth.ts";
import type { Shape, Tensor } from "../tensor/tensor.ts";
import { convolveInOrder } from "../tensor/window-convolution.ts";
import { pooledSpikeMean } from "./neuron.ts";
import type { Noise } from "./noise/noise.ts";
import {
  convolutionPotential,
  type Folded,
  foldedConvolution,
  foldedWeights,
  isFoldable,
  type Potential,
  type Synapses,
} from "./potential.ts";

/** Maps a layer's inputs [batch, channels, height, width] to E(z) of its pooled windows. */
export type PooledMean = (z: Tensor) => Tensor;

/** Options of a pooled convolution. */
export interface PooledOptions extends ConvolutionOptions {
  /** Pooling size: windows of pool x pool units. */
  readonly pool: number;
  /** Whether to multiply gathered windows instead of convolving, which is faster on a CPU. */
  readonly gather?: boolean;
}

/** E(z) of the pooled windows of a stochastic convolution, by the fastest available algorithm. */
export const pooledConvolutionMean = (
  synapses: Synapses,
  noise: Noise,
  binary: boolean,
  inputShape: Shape,
  { pool, gather = false, ...options }: PooledOptions,
): PooledMean => {
  const general =
    (opposite: Potential): PooledMean =>
    (z) =>
      pooledSpikeMean(windowUnits(opposite(z), pool), pool ** 2);
  if (!isFoldable(synapses, binary, options)) {
    const potential = convolutionPotential(synapses, noise, binary, inputShape, options);
    return general((z) => negate(potential(z)));
  }
  // The sign is folded into the weights, which are smaller than the outputs.
  const opposite = { ...synapses, gain: negate(synapses.gain), bias: negate(synapses.bias) };
  const inOrder = windowConvolution(foldedWeights(opposite, noise), inputShape, { pool, gather, ...options });
  if (inOrder) return (z) => inOrder(z, pooledSpikeMean);
  return general(foldedConvolution(opposite, noise, inputShape, options));
};

/** Pools windows. `units` holds the first unit of every window, then the second, .., along axis 1. */
export type PoolUnits = (units: Tensor, count: number) => Tensor;

/** Maps a layer's inputs to its pooled units. */
export type WindowConvolution = (z: Tensor, pool: PoolUnits) => Tensor;

/**
 * A convolution that computes its outputs in pooling order, if that is faster than moving them; else
 * undefined. Rows and columns that do not fill a window are dropped.
 */
export const windowConvolution = (
  weights: Folded,
  inputShape: Shape,
  { pool, gather = false, ...options }: PooledOptions,
): WindowConvolution | undefined => {
  if (!isUnpadded(options) || !hasUnitSteps(options)) return undefined;
  if (inputShape[0] === 1 && pool <= MAX_SHIFTED_POOL) return stridedConvolution(weights, pool);
  return gather ? gatheredWindows(weights, pool) : undefined;
};

/**
 * Maximum pooling size for shifted filters. They grow with it and are mostly zeros; for wider windows moving
 * the outputs is cheaper.
 */
const MAX_SHIFTED_POOL = 3;

const hasUnitSteps = ({ strides = [1, 1], dilations = [1, 1], groups = 1 }: ConvolutionOptions): boolean =>
  [...strides, ...dilations, groups].every((step) => step === 1);

const isUnpadded = ({ pads = [0, 0, 0, 0] }: ConvolutionOptions): boolean =>
  pads.every((amount) => amount === 0);

/**
 * Units of each pool x pool window, consecutive along the channel axis. Rows and columns that do not fill a
 * window are dropped.
 */
export const windowUnits = (v: Tensor, pool: number): Tensor =>
  spaceToDepth(crop(v, multipleOf(v.shape[2]!, pool), multipleOf(v.shape[3]!, pool)), pool);

const multipleOf = (size: number, pool: number): number => size - (size % pool);

const crop = (x: Tensor, height: number, width: number): Tensor =>
  slice(x, [0, 0, 0, 0], [x.shape[0]!, x.shape[1]!, height, width]);

/**
 * One convolution with stride `pool` whose filters are pool^2 copies of w, each shifted to one place in the
 * window. For a single input channel the few products with zeros cost less than moving every output.
 */
const stridedConvolution = ({ weight, bias }: Folded, pool: number): WindowConvolution => {
  const places = Array.from({ length: pool ** 2 }, (_, k) => [Math.floor(k / pool), k % pool] as const);
  const shifted = places.map(([down, right]) =>
    pad(weight, [0, 0, down, right], [0, 0, pool - 1 - down, pool - 1 - right]),
  );
  const filters = concat(shifted, 0);
  const biases = concat(
    places.map(() => bias),
    0,
  );
  return (z, poolUnits) => poolUnits(conv2d(z, filters, { strides: [pool, pool] }, biases), pool ** 2);
};

/** A product of windows gathered in pooling order, channels innermost. */
const gatheredWindows = ({ weight, bias }: Folded, pool: number): WindowConvolution => {
  const [channels, , rows, columns] = weight.shape as [number, number, number, number];
  return (z, poolUnits) => {
    const [height, width] = [z.shape[2]! - rows + 1, z.shape[3]! - columns + 1].map((n) =>
      multipleOf(n, pool),
    );
    const [down, across] = [height! / pool, width! / pool];
    const order: number[] = [];
    for (let k = 0; k < pool ** 2; k++)
      for (let i = 0; i < down; i++)
        for (let j = 0; j < across; j++)
          order.push((i * pool + Math.floor(k / pool)) * width! + j * pool + (k % pool));
    const image = crop(z, height! + rows - 1, width! + columns - 1);
    const units = reshape(convolveInOrder(image, weight, bias, order), [
      z.shape[0]!,
      pool ** 2,
      down * across,
      channels,
    ]);
    const pooled = transpose(poolUnits(units, pool ** 2), [0, 1, 3, 2]);
    return reshape(pooled, [z.shape[0]!, channels, down, across]);
  };
};

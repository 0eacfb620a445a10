/**
 * Convolutions whose spikes are max-pooled: the units of each window side by side along the channel axis, as
 * `pooledSpikeMean` takes them.
 */
import { type ConvolutionOptions, conv2d } from "../tensor/convolution.ts";
import { negate } from "../tensor/elementwise.ts";
import { concat, pad, slice } from "../tensor/layout.ts";
import { spaceToDepth } from "../tensor/space-to-depth.ts";
import type { Shape, Tensor } from "../tensor/tensor.ts";
import type { Noise } from "./noise.ts";
import {
  convolutionPotential,
  type Folded,
  foldedWeights,
  isFoldable,
  type Potential,
  type Synapses,
} from "./potential.ts";

/** -v of every unit of every window of pool x pool: [batch, pool^2 channels, height, width], sizes after pooling. */
export const pooledOppositePotential = (
  synapses: Synapses,
  noise: Noise,
  binary: boolean,
  inputShape: Shape,
  pool: number,
  options: ConvolutionOptions = {},
): Potential => {
  if (!isFoldable(synapses, binary, options)) {
    const potential = convolutionPotential(synapses, noise, binary, inputShape, options);
    return (z) => windowUnits(negate(potential(z)), pool);
  }
  // The sign is folded into the weights, which are small.
  const opposite = { ...synapses, gain: negate(synapses.gain), bias: negate(synapses.bias) };
  if (inputShape[0] === 1 && pool <= WIDEST_SHIFT && hasUnitSteps(options))
    return stridedConvolution(foldedWeights(opposite, noise), pool);
  const potential = convolutionPotential(opposite, noise, binary, inputShape, options);
  return (z) => windowUnits(potential(z), pool);
};

/** Shifted filters are that much larger, and mostly zeros: for wider windows it pays to move the outputs. */
const WIDEST_SHIFT = 3;

const hasUnitSteps = ({ strides = [1, 1], dilations = [1, 1] }: ConvolutionOptions): boolean =>
  [...strides, ...dilations].every((step) => step === 1);

/**
 * The units of each window of pool x pool side by side along the channel axis. Rows and columns that fill no window are
 * dropped.
 */
export const windowUnits = (v: Tensor, pool: number): Tensor => spaceToDepth(wholeWindows(v, pool), pool);

export const wholeWindows = (x: Tensor, pool: number): Tensor =>
  slice(
    x,
    [0, 0, 0, 0],
    x.shape.map((size, axis) => (axis < 2 ? size : size - (size % pool))),
  );

/**
 * One convolution with step `pool` whose filters are pool^2 copies of w, each shifted to one place of the window:
 * for a single input channel the few products with zeros cost less than moving every output.
 */
const stridedConvolution = ({ weight, bias }: Folded, pool: number): Potential => {
  const places = Array.from({ length: pool ** 2 }, (_, k) => [Math.floor(k / pool), k % pool] as const);
  const shifted = places.map(([down, right]) =>
    pad(weight, [0, 0, down, right], [0, 0, pool - 1 - down, pool - 1 - right]),
  );
  const filters = concat(shifted, 0);
  const biases = concat(
    places.map(() => bias),
    0,
  );
  return (z) => conv2d(z, filters, { strides: [pool, pool] }, biases);
};

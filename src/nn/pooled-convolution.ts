/**
 * Convolutions whose outputs are max-pooled: the units of each window side by side along the channel axis, as
 * `pooledSpikeMean` takes them.
 */

import { type ConvolutionOptions, conv2d } from "../tensor/convolution.ts";
import { negate } from "../tensor/elementwise.ts";
import { concat, pad, slice } from "../tensor/layout.ts";
import { spaceToDepth } from "../tensor/space-to-depth.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { Noise } from "./noise.ts";
import { convolutionPotential, foldedWeights, isFoldable, type Synapses } from "./potential.ts";

/** -v of every unit of every window of pool x pool: [batch, pool^2 channels, height, width] after pooling. */
export const pooledOppositePotential = (
  z: Tensor,
  synapses: Synapses,
  noise: Noise,
  binary: boolean,
  pool: number,
  options: ConvolutionOptions = {},
): Tensor => {
  const opposite = { ...synapses, gain: negate(synapses.gain), bias: negate(synapses.bias) };
  const { strides = [1, 1] } = options;
  const unitStride = strides[0] === 1 && strides[1] === 1 && !options.dilations;
  if (z.shape[1] === 1 && unitStride && isFoldable(opposite, binary, options))
    return stridedConvolution(z, foldedWeights(opposite, noise), pool);
  return spaceToDepth(wholeWindows(convolutionPotential(z, opposite, noise, binary, options), pool), pool);
};

/** Drops the rows and columns that fill no window. */
const wholeWindows = (x: Tensor, pool: number): Tensor =>
  slice(
    x,
    [0, 0, 0, 0],
    x.shape.map((size, axis) => (axis < 2 ? size : size - (size % pool))),
  );

/**
 * One convolution with step `pool` whose filters are pool^2 copies of w, each shifted to one place of the window:
 * for a single input channel the few products with zeros cost less than moving every output.
 */
const stridedConvolution = (
  z: Tensor,
  { weight, bias }: { weight: Tensor; bias: Tensor },
  pool: number,
): Tensor => {
  const places = Array.from({ length: pool ** 2 }, (_, k) => [Math.floor(k / pool), k % pool] as const);
  const shifted = places.map(([down, right]) =>
    pad(weight, [0, 0, down, right], [0, 0, pool - 1 - down, pool - 1 - right]),
  );
  const biases = places.map(() => bias);
  return conv2d(z, concat(shifted, 0), { strides: [pool, pool] }, concat(biases, 0));
};

/**
 * Units at the border of an image that is padded with zeros: of their inputs only some are there, so that their
 * potential is divided by less than ||w||.
 */

import { broadcastTo } from "../tensor/broadcast.ts";
import { conv2d } from "../tensor/convolution.ts";
import { divide, maximum, sqrt, square } from "../tensor/elementwise.ts";
import { concat, part, reshape } from "../tensor/layout.ts";
import { constant, type Tensor } from "../tensor/tensor.ts";
import { LEAST_NORM } from "./weight-norm.ts";

/**
 * ||w_i|| / sqrt(sum of w_ij^2 over the taps inside the image), for a convolution of steps 1 with `pad` zeros on every
 * side, fewer than the window has taps: [channels, height, width], of its outputs. 1, but for rounding, where all
 * taps are inside.
 */
export const borderRatio = (
  weight: Tensor,
  norm: Tensor,
  pad: number,
  [height, width]: readonly [number, number],
): Tensor => {
  const [channels, inputs, rows, columns] = weight.shape as [number, number, number, number];
  // An image as small as the window has outputs of every kind: `pad` at each border, and one between.
  const least = [Math.min(height, 2 * pad + 1), Math.min(width, 2 * pad + 1)] as const;
  const image = [1, inputs, least[0] + rows - 1 - 2 * pad, least[1] + columns - 1 - 2 * pad];
  const inside = conv2d(constant(1, image), square(weight), { pads: [pad, pad, pad, pad] });
  const deviation = sqrt(maximum(inside, LEAST_NORM ** 2));
  const ratio = reshape(divide(reshape(norm, [-1, 1, 1]), deviation), [channels, ...least]);
  return stretch(stretch(ratio, 1, pad, height), 2, pad, width);
};

/** An axis of 2 pad + 1 elements as one of `size`: the one in the middle is repeated. */
const stretch = (x: Tensor, axis: number, pad: number, size: number): Tensor => {
  if (x.shape[axis] === size) return x;
  const middle = broadcastTo(part(x, axis, pad, pad + 1), x.shape.with(axis, size - 2 * pad));
  return concat([part(x, axis, 0, pad), middle, part(x, axis, pad + 1, 2 * pad + 1)], axis);
};

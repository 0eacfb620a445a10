/**
 * Border units of a zero-padded convolution. Some of their inputs are outside the image, so that their
 * potential is divided by less than ||w||.
 */

import { broadcastTo } from "../tensor/broadcast.ts";
import { conv2d } from "../tensor/convolution.ts";
import { add, divide, maximum, sqrt } from "../tensor/elementwise.ts";
import { concat, part, reshape } from "../tensor/layout.ts";
import { constant, type Tensor } from "../tensor/tensor.ts";
import { MIN_NORM } from "./weight-norm.ts";

/**
 * ||w_i|| / sqrt(sum of w_ij^2 over the taps inside the image): [channels, height, width] of the outputs of a
 * convolution with strides 1 and `pad` zeros on every side, where `pad` is less than the kernel size. The
 * ratio is 1, up to rounding, where all taps are inside. `squares`: w_ij^2, to whose sum a constant term may be added.
 */
export const borderRatio = (
  squares: Tensor,
  constantPower: Tensor | undefined,
  norm: Tensor,
  pad: number,
  [height, width]: readonly [number, number],
): Tensor => {
  const [channels, inputs, rows, columns] = squares.shape as [number, number, number, number];
  // The smallest image with every kind of output: `pad` at each border and one in between.
  const least = [Math.min(height, 2 * pad + 1), Math.min(width, 2 * pad + 1)] as const;
  const image = [1, inputs, least[0] + rows - 1 - 2 * pad, least[1] + columns - 1 - 2 * pad];
  const inside = conv2d(constant(1, image), squares, { pads: [pad, pad, pad, pad] });
  const power = constantPower ? add(inside, reshape(constantPower, [-1, 1, 1])) : inside;
  const deviation = sqrt(maximum(power, MIN_NORM ** 2));
  const ratio = reshape(divide(reshape(norm, [-1, 1, 1]), deviation), [channels, ...least]);
  return stretch(stretch(ratio, 1, pad, height), 2, pad, width);
};

/** Stretches an axis of 2 pad + 1 elements to `size` elements by repeating the middle one. */
const stretch = (x: Tensor, axis: number, pad: number, size: number): Tensor => {
  if (x.shape[axis] === size) return x;
  const middle = broadcastTo(part(x, axis, pad, pad + 1), x.shape.with(axis, size - 2 * pad));
  return concat([part(x, axis, 0, pad), middle, part(x, axis, pad + 1, 2 * pad + 1)], axis);
};

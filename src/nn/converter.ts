/**
 * An analog-to-digital converter of L levels whose range [-M, M] follows the largest magnitude M of an image's sums, as the gain
 * of a programmable amplifier does:
 *
 *     M ((2 k + 1) / L - 1),   k = min(L - 1, floor(L (y / M + 1) / 2))
 */
import { abs, add, divide, maximum, minimum, multiply, subtract } from "../tensor/elementwise.ts";
import { max } from "../tensor/reduce.ts";
import { cast } from "../tensor/select.ts";
import type { Tensor } from "../tensor/tensor.ts";

/** Smallest range. Below it, sums are rounding noise. */
const LEAST_RANGE = 2 ** -40;

/** Sums y [batch, ...units] as a converter of `levels` levels reads them; `levels` is a scalar, at most 2^24. */
export const converted = (y: Tensor, levels: Tensor): Tensor => {
  const axes = y.shape.map((_, axis) => axis).slice(1);
  const range = maximum(max(abs(y), axes, true), LEAST_RANGE);
  const place = multiply(multiply(0.5, levels), add(divide(y, range), 1));
  // Places are not negative: the conversion to whole numbers rounds down.
  const step = minimum(cast(cast(place, "int32"), "float32"), subtract(levels, 1));
  return multiply(range, subtract(divide(add(multiply(2, step), 1), levels), 1));
};

/** The norms by which layers divide: ||w_i|| of each unit. */

import { sum } from "../tensor/broadcast.ts";
import { divide, maximum, multiply, sqrt, square } from "../tensor/elementwise.ts";
import { withGradient } from "../tensor/gradient.ts";
import { reshape } from "../tensor/layout.ts";
import type { Tensor } from "../tensor/tensor.ts";

/**
 * No norm is less. Weight decay takes the weights of a unit without gradient to 0 in time: so small they are noise, and
 * the unit keeps a finite v. What is divided by it, squared and summed over steps stays within float32.
 */
export const LEAST_NORM = 2 ** -40;

/** ||w_i||, at least LEAST_NORM, of w [units, ...]: [units]. d||w_i|| / dw_i = w_i / ||w_i||. */
export const weightNorm = (weight: Tensor): Tensor => {
  const rows = reshape(weight, [weight.shape[0]!, -1]);
  const norm = sqrt(maximum(sum(square(rows), [1]), LEAST_NORM ** 2));
  return withGradient(norm, [weight], (g) => [
    reshape(multiply(rows, reshape(divide(g, norm), [-1, 1])), weight.shape),
  ]);
};

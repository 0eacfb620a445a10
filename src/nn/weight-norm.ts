/** The norms by which layers divide: ||w_i|| of each unit. */
import { divide, multiply } from "../tensor/elementwise.ts";
import { reshape } from "../tensor/layout.ts";
import { norm } from "../tensor/reduce.ts";
import type { Tensor } from "../tensor/tensor.ts";

/**
 * No norm is less. Weight decay takes the weights of a unit without gradient to 0 in time: so small they are noise, and
 * the unit keeps a finite v. What is divided by it, squared and summed over steps stays within float32.
 */
export const LEAST_NORM = 2 ** -40;

/** ||w_i||, at least LEAST_NORM, of w [units, ...]: [units]. d||w_i|| / dw_i = w_i / ||w_i||. */
export const weightNorm = (weight: Tensor): Tensor =>
  norm(reshape(weight, [weight.shape[0]!, -1]), [1], false, LEAST_NORM);

/** g_i w_i / ||w_i||, of w [units, ...] and g [units]: weight normalization, Salimans & Kingma, NeurIPS 2016. */
export const normalizedWeight = (weight: Tensor, gain: Tensor, norm: Tensor = weightNorm(weight)): Tensor =>
  multiply(weight, reshape(divide(gain, norm), [-1, ...weight.shape.slice(1).map(() => 1)]));

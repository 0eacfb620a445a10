/** The norms ||w_i|| by which layers divide. */
import { sum } from "../tensor/broadcast.ts";
import { add, divide, maximum, sqrt } from "../tensor/elementwise.ts";
import { reshape } from "../tensor/layout.ts";
import { norm } from "../tensor/reduce.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { scaledUnits } from "./scaled-units.ts";

/**
 * Minimum norm. Weight decay shrinks the weights of a unit without gradient towards 0; below this norm they
 * are rounding noise, and v stays finite. Quotients by the norm, squared and summed over steps, stay within
 * float32.
 */
export const MIN_NORM = 2 ** -40;

/**
 * Norms ||w_i||, at least MIN_NORM, of w [units, ...]: [units]. The derivative is d||w_i|| / dw_i = w_i /
 * ||w_i||.
 */
export const weightNorm = (weight: Tensor): Tensor =>
  norm(reshape(weight, [weight.shape[0]!, -1]), [1], false, MIN_NORM);

/** sqrt(sum_j q_ij + c_i), at least MIN_NORM, of q [units, ...] and c [units]: [units]. */
export const rootOfPower = (squares: Tensor, constantPower?: Tensor): Tensor => {
  const power = sum(reshape(squares, [squares.shape[0]!, -1]), [1]);
  return sqrt(maximum(constantPower ? add(power, constantPower) : power, MIN_NORM ** 2));
};

/** Weight normalization (Salimans & Kingma, NeurIPS 2016): g_i w_i / ||w_i|| for w [units, ...] and g [units]. */
export const normalizedWeight = (weight: Tensor, gain: Tensor, norm: Tensor = weightNorm(weight)): Tensor =>
  scaledUnits(weight, divide(gain, norm));

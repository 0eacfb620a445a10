/**
 * Exponential moving average of the weights of a training: Polyak & Juditsky, "Acceleration of stochastic approximation
 * by averaging", 1992, with exponential weights.
 */
import { add, multiply, subtract } from "../tensor/elementwise.ts";
import type { Tensor } from "../tensor/tensor.ts";

export interface Averaging {
  /** Decay of the average a step, in (0, 1): it looks back over about 1 / (1 - decay) steps. */
  readonly decay: number;
}

/**
 * Weight of the values after step t = 1, 2, ... in the average: that of an average which starts at 0 and whose bias is
 * corrected, so that the first is the values after the first step.
 */
export const averageRate = ({ decay }: Averaging, t: number): number => (1 - decay) / (1 - decay ** t);

/** The average with the values of another step. */
export const averaged = (average: Tensor, values: Tensor, rate: Tensor): Tensor =>
  add(average, multiply(rate, subtract(values, average)));

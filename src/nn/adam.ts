/** Adam: Kingma & Ba, "Adam: a method for stochastic optimization", ICLR 2015. */
import { add, divide, multiply, sqrt, square, subtract } from "../tensor/elementwise.ts";
import type { Tensor } from "../tensor/tensor.ts";

/** Settings of Adam. */
export interface Adam {
  readonly type: "adam";
  /** Decay of the running mean of the gradient, in [0, 1). */
  readonly beta1: number;
  /** Decay of the running mean of the squared gradient, in [0, 1). */
  readonly beta2: number;
  /** Added to the root of the second moment; above 0. */
  readonly epsilon: number;
  /** L2 penalty: weightDecay times the parameter is added to its gradient. */
  readonly weightDecay: number;
}

/** Default settings of Adam. */
export const ADAM: Adam = { type: "adam", beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0 };

/**
 * Scalars of step t = 1, 2, ... The stored moments are m / (1 - beta1) and v / (1 - beta2), which saves two
 * products per element. With the bias corrections c1 = 1 - beta1^t and c2 = 1 - beta2^t the update is lr (1 -
 * beta1) / c1 sqrt(c2 / (1 - beta2)) mean / (sqrt(square) + epsilon sqrt(c2 / (1 - beta2))).
 */
export const adamScalars = (
  { beta1, beta2, epsilon }: Adam,
  learningRate: number,
  t: number,
): { readonly rate: number; readonly epsilon: number } => {
  const root = Math.sqrt((1 - beta2 ** t) / (1 - beta2));
  return { rate: ((learningRate * (1 - beta1)) / (1 - beta1 ** t)) * root, epsilon: epsilon * root };
};

/** A parameter and its two moments as Adam stores them, in one shape. */
export interface AdamState {
  readonly parameter: Tensor;
  readonly mean: Tensor;
  readonly square: Tensor;
}

/** One step of Adam: algorithm 1. `gradient` includes the penalty. */
export const adamUpdate = (
  { beta1, beta2 }: Adam,
  { parameter, mean, square: squares }: AdamState,
  gradient: Tensor,
  { rate, epsilon }: { readonly rate: Tensor; readonly epsilon: Tensor },
): AdamState => {
  const nextMean = add(multiply(beta1, mean), gradient);
  const nextSquares = add(multiply(beta2, squares), square(gradient));
  const direction = divide(nextMean, add(sqrt(nextSquares), epsilon));
  return {
    parameter: subtract(parameter, multiply(rate, direction)),
    mean: nextMean,
    square: nextSquares,
  };
};

/** Optimisers as elementwise expressions: from gradient and state to the next parameter and state. */
import { add, divide, multiply, sqrt, square, subtract } from "../tensor/elementwise.ts";
import type { Tensor } from "../tensor/tensor.ts";

/** Settings of Adam: Kingma & Ba, ICLR 2015. */
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

/** Settings of stochastic gradient descent. */
export interface Sgd {
  readonly type: "sgd";
  /** Decay of the velocity, in [0, 1); 0 for plain gradient descent. */
  readonly momentum: number;
  /** L2 penalty: weightDecay times the parameter is added to its gradient. */
  readonly weightDecay: number;
}

export type Optimizer = Adam | Sgd;

/** Default settings of Adam. */
export const ADAM: Adam = { type: "adam", beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0 };
/** Default settings of SGD. */
export const SGD: Sgd = { type: "sgd", momentum: 0.9, weightDecay: 0 };

/** Names of the scalars that change from step to step. */
export const STEP_SCALARS = ["rate", "epsilon"] as const;
export type StepScalars = (typeof STEP_SCALARS)[number];

/** Names of an optimiser's arrays: Adam's two moments, SGD's velocity. */
export type OptimizerState = "mean" | "square" | "velocity";

/**
 * The arrays that an optimiser keeps for each parameter, in the parameter's shape; zero before the first
 * step.
 */
export const optimizerStates = (optimizer: Optimizer): readonly OptimizerState[] =>
  optimizer.type === "adam" ? ["mean", "square"] : optimizer.momentum > 0 ? ["velocity"] : [];

/**
 * Scalars of step t = 1, 2, ... The stored moments are m / (1 - beta1) and v / (1 - beta2), which saves two
 * products per element. With the bias corrections c1 = 1 - beta1^t and c2 = 1 - beta2^t the update is lr (1 -
 * beta1) / c1 sqrt(c2 / (1 - beta2)) mean / (sqrt(square) + epsilon sqrt(c2 / (1 - beta2))).
 */
export const stepScalars = (
  optimizer: Optimizer,
  learningRate: number,
  t: number,
): Record<StepScalars, number> => {
  if (optimizer.type === "sgd") return { rate: learningRate, epsilon: 0 };
  const { beta1, beta2, epsilon } = optimizer;
  const root = Math.sqrt((1 - beta2 ** t) / (1 - beta2));
  return { rate: ((learningRate * (1 - beta1)) / (1 - beta1 ** t)) * root, epsilon: epsilon * root };
};

/** A parameter and its optimiser state. */
export interface Update {
  readonly parameter: Tensor;
  readonly state: Readonly<Partial<Record<OptimizerState, Tensor>>>;
}

/** One step of Adam (Kingma & Ba, 2015, algorithm 1) or SGD with heavy-ball momentum. */
export const update = (
  optimizer: Optimizer,
  { parameter, state }: Update,
  gradient: Tensor,
  scalars: Readonly<Record<StepScalars, Tensor>>,
): Update => {
  const { weightDecay } = optimizer;
  const g = weightDecay === 0 ? gradient : add(gradient, multiply(weightDecay, parameter));
  if (optimizer.type === "adam") {
    const mean = add(multiply(optimizer.beta1, state.mean!), g);
    const squares = add(multiply(optimizer.beta2, state.square!), square(g));
    const direction = divide(mean, add(sqrt(squares), scalars.epsilon));
    return {
      parameter: subtract(parameter, multiply(scalars.rate, direction)),
      state: { mean, square: squares },
    };
  }
  const velocity = state.velocity ? add(multiply(optimizer.momentum, state.velocity), g) : g;
  return {
    parameter: subtract(parameter, multiply(scalars.rate, velocity)),
    state: state.velocity ? { velocity } : {},
  };
};

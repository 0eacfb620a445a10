/** Stochastic gradient descent with heavy-ball momentum. */
import { add, multiply, subtract } from "../tensor/elementwise.ts";
import type { Tensor } from "../tensor/tensor.ts";

/** Settings of stochastic gradient descent. */
export interface Sgd {
  readonly type: "sgd";
  /** Decay of the velocity, in [0, 1); 0 for plain gradient descent. */
  readonly momentum: number;
  /** L2 penalty: weightDecay times the parameter is added to its gradient. */
  readonly weightDecay: number;
}

/** Default settings of SGD. */
export const SGD: Sgd = { type: "sgd", momentum: 0.9, weightDecay: 0 };

/** A parameter and its velocity, in one shape; without momentum there is no velocity. */
export interface SgdState {
  readonly parameter: Tensor;
  readonly velocity?: Tensor;
}

/** One step of SGD. `gradient` includes the penalty. */
export const sgdUpdate = (
  { momentum }: Sgd,
  { parameter, velocity }: SgdState,
  gradient: Tensor,
  { rate }: { readonly rate: Tensor },
): SgdState => {
  const next = velocity ? add(multiply(momentum, velocity), gradient) : gradient;
  return { parameter: subtract(parameter, multiply(rate, next)), ...(velocity && { velocity: next }) };
};

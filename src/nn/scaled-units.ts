/** Weights times a factor of each unit. */
import { multiply } from "../tensor/elementwise.ts";
import { reshape } from "../tensor/layout.ts";
import type { Tensor } from "../tensor/tensor.ts";

/** c_i w_i for w [units, ...] and c [units]. */
export const scaledUnits = (weight: Tensor, factors: Tensor): Tensor =>
  multiply(weight, reshape(factors, [-1, ...weight.shape.slice(1).map(() => 1)]));

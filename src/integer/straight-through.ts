/**
 * Weights rounded in the forward pass of training, by the straight-through estimator (Bengio et al., 2013): the value is
 * that of the integers, and the derivative by the weight counts as 1,
 *
 *     w' = s q(w),   dw' / dw = 1
 *
 * with the integers q and the step s of `nearestIntegers` in weights.ts.
 */
import { sum } from "../tensor/broadcast.ts";
import { abs, add, divide, minimum, multiply, sign, square } from "../tensor/elementwise.ts";
import { floor } from "../tensor/exact.ts";
import { withGradient } from "../tensor/gradient.ts";
import { reshape } from "../tensor/layout.ts";
import { max } from "../tensor/reduce.ts";
import { greater, where } from "../tensor/select.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { FEW_SCALES, scalesTried } from "./weights.ts";

/** Keeps quotients of units without weights finite. */
const TINY = 2 ** -40;

/** Weights [units, ...] rounded to integers of magnitude at most `largest`, of the `FEW_SCALES` that are tried the nearest. */
export const straightThrough = (weight: Tensor, largest: number): Tensor => {
  const rows = reshape(weight, [weight.shape[0]!, -1]);
  const magnitudes = abs(rows);
  // In steps of the scale at which the largest weight is kept.
  const inSteps = multiply(magnitudes, divide(largest, add(max(magnitudes, [1], true), TINY)));
  const roundedAt = (scale: Tensor | number) => {
    const integers = minimum(floor(add(divide(inSteps, scale), 1 / 2)), largest);
    return { integers, power: sum(square(integers), [1], true) };
  };
  const tried = scalesTried(FEW_SCALES).map((scale) => {
    const { integers, power } = roundedAt(scale);
    const squaredCosine = divide(square(sum(multiply(integers, inSteps), [1], true)), add(power, TINY));
    return { scale, squaredCosine };
  });
  const [first, ...others] = tried;
  const { scale } = others.reduce<{ scale: Tensor | number; squaredCosine: Tensor }>((best, each) => {
    const isNearer = greater(each.squaredCosine, best.squaredCosine);
    return {
      scale: where(isNearer, each.scale, best.scale),
      squaredCosine: where(isNearer, each.squaredCosine, best.squaredCosine),
    };
  }, first!);
  const { integers, power } = roundedAt(scale);
  const step = divide(sum(multiply(integers, magnitudes), [1], true), add(power, TINY));
  const value = reshape(multiply(sign(rows), multiply(step, integers)), weight.shape);
  return withGradient(value, [weight], (cotangent) => [cotangent]);
};

/**
 * The noisy rectifier of the StNN that the paper compares with: max(0, y + n), n ~ N(0, DEVIATION^2), in
 * training and inference.
 */
import { abs, add, cos, log, maximum, multiply, sqrt } from "../tensor/elementwise.ts";
import { part, reshape } from "../tensor/layout.ts";
import type { Tensor } from "../tensor/tensor.ts";

/** Standard deviation of the published experiments. */
export const DEVIATION = 0.1;

/**
 * y + n. `uniform`: [batch, 2, ...units], two numbers per unit, uniform on (-1, 1). The rectifier may follow
 * a max-pool. `deviation`: that of each unit or channel, if it is not the published one.
 */
export const withNoise = (y: Tensor, uniform: Tensor, deviation?: Tensor): Tensor => {
  const scale = deviation ? reshape(deviation, [-1, ...y.shape.slice(2).map(() => 1)]) : DEVIATION;
  return add(y, multiply(scale, reshape(standardNormal(uniform), y.shape)));
};

/**
 * Below the magnitude of every number that this package draws. ONNX Runtime's RandomUniform, by which exported models draw,
 * also gives 0, of which the logarithm is infinite.
 */
const LEAST = 2 ** -25;

/** Box-Muller transform (1958): sqrt(-2 log r) cos(pi a) for r uniform on (0, 1) and a on (-1, 1). */
const standardNormal = (uniform: Tensor): Tensor => {
  const [r, a] = [maximum(abs(part(uniform, 1, 0, 1)), LEAST), part(uniform, 1, 1, 2)];
  return multiply(sqrt(multiply(-2, log(r))), cos(multiply(Math.PI, a)));
};

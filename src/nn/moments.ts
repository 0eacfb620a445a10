/**
 * Moment propagation: mean and variance of every layer's inputs instead of samples, the units taken as independent.
 *
 *     E(u) = (E(xi) + a) w.m + b,   Var(u) = s^2 sum w^2 E(z^2) + (E(xi) + a)^2 sum w^2 Var(z)
 *
 * With beta = (E(xi) + a) / (sqrt(2) s) the argument of erf in (2), E(u) / sqrt(2 Var(u)), is
 *
 *     v = (beta w.m + b / (sqrt(2) s)) / sqrt(sum w^2 (E(z^2) + 2 beta^2 Var(z)))
 */
import { type ConvolutionOptions, conv2d } from "../tensor/convolution.ts";
import { add, multiply, square, subtract } from "../tensor/elementwise.ts";
import { gemm } from "../tensor/gemm.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { Noise } from "./noise.ts";
import { perChannel, type Synapses, scaledBias, standardized } from "./potential.ts";

export interface Moments {
  readonly mean: Tensor;
  readonly variance: Tensor;
}

/** The moments of binary units of mean m: Var(z) = 1 - m^2. */
export const binaryMoments = (mean: Tensor): Moments => ({ mean, variance: subtract(1, square(mean)) });

/** E(z^2) = m^2 + Var(z). */
const power = ({ mean, variance }: Moments): Tensor => add(square(mean), variance);

/** v of a dense layer, [batch, units], for moments of its inputs, [batch, inputs]. */
export const denseMomentPotential = ({ weight, gain, bias }: Synapses, noise: Noise, z: Moments): Tensor =>
  momentPotential(z, weight, gain, scaledBias(bias, noise), (x, w) => gemm(x, w, { transB: true }));

/** v of a convolution, [batch, channels, height, width], for moments of its input images. */
export const convolutionMomentPotential = (
  { weight, gain, bias }: Synapses,
  noise: Noise,
  z: Moments,
  options: ConvolutionOptions,
): Tensor =>
  momentPotential(z, weight, perChannel(gain), perChannel(scaledBias(bias, noise)), (x, w) =>
    conv2d(x, w, options),
  );

const momentPotential = (
  z: Moments,
  weight: Tensor,
  gain: Tensor,
  shift: Tensor,
  product: (x: Tensor, w: Tensor) => Tensor,
): Tensor => {
  const squares = square(weight);
  const spread = multiply(multiply(2, square(gain)), product(z.variance, squares));
  return standardized(
    add(multiply(gain, product(z.mean, weight)), shift),
    add(product(power(z), squares), spread),
    shift,
  );
};

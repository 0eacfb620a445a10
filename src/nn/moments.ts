/**
 * Moment propagation: mean and variance of every layer's inputs instead of samples, assuming independent
 * units.
 *
 *     E(u) = (E(xi) + a) w.m + b,   Var(u) = s^2 sum w^2 E(z^2) + (E(xi) + a)^2 sum w^2 Var(z)
 *
 * Let beta = (E(xi) + a) / (sqrt(2) s). Given z, the potential v is the argument of erf in (3); its moments
 * over z are
 *
 *     E(v) = (beta w.m + b / (sqrt(2) s)) / sqrt(sum w^2 E(z^2)),   Var(v) = beta^2 sum w^2 Var(z) / sum w^2 E(z^2)
 *
 * The argument of erf in (2), E(u) / sqrt(2 Var(u)), is E(v) / sqrt(1 + 2 Var(v)).
 */
import { type ConvolutionOptions, conv2d } from "../tensor/convolution.ts";
import { add, divide, multiply, sqrt, square, subtract } from "../tensor/elementwise.ts";
import { gemm } from "../tensor/gemm.ts";
import { constant, type Tensor } from "../tensor/tensor.ts";
import type { Noise } from "./noise/noise.ts";
import {
  perChannel,
  positive,
  type Synapses,
  scaledBias,
  squaresOf,
  standardized,
  withConstant,
} from "./potential.ts";

/** Mean and variance of independent units, [batch, ...units]. Without a variance the units are deterministic. */
export interface Moments {
  readonly mean: Tensor;
  readonly variance?: Tensor;
}

/** Moments of binary units of mean m: Var(z) = 1 - m^2. */
export const binaryMoments = (mean: Tensor): Moments => ({ mean, variance: subtract(1, square(mean)) });

/** Argument of erf that gives E(z) of units whose potential v has these moments: E(v) / sqrt(1 + 2 Var(v)). */
export const firingPotential = ({ mean, variance }: Moments): Tensor =>
  variance ? divide(mean, sqrt(add(1, multiply(2, variance)))) : mean;

/** Moments of v of a dense layer, [batch, units], from moments of its inputs, [batch, inputs]. */
export const densePotentialMoments = (
  synapses: Synapses,
  noise: Noise,
  populations: boolean,
  z: Moments,
): Moments =>
  potentialMoments(z, populations, synapses, synapses.gain, scaledBias(synapses.bias, noise), (x, w) =>
    gemm(x, w, { transB: true }),
  );

/** Moments of v of a convolution, [batch, channels, height, width], from moments of its input images. */
export const convolutionPotentialMoments = (
  synapses: Synapses,
  noise: Noise,
  populations: boolean,
  z: Moments,
  options: ConvolutionOptions,
): Moments =>
  potentialMoments(
    z,
    populations,
    synapses,
    perChannel(synapses.gain),
    perChannel(scaledBias(synapses.bias, noise)),
    (x, w) => conv2d(x, w, options),
  );

/** `populations`: z are means of populations, whose spikes z^2 = 1 are the presynaptic neurons. */
const potentialMoments = (
  { mean, variance }: Moments,
  populations: boolean,
  synapses: Synapses,
  gain: Tensor,
  shift: Tensor,
  product: (x: Tensor, w: Tensor) => Tensor,
): Moments => {
  const { weight } = synapses;
  const second = secondMoment({ mean, ...(variance && { variance }) }, populations);
  const power = withConstant(product(second, squaresOf(synapses)), synapses);
  const drive = add(multiply(gain, product(mean, weight)), shift);
  return {
    mean: standardized(drive, power, shift),
    ...(variance && {
      variance: divide(multiply(square(gain), product(variance, square(weight))), positive(power)),
    }),
  };
};

const secondMoment = ({ mean, variance }: Moments, populations: boolean): Tensor => {
  if (populations) return constant(1, [1, ...mean.shape.slice(1)]);
  return variance ? add(square(mean), variance) : square(mean);
};

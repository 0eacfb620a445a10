/**
 * Population neurons: K binary neurons that share their weights, gain and bias. Each has its own threshold and
 * its own noise, and what follows sees their mean:
 *
 *     z_k = sgn(v + t_k + n_k),  n_k ~ N(0, 1/2),   E(z_k) = erf(v + t_k),   z = (1/K) sum_k z_k
 *
 * Thresholds are staggered, t_k = spacing ((K - 1) / 2 - k) - offset for k = 0 .. K - 1. With one-sided ones
 * the mean is a staircase of stochastic steps, that is a stochastic rectifier: Nair & Hinton, "Rectified
 * linear units improve restricted Boltzmann machines", ICML 2010.
 *
 * A population is the paper's model with tied weights. With K presynaptic neurons in place of one, each with
 * synapses of its own and weights w_ij / K,
 *
 *     u_i = (1/K) sum_j sum_k (xi_ijk + a_i) w_ij z_jk + b_i,   Var(u_i) = s^2 ||w_i||^2 / K
 *
 * so that v = sqrt(K) (beta_i w_i.z + b_i / (sqrt(2) s)) / ||w_i||: averaging over K synapses divides the
 * noise by sqrt(K), whatever the input.
 */
import { sum } from "../tensor/broadcast.ts";
import { add, divide, erf, exp, multiply, negate, sqrt, square, subtract } from "../tensor/elementwise.ts";
import { equalParts, part, reshape } from "../tensor/layout.ts";
import { mean } from "../tensor/reduce.ts";
import { greater, where } from "../tensor/select.ts";
import { constant, type Tensor } from "../tensor/tensor.ts";
import type { Moments } from "./moments.ts";
import type { Synapses } from "./potential.ts";

/** Largest size of a population. */
export const MAX_POPULATION = 64;

/** Size and thresholds of a population. */
export interface Population {
  readonly size: number;
  /** Distance of neighbouring thresholds, in units of v. */
  readonly spacing: number;
  /** Distance of the mean threshold below 0; by default the highest threshold is 0. */
  readonly offset?: number | undefined;
}

/** Offset of a population, or its default. */
export const offsetOf = ({ size, spacing, offset = (spacing * (size - 1)) / 2 }: Population): number =>
  offset;

/** Thresholds t_k, in descending order. */
export const staggered = (population: Population): number[] => {
  const { size, spacing } = population;
  const offset = offsetOf(population);
  return Array.from({ length: size }, (_, k) => spacing * ((size - 1) / 2 - k) - offset);
};

/**
 * Potentials v + t_k of the neurons: from v [batch, ...units] and t, [K] or [K, channels], to [batch, K,
 * ...units].
 */
export const neuronPotentials = (v: Tensor, thresholds: Tensor): Tensor =>
  withThresholds(reshape(v, [v.shape[0]!, 1, ...v.shape.slice(1)]), thresholds);

/** Adds the thresholds to the potentials of separate neurons, [batch, K, ...units]. */
export const withThresholds = (v: Tensor, thresholds: Tensor): Tensor => {
  const [size, channels = 1] = thresholds.shape as [number, number?];
  return add(v, reshape(thresholds, [1, size, channels, ...v.shape.slice(3).map(() => 1)]));
};

/** Mean of the neurons of each population: [batch, K, ...units] to [batch, ...units]. */
export const populationMean = (z: Tensor): Tensor => mean(z, [1]);

/**
 * Synapses of a layer whose inputs are means of `spikes` spikes each. v is linear in gain and bias, so that the
 * smaller noise enters as a factor sqrt(K) of both.
 */
export const withPresynaptic = (synapses: Synapses, spikes: number): Synapses => {
  if (spikes <= 1) return synapses;
  const scale = Math.sqrt(spikes);
  return { ...synapses, gain: multiply(scale, synapses.gain), bias: multiply(scale, synapses.bias) };
};

/**
 * Spikes with the given means: z [batch, ...units] to [batch, K, ...units], of which the first K (1 + z) / 2
 * are +1. Which neurons fire has no effect on the law of what follows, as their synapses are alike.
 */
export const spikesWithMean = (z: Tensor, size: number): Tensor => {
  const [batch, ...units] = z.shape as [number, ...number[]];
  const levels = Float32Array.from({ length: size }, (_, k) => (2 * k + 1) / size - 1);
  const shape = [1, size, ...units.map(() => 1)];
  return where(greater(reshape(z, [batch, 1, ...units]), constant(levels, shape)), 1, -1);
};

/** Gauss-Legendre quadrature of order 6 on (0, 1): nodes and weights. */
const NODES = [0.2386191860831969, 0.6612093864662645, 0.9324695142031521].flatMap((x) => [
  (1 - x) / 2,
  (1 + x) / 2,
]);
const WEIGHTS = [0.467913934572691, 0.3607615730481386, 0.1713244923791704].flatMap((w) => [w / 2, w / 2]);

/**
 * Moments of the means of populations whose potential v is normal. v: [batch, units * channels, ...], the units
 * of a window consecutive along axis 1, as `windowUnits` gives them; a neuron's window is silent if it is silent
 * in all of them, else it fires. With S_k, the probability of silence of neuron k given v,
 *
 *     E(z) = 1 - (2/K) sum_k E(S_k),   Var(z) = (4/K^2) (E(sum_k S_k (1 - S_k)) + Var(sum_k S_k))
 *
 * where the second term is due to the potential that the neurons share. The units of a window are independent,
 * so that E(S_k) and E(S_k S_l) are products over them.
 */
export const populationMoments = (v: Moments, thresholds: Tensor, units: number): Moments => {
  const size = thresholds.shape[0]!;
  const { mean: silence, pairsWith } = silenceOf(v, thresholds, units);
  const pairs = Array.from({ length: size }, (_, k) => pairsWith(k));
  const total = sum(silence, [1]);
  const own = subtract(total, pairs.map((pair, k) => neuron(pair, k)).reduce(add));
  const shared = subtract(pairs.map((pair) => sum(pair, [1])).reduce(add), square(total));
  return {
    mean: subtract(1, multiply(2 / size, total)),
    variance: multiply(4 / size ** 2, add(own, shared)),
  };
};

/** One neuron of each population: [batch, K, ...units] to [batch, ...units]. */
const neuron = (x: Tensor, k: number): Tensor => reshape(part(x, 1, k, k + 1), x.shape.toSpliced(1, 1));

/** Silence of a layer's windows: its probability for each neuron of a population, given the potentials. */
interface Silence {
  /** E(S_k): [batch, K, ...units]. */
  readonly mean: Tensor;
  /** E(S_k S_l) for one k and all l: [batch, K, ...units]. */
  readonly pairsWith: (k: number) => Tensor;
}

/**
 * The mean of one unit is E(S_k) = (1 - erf(h_k)) / 2 with h_k = a (E(v) + t_k), a = 1 / sqrt(1 + 2 Var(v)): equation (2)
 * over a normal v.
 */
const silenceOf = ({ mean: centre, variance }: Moments, thresholds: Tensor, units: number): Silence => {
  const [batch, all, ...places] = centre.shape as [number, number, ...number[]];
  const [size, channels] = [thresholds.shape[0]!, all / units];
  const v = neuronPotentials(reshape(centre, [batch * units, channels, ...places]), thresholds);
  const each = reshape(v, [batch, units, size, channels, ...places]);
  const a = variance && divide(1, sqrt(add(1, multiply(2, variance))));
  const shrink = a && reshape(a, [batch, units, 1, channels, ...places]);
  const h = shrink ? multiply(shrink, each) : each;
  const silence = multiply(0.5, subtract(1, erf(h)));
  const overUnits = (x: Tensor): Tensor =>
    reshape(equalParts(x, 1, units).reduce(multiply), [batch, size, channels, ...places]);
  return {
    mean: overUnits(silence),
    pairsWith: (k) => {
      const of = (x: Tensor): Tensor => part(x, 2, k, k + 1);
      const independent = multiply(of(silence), silence);
      return overUnits(shrink ? add(independent, sharedSilence(of(h), h, shrink)) : independent);
    },
  };
};

/**
 * Covariance of S_k and S_l, two neurons of one unit with a normal potential. E(S_k S_l) is the bivariate normal
 * probability that both stay below their thresholds, at the correlation r = 1 - a^2. Plackett's identity
 * (Biometrika 41, 1954) gives the covariance as an integral over correlations up to r, here by y = sqrt(1 -
 * correlation), which leaves a smooth integrand:
 *
 *     (1/pi) int_a^1 exp(-(h_k - h_l)^2 / (y^2 (2 - y^2)) - 2 h_k h_l / (2 - y^2)) / sqrt(2 - y^2) dy
 *
 * Six nodes err by less than 1e-4 up to Var(v) = 30.
 */
const sharedSilence = (hk: Tensor, hl: Tensor, a: Tensor): Tensor => {
  const [apart, product] = [square(subtract(hk, hl)), multiply(2, multiply(hk, hl))];
  const range = subtract(1, a);
  const terms = NODES.map((x, q) => {
    const y2 = square(add(a, multiply(x, range)));
    const rest = subtract(2, y2);
    const exponent = divide(add(divide(apart, y2), product), rest);
    return multiply(divide(WEIGHTS[q]! / Math.PI, sqrt(rest)), exp(negate(exponent)));
  });
  return multiply(range, terms.reduce(add));
};

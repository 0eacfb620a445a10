/**
 * Initial gains and biases for deep networks, chosen to maximise the information in spikes. The correlation
 * between two passes of the same image decays from layer to layer, and with it the gradient.
 *
 * - At gain beta, random inputs drive v with N(0, beta^2). A gain of 1 makes the noise as strong as the
 *   drive, a gain of 2 half as strong.
 * - A pooled window fires if any of its n units does. With v around 0 it nearly always fires and carries
 *   little information. It fires half of the time if n independent units fire with probability P = 1 -
 *   2^(-1/n) each. The mean of (1 + erf(t + v0)) / 2 over t ~ N(0, beta^2) is (1 + erf(v0 / sqrt(1 + 2
 *   beta^2))) / 2, hence v0 = sqrt(1 + 2 beta^2) erf^-1(2 P - 1) and b = sqrt(2) s ||w|| v0. This holds for
 *   binary inputs inside the image, which are nearly all. Inputs that are means of K spikes multiply v by
 *   sqrt(K) and divide b by it. For real inputs the deviation is not ||w||; their windows start with b = 0.
 * - Populations have one-sided thresholds in place of that bias: b = 0. Their staircase spans several units of
 *   v, over which v is to spread: with a deviation of 2.5 where neurons take batch-normalised sums, elsewhere
 *   with 3 times that of the inputs, that is beta = 3 / sqrt(K) for inputs that are means of K spikes.
 */
import { type Noise, noiseVariance } from "../nn/noise/noise.ts";
import { MIN_NORM } from "../nn/weight-norm.ts";
import type { ParameterArrays } from "./initialize.ts";
import { isBatchNormalized, isStochastic, poolOf, populationOf } from "./layers/neuron-options.ts";
import type { Network } from "./network.ts";
import { planOf } from "./plan.ts";

const GAIN = 2;

/** Deviation of v over that of the inputs, for populations. */
const POPULATION_DRIVE = 3;

/** Deviation of v where populations take batch-normalised sums. */
const POPULATION_SPREAD = 2.5;

/** The parameters with these gains and biases in the stochastic layers, and gains in the sums that populations take. */
export const balanced = (network: Network, parameters: ParameterArrays): ParameterArrays => {
  const found: Record<string, Float32Array> = {};
  const fill = (name: string, value: number): void => {
    found[name] = parameters[name]!.map(() => value);
  };
  const taken = sumsThatPopulationsTake(network);
  for (const plan of planOf(network)) {
    const { name, inputSpikes, noisySynapses } = plan;
    if (!noisySynapses) {
      if (isBatchNormalized(plan) && taken.has(name)) fill(`${name}.gain`, POPULATION_SPREAD);
      continue;
    }
    const isPopulation = populationOf(plan) !== undefined || taken.has(name);
    fill(`${name}.gain`, isPopulation ? POPULATION_DRIVE / Math.sqrt(Math.max(1, inputSpikes)) : GAIN);
    if (isPopulation || !isStochastic(plan) || poolOf(plan) === 1 || inputSpikes === 0) continue;
    const bias = windowBias(network.noise, poolOf(plan) ** 2) / Math.sqrt(inputSpikes);
    const norms = normsOf(parameters[`${name}.weight`]!, plan.unitShape[0]!);
    found[`${name}.bias`] = Float32Array.from(norms, (norm) => norm * bias);
  }
  return { ...parameters, ...found };
};

/** Names of the layers whose sums or potentials neurons of populations take as they are. */
const sumsThatPopulationsTake = (network: Network): ReadonlySet<string> =>
  new Set(
    planOf(network)
      .filter((plan) => plan.noisySynapses !== true && populationOf(plan) !== undefined)
      .flatMap(({ inputs }) => inputs),
  );

/** b / ||w|| of a window of `units` units. */
const windowBias = (noise: Noise, units: number): number =>
  Math.sqrt(2 * noiseVariance(noise)) * Math.sqrt(1 + 2 * GAIN ** 2) * inverseErf(1 - 2 ** (1 - 1 / units));

/** Norms ||w_i|| of `units` units. */
const normsOf = (weights: Float32Array, units: number): readonly number[] => {
  const fanIn = weights.length / units;
  return Array.from({ length: units }, (_, unit) => {
    const own = weights.subarray(unit * fanIn, (unit + 1) * fanIn);
    return Math.max(MIN_NORM, Math.sqrt(own.reduce((sum, w) => sum + w ** 2, 0)));
  });
};

/**
 * erf^-1(x) for -1 < x < 1, with a relative error of 0.2 %: Winitzki, "A handy approximation for the error
 * function", 2008.
 */
const inverseErf = (x: number): number => {
  const a = 0.147;
  const log = Math.log(1 - x ** 2);
  const half = 2 / (Math.PI * a) + log / 2;
  return Math.sign(x) * Math.sqrt(Math.sqrt(half ** 2 - log / a) - half);
};

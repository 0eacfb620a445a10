/**
 * Gains and biases at the start of a deep network, set so that spikes tell the most about what they come from. What
 * two passes of the same image have in common shrinks from layer to layer, and with it what can be learned:
 *
 * - A gain of 1 makes the noise as strong as the drive of random inputs, beta times which is N(0, beta^2); a gain of 2
 *   makes it half as strong.
 * - A pooled window fires when any of its n units does, of units at 0 nearly always, and then it tells little. It fires
 *   half of the time if n independent units do so with probability P = 1 - 2^(-1/n) each. The mean of
 *   (1 + erf(t + v0)) / 2 over t ~ N(0, beta^2) is (1 + erf(v0 / sqrt(1 + 2 beta^2))) / 2, hence
 *   v0 = sqrt(1 + 2 beta^2) erf^-1(2 P - 1), and b = sqrt(2) s ||w|| v0. So for binary inputs inside the image, which
 *   are nearly all; the deviation of real ones is not ||w||, and their windows start with b = 0.
 */
import { type Noise, noiseVariance } from "../nn/noise/noise.ts";
import { MIN_NORM } from "../nn/weight-norm.ts";
import type { ParameterArrays } from "./initialize.ts";
import { isStochastic, poolOf } from "./layers/neuron.ts";
import type { Network } from "./network.ts";
import { planOf } from "./plan.ts";

const GAIN = 2;

/** The parameters with the gains and biases of stochastic layers so set. */
export const balanced = (network: Network, parameters: ParameterArrays): ParameterArrays => {
  const found: Record<string, Float32Array> = {};
  for (const plan of planOf(network).filter(({ noisySynapses }) => noisySynapses)) {
    const { name, binaryInput } = plan;
    found[`${name}.gain`] = parameters[`${name}.gain`]!.map(() => GAIN);
    if (!isStochastic(plan) || poolOf(plan) === 1 || !binaryInput) continue;
    const bias = windowBias(network.noise, poolOf(plan) ** 2);
    const norms = normsOf(parameters[`${name}.weight`]!, plan.unitShape[0]!);
    found[`${name}.bias`] = Float32Array.from(norms, (norm) => norm * bias);
  }
  return { ...parameters, ...found };
};

/** b / ||w|| of the `units` of a window. */
const windowBias = (noise: Noise, units: number): number =>
  Math.sqrt(2 * noiseVariance(noise)) * Math.sqrt(1 + 2 * GAIN ** 2) * inverseErf(1 - 2 ** (1 - 1 / units));

/** ||w_i|| of each of `units`. */
const normsOf = (weights: Float32Array, units: number): readonly number[] => {
  const fanIn = weights.length / units;
  return Array.from({ length: units }, (_, unit) => {
    const own = weights.subarray(unit * fanIn, (unit + 1) * fanIn);
    return Math.max(MIN_NORM, Math.sqrt(own.reduce((sum, w) => sum + w ** 2, 0)));
  });
};

/** erf^-1(x) for -1 < x < 1, to .2 %: Winitzki, "A handy approximation for the error function", 2008. */
const inverseErf = (x: number): number => {
  const a = 0.147;
  const log = Math.log(1 - x ** 2);
  const half = 2 / (Math.PI * a) + log / 2;
  return Math.sign(x) * Math.sqrt(Math.sqrt(half ** 2 - log / a) - half);
};

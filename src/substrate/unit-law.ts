/**
 * The unit law on a chip, where weights and probabilities differ from synapse to synapse:
 *
 *     E(u_i) = sum_j p_ij w_ij z_j,   Var(u_i) = sum_j p_ij (1 - p_ij) w_ij^2 z_j^2
 *
 * Without a switch the noise xi is the network's: E(xi) stands for p_ij and Var(xi) for p_ij (1 - p_ij). Synapses that are
 * not noisy, such as those of the readout, have p_ij = 1: the mean w_ij and the variance 0. The offset a_i of
 * equation (4) and the bias are no part of it: a synapse adds a_i w_ij z_j to the mean.
 */
import { type Noise, noiseMean, noiseVariance } from "../nn/noise/noise.ts";
import type { ChipSynapses } from "./chip.ts";

/** Coefficients of the unit law, in the layout of the weights. */
export interface UnitLaw {
  /** p_ij w_ij, the coefficients of z_j in E(u_i). */
  readonly mean: Float32Array;
  /** p_ij (1 - p_ij) w_ij^2, the coefficients of z_j^2 in Var(u_i). */
  readonly variance: Float32Array;
}

/** Coefficients of the unit law; `noise` is the network's. */
export const unitLawOf = ({ weight, noisy, probability }: ChipSynapses, noise: Noise): UnitLaw => {
  if (!noisy) return { mean: weight.slice(), variance: new Float32Array(weight.length) };
  const [mean, variance] = [noiseMean(noise), noiseVariance(noise)];
  const factorMean = (k: number): number => probability?.[k] ?? mean;
  const factorVariance = (k: number): number =>
    probability ? probability[k]! * (1 - probability[k]!) : variance;
  return {
    mean: weight.map((w, k) => factorMean(k) * w),
    variance: weight.map((w, k) => factorVariance(k) * w ** 2),
  };
};

/** The sum of one unit in one pass with all its terms, in float64: equation (3), or w z + b where there is no noise. */

import type { AnyPlan } from "../../networks/layers/kinds.ts";
import { isBatchNormalized, isCentred, isWeightNormalized } from "../../networks/layers/neuron-options.ts";
import type { Model } from "../../networks/model.ts";
import { EPSILON } from "../../nn/batch-norm.ts";
import { noiseVariance } from "../../nn/noise/noise.ts";
import { SATURATED } from "../../nn/potential.ts";
import { MIN_NORM } from "../../nn/weight-norm.ts";
import { type UnitPlace, type UnitSynapses, unitSynapses } from "./unit-synapses.ts";

interface Summed {
  readonly place: UnitPlace;
  readonly synapses: UnitSynapses;
  /** sum_j w_ij z_j */
  readonly drive: number;
}

/** A unit with noisy synapses. */
export interface NoisySum extends Summed {
  readonly type: "noisy";
  /** Gain beta_i, times sqrt(K) where inputs are means of K spikes. */
  readonly gain: number;
  /** Bias b_i; of centred potentials less their running mean. Times sqrt(K) as the gain. */
  readonly bias: number;
  /** Standard deviation s of the noise xi. */
  readonly deviation: number;
  /** sqrt(sum_j w_ij^2 z_j^2), at least 2^-40: ||w_i|| where all inputs are spikes. */
  readonly norm: number;
  /** v_i = (beta_i drive + b_i / (sqrt(2) s)) / norm. */
  readonly potential: number;
}

/** A unit without noise. */
export interface PlainSum extends Summed {
  readonly type: "plain";
  /** Factor of the drive: 1, or that of batch or weight normalization. */
  readonly scale: number;
  /** Summand: the bias, or with batch normalization bias - scale mean. */
  readonly offset: number;
  /** scale drive + offset: what the neuron takes. */
  readonly potential: number;
}

export type UnitSum = NoisySum | PlainSum;

/** Sum of the unit at a place; `inputs` are the outputs of the layer before it, of one image. */
export const unitSum = (plan: AnyPlan, model: Model, inputs: Float32Array, place: UnitPlace): UnitSum => {
  const synapses = unitSynapses(plan, model, inputs, place);
  const drive = synapses.weights.reduce((total, w, j) => total + w * synapses.inputs[j]!, 0);
  const summed = { place, synapses, drive };
  return plan.noisySynapses ? noisySum(plan, model, summed) : plainSum(plan, model, summed);
};

/** Parameters of a unit, by kind. */
const parametersAt =
  ({ name, unitShape }: AnyPlan, { parameters }: Model, { channel, row, column }: UnitPlace) =>
  (kind: "gain" | "bias" | "mean" | "variance"): number => {
    const values = parameters[`${name}.${kind}`]!;
    const [channels, height, width] = unitShape as [number, number, number];
    // Only a gain has a value for each location.
    return values.length === channels ? values[channel]! : values[(channel * height + row) * width + column]!;
  };

const noisySum = (plan: AnyPlan, model: Model, summed: Summed): NoisySum => {
  const own = parametersAt(plan, model, summed.place);
  const scale = Math.sqrt(Math.max(1, plan.inputSpikes));
  const gain = scale * own("gain");
  const bias = scale * (own("bias") - (isCentred(plan) ? own("mean") : 0));
  const deviation = Math.sqrt(noiseVariance(plan.noise));
  const { weights, inputs } = summed.synapses;
  // The z of populations are means, whose spikes z^2 = 1 are what the synapses get.
  const isBinary = plan.inputSpikes > 0;
  const power = weights.reduce((sum, w, j) => sum + w ** 2 * (isBinary ? 1 : inputs[j]! ** 2), 0);
  const norm = Math.max(Math.sqrt(power), MIN_NORM);
  const shift = bias / (Math.SQRT2 * deviation);
  const isSilent = !isBinary && power <= 0;
  const potential = isSilent
    ? shift >= 0
      ? SATURATED
      : -SATURATED
    : (gain * summed.drive + shift) / (isBinary ? norm : Math.sqrt(power));
  return { type: "noisy", ...summed, gain, bias, deviation, norm, potential };
};

const plainSum = (plan: AnyPlan, model: Model, summed: Summed): PlainSum => {
  const { scale, offset } = affineOf(plan, model, summed.place);
  return { type: "plain", ...summed, scale, offset, potential: scale * summed.drive + offset };
};

/** Factor and offset of a unit's drive, with its normalisation. */
const affineOf = (plan: AnyPlan, model: Model, place: UnitPlace) => {
  const own = parametersAt(plan, model, place);
  if (isBatchNormalized(plan)) {
    const scale = own("gain") / Math.sqrt(own("variance") + EPSILON);
    return { scale, offset: own("bias") - scale * own("mean") };
  }
  const scale = isWeightNormalized(plan) ? own("gain") / normOf(plan, model, place) : 1;
  return { scale, offset: own("bias") };
};

/** ||w_i|| over all synapses, also those that a padded border cuts off. */
const normOf = ({ name, unitShape }: AnyPlan, { parameters }: Model, { channel }: UnitPlace): number => {
  const weights = parameters[`${name}.weight`]!;
  const count = weights.length / unitShape[0]!;
  const own = weights.subarray(channel * count, (channel + 1) * count);
  return Math.max(Math.sqrt(own.reduce((sum, w) => sum + w ** 2, 0)), MIN_NORM);
};

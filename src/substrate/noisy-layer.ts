/**
 * Noisy synapses on a chip. With the gain's offset a_i of equation (4), which multiplies the chip's weights as it does the
 * network's, the unit law gives a unit the potential
 *
 *     v_i = (sum_j (p_ij + a_i) w_ij z_j + b_i + o_i) / sqrt(2 (sum_j p_ij (1 - p_ij) w_ij^2 z_j^2 + c_i^2))
 *
 * with the offset o_i and the noise's deviation c_i of its comparator. In the form of nn/potential.ts these are weights
 * (p_ij + a_i) w_ij, a gain of 1 / (sqrt(2) s), squares p_ij (1 - p_ij) w_ij^2 / s^2 and a constant power c_i^2 / s^2, where
 * s^2 is the variance of the network's noise. Without a switch the network's own noise acts on the chip's weights, and gains
 * stay.
 */
import type { AnyPlan, Layer } from "../networks/layers/kinds.ts";
import type { PopulationOption } from "../networks/layers/neuron-options.ts";
import { offsetOf } from "../networks/under-noise.ts";
import { type Noise, noiseVariance } from "../nn/noise/noise.ts";
import { staggered } from "../nn/population.ts";
import type { ChipSynapses } from "./chip.ts";
import type { LayerOnChip, PlacedLayer } from "./placed-layer.ts";
import { ratiosOf, rowNorms, rowSums, shifted } from "./row-sums.ts";
import { unitLawOf } from "./unit-law.ts";

/** A layer with noisy synapses on a chip. */
export const noisyLayer = (placed: PlacedLayer): LayerOnChip => {
  const { plan, own, units, synapses, comparators } = placed;
  const law: Switched = synapses.probability
    ? switched(synapses, own.gain!, plan.noise)
    : { weight: synapses.weight };
  const power = comparatorPower(placed);
  const squares = law.squares ?? law.weight.map((w) => w ** 2);
  const roots = rowSums(squares, units).map((sum, i) => Math.sqrt(sum + (power?.[i] ?? 0)));
  return {
    ratios: ratiosOf(rowNorms(own.weight!, units), roots),
    parameters: {
      ...law,
      ...(comparators && { bias: shifted(own.bias!, comparators.offsets) }),
      ...(power?.some((c) => c > 0) && { constantPower: Float32Array.from(power) }),
    },
  };
};

/** The constant power c_i^2 / s^2 of each unit's comparator. */
export const comparatorPower = ({ plan, comparators }: PlacedLayer): Float64Array | undefined => {
  const s2 = noiseVariance(plan.noise);
  // Presynaptic neurons of a population share the noise of one comparator.
  return comparators?.deviations.map((c) => (c ** 2 * Math.max(1, plan.inputSpikes)) / s2);
};

/** What replaces a layer's parameters, by kind; gain and squares only with switches. */
interface Switched {
  readonly weight: Float32Array;
  readonly gain?: Float32Array;
  readonly squares?: Float32Array;
}

/** Weights, gain and squares of synapses with switches. */
const switched = (synapses: ChipSynapses, gains: Float32Array, noise: Noise): Switched => {
  const { mean, variance } = unitLawOf(synapses, noise);
  const inputs = mean.length / gains.length;
  const offsets = Float64Array.from(gains, (gain) => offsetOf(gain, noise));
  const s2 = noiseVariance(noise);
  return {
    weight: mean.map((m, k) => m + offsets[Math.floor(k / inputs)]! * synapses.weight[k]!),
    gain: new Float32Array(gains.length).fill(1 / Math.sqrt(2 * s2)),
    squares: variance.map((v) => v / s2),
  };
};

/**
 * Keeps the thresholds of a population where they are in u: in units of v, which are those of a unit's noise, they change by the
 * `ratios` of the layer whose noise its neurons sample.
 */
export const withThresholds = (
  plan: AnyPlan,
  population: PopulationOption,
  learned: Float32Array | undefined,
  ratios: Float64Array,
): LayerOnChip => {
  const units = ratios.length;
  const threshold =
    learned ?? Float32Array.from(staggered(population).flatMap((t) => Array<number>(units).fill(t)));
  return {
    parameters: { threshold: threshold.map((t, k) => t * ratios[k % units]!) },
    layer: { ...plan.layer, population: { ...population, learned: true } } as Layer,
  };
};

/**
 * Rounding of weights to integers. A stochastic neuron divides by the norm of its weights, so that their direction alone
 * matters: of the roundings q = clamp(round(w / s)) of a unit's weights that one is taken whose direction is nearest,
 *
 *     max over s of cos(q, w) = q.w / (||q|| ||w||)
 */

/** Intervals between the scales that are tried, and in training, where every step rounds. */
const SCALES = 48;
export const FEW_SCALES = 8;

const SMALLEST_SCALE = 1 / 8;

/** Scales that are tried: from 1, at which the largest weight is kept, to the one at which it is cut to an eighth. */
export const scalesTried = (intervals: number): readonly number[] =>
  Array.from({ length: intervals + 1 }, (_, k) => SMALLEST_SCALE ** (k / intervals));

/** Weights of a unit in integers. */
export interface RoundedWeights {
  readonly integers: Int8Array;
  /** Weight of one step: w is about scale q, in the sense of least squares. 1 if all weights are 0. */
  readonly scale: number;
}

/** The integers of magnitude at most `largest` whose direction is nearest to that of the weights. */
export const nearestIntegers = (
  weights: Float32Array,
  largest: number,
  intervals = SCALES,
): RoundedWeights => {
  const integers = new Int8Array(weights.length);
  const most = weights.reduce((max, w) => Math.max(max, Math.abs(w)), 0);
  if (most === 0) return { integers, scale: 1 };
  let best = { squaredCosine: -1, scale: 1 };
  for (const relative of scalesTried(intervals)) {
    const scale = (most / largest) * relative;
    const { product, power } = rounded(weights, scale, largest);
    const squaredCosine = power === 0 ? 0 : product ** 2 / power;
    if (squaredCosine > best.squaredCosine) best = { squaredCosine, scale };
  }
  const { product, power } = rounded(weights, best.scale, largest, integers);
  return { integers, scale: product / power };
};

/** The integers at steps of `scale`. */
export const roundedAt = (weights: Float32Array, scale: number, largest: number): RoundedWeights => {
  const integers = new Int8Array(weights.length);
  rounded(weights, scale, largest, integers);
  return { integers, scale };
};

/** q.w and q.q of the weights' integers at a scale, which are written into `out` if it is given. */
const rounded = (weights: Float32Array, scale: number, largest: number, out?: Int8Array) => {
  let [product, power] = [0, 0];
  for (let j = 0; j < weights.length; j++) {
    const q = Math.max(-largest, Math.min(largest, Math.round(weights[j]! / scale)));
    product += q * weights[j]!;
    power += q * q;
    if (out) out[j] = q;
  }
  return { product, power };
};

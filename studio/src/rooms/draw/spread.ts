/** Spread of the passes: where most of them lie, and each of them. */
import { quantile } from "neural-sampling/web";

export interface Spread {
  /** Quantiles of the passes' probabilities. */
  readonly low: number;
  readonly high: number;
  /** Probabilities of single passes, in whole hundredths, each once. */
  readonly marks: readonly number[];
}

/** Share of the passes between `low` and `high`. */
export const SHARE = 0.8;

/** Spread of each class. passes: [passes, classes]. */
export const spreadOf = (passes: Float32Array, classes: number): readonly Spread[] =>
  Array.from({ length: classes }, (_, c) => {
    const own = passes.filter((_p, k) => k % classes === c).sort();
    return {
      low: quantile(own, (1 - SHARE) / 2),
      high: quantile(own, (1 + SHARE) / 2),
      marks: [...new Set(Array.from(own, (p) => Math.round(100 * p)))],
    };
  });

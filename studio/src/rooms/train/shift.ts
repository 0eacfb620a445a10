/** The distribution of the last hidden layer's input, whose drift is the internal covariate shift. PAPER, figure (a). */
import { quantile } from "neural-sampling/web";

export interface Shift {
  /** 15th, 50th and 85th percentile. */
  readonly percentiles: readonly [number, number, number];
  /** Edges of the bins. */
  readonly low: number;
  readonly high: number;
  /** Share of the values in each bin. */
  readonly shares: readonly number[];
}

const BINS = 41;
/** Values outside these quantiles are left out of the histogram: a few of them would squeeze the others. */
const SHOWN = [0.002, 0.998] as const;

export const shiftOf = (values: Float32Array): Shift => {
  const sorted = values.toSorted();
  const at = (q: number): number => quantile(sorted, q);
  const reach = Math.max(Math.abs(at(SHOWN[0])), Math.abs(at(SHOWN[1])), 1e-6);
  const shares = new Array<number>(BINS).fill(0);
  for (const value of values) {
    const bin = Math.floor(((value + reach) / (2 * reach)) * BINS);
    if (bin >= 0 && bin < BINS) shares[bin]! += 1 / values.length;
  }
  return { percentiles: [at(0.15), at(0.5), at(0.85)], low: -reach, high: reach, shares };
};

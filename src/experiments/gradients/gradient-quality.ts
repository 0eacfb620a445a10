/**
 * Bias and deviation of an estimator's draws G of the gradient g, in norms of g. For the means G_i of n runs of equally
 * many draws, with d_i = G_i - g, an unbiased estimate of the squared bias is
 *
 *     ||E(G) - g||^2 = 1 / (n (n - 1)) sum over i != j of d_i . d_j
 *
 * whose standard error is the jackknife's (Efron & Tibshirani, 1993, chapter 11).
 */
export interface GradientQuality {
  /** ||E(G) - g|| / ||g||; 0 where its square is estimated below 0. */
  readonly bias: number;
  /** Square root of the 97.5 % upper confidence limit of the squared bias. */
  readonly biasLimit: number;
  /** Whether the square is more than three standard errors from 0. */
  readonly isBiased: boolean;
  /** sqrt(tr Var(G)) / ||g||, of a single draw. */
  readonly deviation: number;
  /** Cosine between E(G) and g. */
  readonly cosine: number;
}

/** Number of standard errors from 0 above which a bias is reported. */
const SEEN = 3;

/** exact: g. drawn: G_1, .. G_n, n > 2, each the mean of `rows` draws. */
export const gradientQuality = (
  exact: Float32Array,
  drawn: readonly Float32Array[],
  rows: number,
): GradientQuality => {
  const n = drawn.length;
  const norm = Math.hypot(...exact);
  const sum = Float64Array.from(exact, (truth, k) =>
    drawn.reduce((total, run) => total + run[k]! - truth, 0),
  );
  const total = dot(sum, sum);
  const own = drawn.map((run) => run.reduce((square, value, k) => square + (value - exact[k]!) ** 2, 0));
  const squares = own.reduce((a, b) => a + b, 0);
  const pairs = (sumSquare: number, each: number, count: number): number =>
    (sumSquare - each) / (count * (count - 1));
  const square = pairs(total, squares, n);
  const without = drawn.map((run, i) => {
    const along = run.reduce((inner, value, k) => inner + (value - exact[k]!) * sum[k]!, 0);
    return pairs(total - 2 * along + own[i]!, squares - own[i]!, n - 1);
  });
  const middle = without.reduce((a, b) => a + b, 0) / n;
  const error = Math.sqrt(((n - 1) / n) * without.reduce((s, value) => s + (value - middle) ** 2, 0));
  const mean = sum.map((value, k) => value / n + exact[k]!);
  return {
    bias: Math.sqrt(Math.max(0, square)) / norm,
    biasLimit: Math.sqrt(Math.max(0, square) + 1.96 * error) / norm,
    isBiased: square > SEEN * error,
    deviation: Math.sqrt(((squares - total / n) / (n - 1)) * rows) / norm,
    cosine: dot(mean, exact) / (norm * Math.sqrt(dot(mean, mean))),
  };
};

const dot = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  let sum = 0;
  for (let k = 0; k < a.length; k++) sum += a[k]! * b[k]!;
  return sum;
};

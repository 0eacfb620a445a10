/** McNemar's test of two networks on the same images: Psychometrika 12, 1947. */

/** Result of McNemar's test. */
export interface Paired {
  /** Images that only the first network misclassifies, and only the second. */
  readonly onlyFirst: number;
  readonly onlySecond: number;
  /** Exact two-sided McNemar p-value. */
  readonly p: number;
}

/** McNemar's test. Both arguments: [images], 1 where the network is wrong, else 0. */
export const paired = (first: Uint8Array, second: Uint8Array): Paired => {
  const count = (is: (k: number) => boolean): number => first.reduce((sum, _, k) => sum + (is(k) ? 1 : 0), 0);
  const onlyFirst = count((k) => first[k] === 1 && second[k] === 0);
  const onlySecond = count((k) => first[k] === 0 && second[k] === 1);
  return { onlyFirst, onlySecond, p: signTest(Math.min(onlyFirst, onlySecond), onlyFirst + onlySecond) };
};

/**
 * Two-sided sign test: min(1, 2 P(X <= k)) for X ~ Binomial(n, 1/2). Computed in logarithms because 2^-n may
 * underflow.
 */
const signTest = (k: number, n: number): number => {
  let term = -n * Math.LN2;
  let total = Math.exp(term);
  for (let i = 1; i <= k; i++) {
    term += Math.log((n - i + 1) / i);
    total += Math.exp(term);
  }
  return Math.min(1, 2 * total);
};

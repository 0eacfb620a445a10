/** Two networks on the same images: McNemar, Psychometrika 12, 1947. */

export interface Paired {
  /** Images that only the first gets wrong, and only the second. */
  readonly onlyFirst: number;
  readonly onlySecond: number;
  /** Two-sided: how often errors of equal chance would come out as unequal, exactly. */
  readonly p: number;
}

/** Both [images], 1 where the network errs, else 0. */
export const paired = (first: Uint8Array, second: Uint8Array): Paired => {
  const count = (is: (k: number) => boolean): number => first.reduce((sum, _, k) => sum + (is(k) ? 1 : 0), 0);
  const onlyFirst = count((k) => first[k] === 1 && second[k] === 0);
  const onlySecond = count((k) => first[k] === 0 && second[k] === 1);
  return { onlyFirst, onlySecond, p: signTest(Math.min(onlyFirst, onlySecond), onlyFirst + onlySecond) };
};

/** min(1, 2 P(X <= k)) for X binomial of n and 1/2; in logarithms, as 2^-n may be no number. */
const signTest = (k: number, n: number): number => {
  let term = -n * Math.LN2;
  let total = Math.exp(term);
  for (let i = 1; i <= k; i++) {
    term += Math.log((n - i + 1) / i);
    total += Math.exp(term);
  }
  return Math.min(1, 2 * total);
};

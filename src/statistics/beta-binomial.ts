/**
 * Beta-binomial distribution: successes among `trials` whose common probability is itself drawn from Beta(a, b). The number
 * of new images that conformal sets cover has it, over the choice of the n held-out ones as well: their threshold, the k-th
 * smallest of n scores that differ, covers an image with a probability from Beta(k, n + 1 - k) (Vovk, "Conditional validity
 * of inductive conformal predictors", ACML 2012).
 */

/**
 * Distribution function P(X <= k), a and b > 0. Sums the probabilities below and above k, both relative to P(k), by
 * P(j + 1) / P(j) = (trials - j) (a + j) / ((j + 1) (b + trials - j - 1)). All terms are positive: nothing cancels.
 */
export const betaBinomialTail = (k: number, trials: number, a: number, b: number): number => {
  if (k < 0) return 0;
  if (k >= trials) return 1;
  const ratio = (j: number): number => ((trials - j) * (a + j)) / ((j + 1) * (b + trials - j - 1));
  let [upToK, above] = [1, 0];
  for (let j = k - 1, term = 1; j >= 0; j--) upToK += term /= ratio(j);
  for (let j = k, term = 1; j < trials; j++) above += term *= ratio(j);
  // Either sum may overflow to infinity, which gives 1 or 0.
  return 1 / (1 + above / upToK);
};

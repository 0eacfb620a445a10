/** Agreement of two rankings: Kendall, Biometrika 30, 1938. */

/** Agreement of two rankings. */
export interface Agreement {
  /** Number of pairs that both rank in the same order; ties do not count. */
  readonly agreeing: number;
  readonly pairs: number;
  /** p-value: probability that a random order agrees in at least as many pairs. */
  readonly chance: number;
}

/** Agreement of `a` and `b`, one value each of the same items. `a` has no ties. */
export const orderAgreement = (a: readonly number[], b: readonly number[]): Agreement => {
  const count = a.length;
  const pairs = (count * (count - 1)) / 2;
  let agreeing = 0;
  for (let i = 0; i < count; i++)
    for (let j = 0; j < i; j++) if ((a[i]! - a[j]!) * (b[i]! - b[j]!) > 0) agreeing++;
  const shares = inversionDistribution(count);
  const chance = shares.slice(0, pairs - agreeing + 1).reduce((sum, share) => sum + share, 0);
  return { agreeing, pairs, chance: Math.min(1, chance) };
};

/**
 * Fraction of all orders of `count` items with 0, 1, .. inversions. Adding the k-th item adds 0 to k - 1
 * inversions.
 */
const inversionDistribution = (count: number): readonly number[] => {
  let shares: readonly number[] = [1];
  for (let things = 2; things <= count; things++) {
    const next = new Array<number>(shares.length + things - 1).fill(0);
    for (const [k, share] of shares.entries())
      for (let turned = 0; turned < things; turned++) next[k + turned]! += share / things;
    shares = next;
  }
  return shares;
};

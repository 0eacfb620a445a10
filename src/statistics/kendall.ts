/** Whether two measurements put the same things in the same order: Kendall, Biometrika 30, 1938. */

export interface Agreement {
  /** Pairs that both put in the same order; a tie is none. */
  readonly agreeing: number;
  readonly pairs: number;
  /** The probability that a random order agrees with the first in as many pairs, or more. */
  readonly chance: number;
}

/** Of `a` and `b`, one value each of the same things, of which `a` has no two the same. */
export const orderAgreement = (a: readonly number[], b: readonly number[]): Agreement => {
  const count = a.length;
  const pairs = (count * (count - 1)) / 2;
  let agreeing = 0;
  for (let i = 0; i < count; i++)
    for (let j = 0; j < i; j++) if ((a[i]! - a[j]!) * (b[i]! - b[j]!) > 0) agreeing++;
  const shares = inversionShares(count);
  const chance = shares.slice(0, pairs - agreeing + 1).reduce((sum, share) => sum + share, 0);
  return { agreeing, pairs, chance: Math.min(1, chance) };
};

/** The share of all orders of `count` things that have 0, 1, .. pairs turned around: the newest thing turns 0, 1, .. pairs. */
const inversionShares = (count: number): readonly number[] => {
  let shares: readonly number[] = [1];
  for (let things = 2; things <= count; things++) {
    const next = new Array<number>(shares.length + things - 1).fill(0);
    for (const [k, share] of shares.entries())
      for (let turned = 0; turned < things; turned++) next[k + turned]! += share / things;
    shares = next;
  }
  return shares;
};

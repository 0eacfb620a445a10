/**
 * The default source of random bits of the exported C: xoshiro128** (Blackman & Vigna, "Scrambled linear pseudorandom number
 * generators", ACM TOMS 47, 2021), seeded by splitmix32. c/nsm.c gives the same numbers.
 */

/** Random numbers of 15 bits in the order in which the C draws them: two of each word, its upper half first. */
export const randomNumbers = (seed: number): (() => number) => {
  const words = randomWords(seed);
  let spare: number | undefined;
  return () => {
    if (spare !== undefined) {
      const found = spare;
      spare = undefined;
      return found;
    }
    const word = words();
    spare = (word >>> 1) & 0x7fff;
    return word >>> 17;
  };
};

const rotated = (x: number, k: number): number => (x << k) | (x >>> (32 - k));

/** Words of 32 bits. */
export const randomWords = (seed: number): (() => number) => {
  const state = Int32Array.from({ length: 4 }, (_, k) => {
    let x = (seed + (k + 1) * 0x9e3779b9) | 0;
    x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
    x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
    return x ^ (x >>> 16);
  });
  return () => {
    const result = Math.imul(rotated(Math.imul(state[1]!, 5), 7), 9);
    const t = state[1]! << 9;
    state[2]! ^= state[0]!;
    state[3]! ^= state[1]!;
    state[1]! ^= state[2]!;
    state[0]! ^= state[3]!;
    state[2]! ^= t;
    state[3] = rotated(state[3]!, 11);
    return result >>> 0;
  };
};

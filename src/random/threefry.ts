/**
 * Threefry-4x32-20 (Salmon, Moraes, Dror & Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011): a
 * keyed permutation of 128-bit blocks built from additions, rotations and exclusive ors. It passes BigCrush
 * on counters.
 */

/** Four 32-bit words, each an integer in 0..2^32 - 1. */
export type Block = readonly [number, number, number, number];

/** Constant of the fifth key word, which keeps the extended key from being all zero. */
const PARITY = 0x1bd11bda;

const rotate = (x: number, distance: number): number => (x << distance) | (x >>> (32 - distance));

/** The four key words and the parity word of the current block. */
const keys = new Int32Array(5);

/**
 * Encrypts the block `counter` with `key`. The 20 rounds form five groups of four; after each group the key
 * words are added, rotated by one. Even groups use the first four rows of rotations in the paper's table 2,
 * odd groups the last four.
 */
export const threefry = (key: Block, counter: Block): Block => {
  for (let k = 0; k < 4; k++) keys[k] = key[k]!;
  keys[4] = PARITY ^ key[0] ^ key[1] ^ key[2] ^ key[3];
  let x0 = (counter[0] + key[0]) | 0;
  let x1 = (counter[1] + key[1]) | 0;
  let x2 = (counter[2] + key[2]) | 0;
  let x3 = (counter[3] + key[3]) | 0;
  for (let group = 0; group < 5; group++) {
    const even = group % 2 === 0;
    x0 = (x0 + x1) | 0;
    x1 = rotate(x1, even ? 10 : 6) ^ x0;
    x2 = (x2 + x3) | 0;
    x3 = rotate(x3, even ? 26 : 20) ^ x2;

    x0 = (x0 + x3) | 0;
    x3 = rotate(x3, even ? 11 : 17) ^ x0;
    x2 = (x2 + x1) | 0;
    x1 = rotate(x1, even ? 21 : 11) ^ x2;

    x0 = (x0 + x1) | 0;
    x1 = rotate(x1, even ? 13 : 25) ^ x0;
    x2 = (x2 + x3) | 0;
    x3 = rotate(x3, even ? 27 : 10) ^ x2;

    x0 = (x0 + x3) | 0;
    x3 = rotate(x3, even ? 23 : 18) ^ x0;
    x2 = (x2 + x1) | 0;
    x1 = rotate(x1, even ? 5 : 20) ^ x2;

    x0 = (x0 + keys[(group + 1) % 5]!) | 0;
    x1 = (x1 + keys[(group + 2) % 5]!) | 0;
    x2 = (x2 + keys[(group + 3) % 5]!) | 0;
    x3 = (x3 + keys[(group + 4) % 5]! + group + 1) | 0;
  }
  return [x0 >>> 0, x1 >>> 0, x2 >>> 0, x3 >>> 0];
};

/**
 * Softmax in integers. Logits L are in units of 2^-10 octaves, so that exp becomes a power of two: a table of 2^(-f / 1024),
 * and a shift by the whole octaves,
 *
 *     d = max L - L,   e = T(d mod 1024) 2^(8 - floor(d / 1024)),   p = floor(2^24 e / sum e)
 */

/** Steps of an octave. */
export const OCTAVE = 1024;

/** Bits of a probability. */
export const PROBABILITY_BITS = 24;

/** Bits of the table, and of what is appended before the shift. */
const [TABLE_BITS, SPARE_BITS] = [15, 8];

/** Octaves beyond which nothing is left of a class. */
export const MOST_OCTAVES = TABLE_BITS + SPARE_BITS + 1;

/** 2^23 2^(-f / 1024), its lowest 8 bits 0. */
export const POWERS: Int32Array = Int32Array.from(
  { length: OCTAVE },
  (_, f) => Math.round(2 ** TABLE_BITS * 2 ** (-f / OCTAVE)) * 2 ** SPARE_BITS,
);

/** Probabilities of the classes in units of 2^-24. */
export const integerSoftmax = (logits: ArrayLike<number>): number[] => {
  const distances = Array.from(logits, (logit) => Math.max(...Array.from(logits)) - logit);
  const powers = distances.map((d) =>
    Math.floor(POWERS[d % OCTAVE]! / 2 ** Math.min(MOST_OCTAVES, Math.floor(d / OCTAVE))),
  );
  const sum = powers.reduce((total, e) => total + e, 0);
  return powers.map((e) => Math.floor((2 ** PROBABILITY_BITS * e) / sum));
};

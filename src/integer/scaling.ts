/**
 * Multiplication by a real factor in integers: x times slope is about round(x F 2^-s). F is odd and at least 257, so that
 * no result between -128 and 127 is halfway between two integers, whatever x: rounding to nearest is then the same by any
 * rule, and as |x F| < 2^24 there, in float32 too.
 */

/** Largest and smallest factor, and largest shift. */
const [MOST_FACTOR, LEAST_FACTOR, MOST_SHIFT] = [4095, 257, 16];

/** Numbers of 32 bits are below this. */
const INT32 = 2 ** 31;

export interface Scaling {
  readonly factor: number;
  readonly shift: number;
  /** The slope that factor and shift stand for. */
  readonly slope: number;
}

/** Largest |x| whose product with the least factor has 32 bits. */
export const MOST_SUM = Math.floor((INT32 - 1) / (LEAST_FACTOR + 1));

/** Least slope that has a factor. */
export const LEAST_SLOPE = LEAST_FACTOR / 2 ** MOST_SHIFT;

/**
 * The scaling nearest to `slope`, above 0, for |x| of at most `largest`; undefined if that is more than MOST_SUM.
 */
export const scalingFor = (slope: number, largest: number): Scaling | undefined => {
  if (largest > MOST_SUM) return undefined;
  const most = Math.min(MOST_FACTOR, Math.floor((INT32 - 1) / largest) - 1);
  const shift = Math.max(0, Math.min(MOST_SHIFT, Math.floor(Math.log2(most / slope))));
  const factor = Math.max(LEAST_FACTOR, Math.min(odd(most), odd(slope * 2 ** shift)));
  return { factor, shift, slope: factor / 2 ** shift };
};

/** The odd number nearest to x from below its next even one. */
const odd = (x: number): number => 2 * Math.floor(x / 2) + 1;

/** round(x F 2^-s); halves, which only other factors have, upwards. */
export const scaled = (x: number, factor: number, shift: number): number =>
  Math.floor((x * factor) / 2 ** shift + 0.5);

/** Ranges of the numbers of a network in integers, by which no sum and no product exceeds the words that hold it. */
import { bordersOf } from "./borders.ts";
import { BYTE, type IntegerLayer } from "./integers.ts";

/** Pixels are held in 16 bits, weights in 8. */
export const LARGEST_PIXEL = 2 ** 15 - 1;

/** Largest G: a gain of 1,638, at which neurons hardly differ from sign neurons. */
export const MOST_GAIN = 2 ** 24;

/** Doubles hold whole numbers below this. */
const EXACT = 2 ** 53;

/** Largest 2 G |S + B| of a unit on pixels, by the sum of the magnitudes of its weights. */
export const largestMean = (gain: number, magnitude: number, bias: number): number =>
  2 * gain * (2 ** 15 * magnitude + Math.abs(bias));

export const isExact = (mean: number): boolean => mean < EXACT;

/** The largest number of 32 bits, and the most that is added to a product before its last bits are dropped. */
const [INT32, ROUNDING] = [2 ** 31 - 1, 2 ** 15];

/**
 * Whether rounding is the same by every rule, no product exceeds 32 bits (integer/scaling.ts), means of pixels not 53, and no
 * weight `largest`, which on pixels is that of a byte.
 */
export const isInRange = (layer: IntegerLayer, largest: number): boolean => {
  if (layer.type === "sum") return true;
  const { weight, bias } = layer;
  const isOnPixels = layer.type === "sign" || layer.type === "pixels";
  if (!weight.every((q) => Math.abs(q) <= (isOnPixels ? BYTE : largest))) return false;
  if (layer.type === "sign") return true;
  const units = layer.type === "readout" ? bias.length : layer.unitShape[0];
  // At a padded border only the weights in the image count.
  const magnitudes =
    layer.type === "spikes"
      ? bordersOf(layer).taps.flatMap((inside) => magnitudesOf(weight, units, inside))
      : magnitudesOf(weight, units);
  if (layer.type === "pixels")
    return layer.gain.every(
      (g, k) => g >= 1 && g <= MOST_GAIN && isExact(largestMean(g, magnitudes[k]!, bias[k]!)),
    );
  const { factor, shift } = layer;
  const terms = layer.type === "readout" ? layer.terms : 1;
  return factor.every(
    (f, k) =>
      f % 2 === 1 &&
      f >= 257 &&
      f <= 4095 &&
      shift[k]! >= 0 &&
      shift[k]! <= 16 &&
      (terms * magnitudes[k]! + Math.abs(bias[k]!)) * f + ROUNDING <= INT32,
  );
};

/** Sum of the magnitudes of each unit's weights, [units, channels, taps], at the taps that are `inside`. */
const magnitudesOf = (weight: Int8Array, units: number, inside: readonly boolean[] = [true]): number[] => {
  const length = weight.length / units;
  return Array.from({ length: units }, (_, unit) => {
    let sum = 0;
    for (let j = 0; j < length; j++)
      if (inside[j % inside.length]) sum += Math.abs(weight[unit * length + j]!);
    return sum;
  });
};

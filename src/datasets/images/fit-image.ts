/** Pictures scaled to the size that a network takes. */
import { borderMean } from "./border.ts";

type Shape = readonly [channels: number, height: number, width: number];

/**
 * Pixels of shape `from`, 0 to 255, scaled to the height and width of `to`, whose channels are the same. Proportions
 * are kept: the picture is centred, and what it leaves free takes the mean colour of its border.
 */
export const fitImage = (pixels: Uint8Array, from: Shape, to: Shape): Uint8Array => {
  const [channels, height, width] = from;
  const [, rows, columns] = to;
  if (height === rows && width === columns) return pixels;
  const scaled = sizeWithin(height, width, rows, columns);
  const top = Math.floor((rows - scaled.height) / 2);
  const left = Math.floor((columns - scaled.width) / 2);
  const out = new Uint8Array(channels * rows * columns);
  for (let channel = 0; channel < channels; channel++) {
    const plane = pixels.subarray(channel * height * width, (channel + 1) * height * width);
    const target = out.subarray(channel * rows * columns, (channel + 1) * rows * columns);
    target.fill(Math.round(borderMean(plane, [1, height, width])));
    const small = scalePlane(plane, width, scaled.height, scaled.width);
    for (let row = 0; row < scaled.height; row++)
      for (let column = 0; column < scaled.width; column++)
        target[(top + row) * columns + left + column] = Math.round(small[row * scaled.width + column]!);
  }
  return out;
};

/** Largest size of the proportions height : width within `rows` x `columns`, in whole pixels. */
export const sizeWithin = (
  height: number,
  width: number,
  rows: number,
  columns: number,
): { readonly height: number; readonly width: number } => {
  const scale = Math.min(rows / height, columns / width);
  return { height: atLeastOne(height * scale), width: atLeastOne(width * scale) };
};

/** A plane with rows of `width` values, scaled to `newHeight` x `newWidth`. */
export const scalePlane = (
  plane: Uint8Array,
  width: number,
  newHeight: number,
  newWidth: number,
): Float32Array =>
  scaleColumns(
    scaleRows(plane, width, weightsOf(width, newWidth)),
    newWidth,
    weightsOf(plane.length / width, newHeight),
  );

const atLeastOne = (size: number): number => Math.max(1, Math.round(size));

/** The pixels that one new pixel is the weighted mean of. */
interface Weights {
  readonly first: number;
  /** Sum 1. */
  readonly weights: readonly number[];
}

/** Linear interpolation; where the picture shrinks, the triangle is as wide as the pixels of the new one. */
const weightsOf = (from: number, to: number): readonly Weights[] => {
  const step = from / to;
  const reach = Math.max(1, step);
  return Array.from({ length: to }, (_, k) => {
    const centre = (k + 0.5) * step - 0.5;
    const first = Math.max(0, Math.ceil(centre - reach));
    const last = Math.min(from - 1, Math.floor(centre + reach));
    const raw = Array.from({ length: last - first + 1 }, (_, j) =>
      Math.max(0, 1 - Math.abs(first + j - centre) / reach),
    );
    const total = raw.reduce((sum, weight) => sum + weight, 0);
    return { first, weights: raw.map((weight) => weight / total) };
  });
};

/** Each row of `width` values as weighted means along it. */
const scaleRows = (plane: Uint8Array, width: number, across: readonly Weights[]): Float32Array => {
  const height = plane.length / width;
  const out = new Float32Array(height * across.length);
  for (let row = 0; row < height; row++)
    for (const [column, { first, weights }] of across.entries()) {
      let sum = 0;
      for (let k = 0; k < weights.length; k++) sum += weights[k]! * plane[row * width + first + k]!;
      out[row * across.length + column] = sum;
    }
  return out;
};

/** Each column of a plane with `width` of them as weighted means down it. */
const scaleColumns = (plane: Float32Array, width: number, down: readonly Weights[]): Float32Array => {
  const out = new Float32Array(down.length * width);
  for (const [row, { first, weights }] of down.entries())
    for (let k = 0; k < weights.length; k++)
      for (let column = 0; column < width; column++)
        out[row * width + column]! += weights[k]! * plane[(first + k) * width + column]!;
  return out;
};

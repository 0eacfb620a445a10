/** Perturbed images: rotated, blurred or replaced by noise. */
import type { Images } from "../networks/images.ts";
import { fillUniform } from "../random/fill.ts";
import { key } from "../random/key.ts";
import { sizeOf } from "../tensor/tensor.ts";

/** Transforms a plane `from`, [height, width], into `to`. */
type MapPlane = (from: Uint8Array, to: Uint8Array, height: number, width: number) => void;

const mapped = (images: Images, name: string, map: MapPlane): Images => {
  const [height, width] = images.shape.slice(-2) as [number, number];
  const size = height * width;
  const out = new Uint8Array(images.images.length);
  for (let start = 0; start < out.length; start += size)
    map(images.images.subarray(start, start + size), out.subarray(start, start + size), height, width);
  return { ...images, name: `${images.name}, ${name}`, images: out };
};

/** Rotates counterclockwise about the centre, with bilinear interpolation and zeros outside the image. */
export const rotated = (images: Images, degrees: number): Images => {
  const [sin, cos] = [Math.sin((degrees * Math.PI) / 180), Math.cos((degrees * Math.PI) / 180)];
  return mapped(images, `turned by ${degrees} degrees`, (from, to, height, width) => {
    const [middleRow, middleColumn] = [(height - 1) / 2, (width - 1) / 2];
    for (let i = 0; i < height; i++)
      for (let j = 0; j < width; j++) {
        const [down, right] = [i - middleRow, j - middleColumn];
        const row = middleRow + cos * down + sin * right;
        const column = middleColumn - sin * down + cos * right;
        to[i * width + j] = Math.round(between(from, row, column, height, width));
      }
  });
};

const between = (from: Uint8Array, row: number, column: number, height: number, width: number): number => {
  const [top, left] = [Math.floor(row), Math.floor(column)];
  const [down, right] = [row - top, column - left];
  const at = (i: number, j: number): number =>
    i >= 0 && j >= 0 && i < height && j < width ? from[i * width + j]! : 0;
  return (
    (1 - down) * ((1 - right) * at(top, left) + right * at(top, left + 1)) +
    down * ((1 - right) * at(top + 1, left) + right * at(top + 1, left + 1))
  );
};

/** Gaussian blur with a standard deviation in pixels, and zeros outside the image. */
export const blurred = (images: Images, deviation: number): Images => {
  const reach = Math.ceil(3 * deviation);
  const weights = Array.from({ length: 2 * reach + 1 }, (_, k) =>
    Math.exp(-((k - reach) ** 2) / (2 * deviation ** 2)),
  );
  const total = weights.reduce((a, b) => a + b, 0);
  return mapped(images, `blurred by ${deviation} pixels`, (from, to, height, width) => {
    const along = (
      values: ArrayLike<number>,
      start: number,
      step: number,
      at: number,
      length: number,
    ): number => {
      let sum = 0;
      for (let k = Math.max(-reach, -at); k <= Math.min(reach, length - 1 - at); k++)
        sum += weights[k + reach]! * values[start + (at + k) * step]!;
      return sum / total;
    };
    const rows = new Float64Array(from.length);
    for (let i = 0; i < height; i++)
      for (let j = 0; j < width; j++) rows[i * width + j] = along(from, i * width, 1, j, width);
    for (let i = 0; i < height; i++)
      for (let j = 0; j < width; j++) to[i * width + j] = Math.round(along(rows, j, width, i, height));
  });
};

/** Independent pixels, uniform on 0 to 255. */
export const noiseImages = (count: number, shape: readonly number[], seed = 1): Images => {
  const uniform = new Float32Array(count * sizeOf(shape));
  fillUniform(key(seed, "noise images"), uniform);
  return {
    ...{ name: "uniform noise", count, shape },
    images: Uint8Array.from(uniform, (u) => Math.floor(128 * (u + 1))),
  };
};

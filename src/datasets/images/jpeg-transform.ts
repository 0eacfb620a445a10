/**
 * Samples of a JPEG's component: its coefficients dequantised and put through the inverse discrete cosine transform of
 * 8 x 8 (ITU-T T.81, A.3.3), as rows and columns of the eleven multiplications of C. Loeffler, A. Ligtenberg and G.
 * Moschytz, Practical fast 1-D DCT algorithms with 11 multiplications, ICASSP 1989, in fixed-point numbers.
 */

import type { Plane } from "./jpeg-scans.ts";

const side = 8;
const block = 64;
/** Fractional bits of the constants. */
const fraction = 12;
const fixed = (value: number): number => Math.round(value * 2 ** fraction);
const rotation = (k: number) => ({
  cos: fixed(Math.cos((k * Math.PI) / 16)),
  sin: fixed(Math.sin((k * Math.PI) / 16)),
});
const [first, third, sixth] = [rotation(1), rotation(3), rotation(6)];
const [root, half] = [fixed(Math.SQRT2), fixed(Math.SQRT1_2)];

/** Place, row by row, of the k-th coefficient in zigzag order. */
const natural = (() => {
  const places: number[] = [];
  for (let diagonal = 0; diagonal < 2 * side - 1; diagonal++) {
    const cells = Array.from({ length: side }, (_, row) => [row, diagonal - row] as const).filter(
      ([, column]) => column >= 0 && column < side,
    );
    if (diagonal % 2 === 0) cells.reverse();
    places.push(...cells.map(([row, column]) => side * row + column));
  }
  return Uint8Array.from(places);
})();

/**
 * Transforms 8 numbers in place; `bits` of the constants' fraction are dropped: 8 in rows, which keep 4, 12 in columns.
 */
const transform = (p: Int32Array, at: number, step: number, bits: number): void => {
  const i1 = at + step;
  const i2 = i1 + step;
  const i3 = i2 + step;
  const i4 = i3 + step;
  const i5 = i4 + step;
  const i6 = i5 + step;
  const i7 = i6 + step;
  const p0 = p[at]!;
  const p1 = p[i1]!;
  const p2 = p[i2]!;
  const p3 = p[i3]!;
  const p4 = p[i4]!;
  const p5 = p[i5]!;
  const p6 = p[i6]!;
  const p7 = p[i7]!;
  if ((p1 | p2 | p3 | p4 | p5 | p6 | p7) === 0) {
    const mean = (root * p0 + (1 << (bits + 1))) >> (bits + 2);
    for (let k = 0, i = at; k < side; k++, i += step) p[i] = mean;
    return;
  }
  const round = 1 << (bits - 1);
  const up = fraction - bits;
  const whole = 1 << (fraction - 1);
  // Even part.
  const sum = (root * p0 + round) >> bits;
  const difference = (root * p4 + round) >> bits;
  const e0 = (sum + difference + 1) >> 1;
  const e1 = (sum - difference + 1) >> 1;
  const e2 = (p2 * sixth.cos - p6 * sixth.sin + round) >> bits;
  const e3 = (p2 * sixth.sin + p6 * sixth.cos + round) >> bits;
  const a0 = (e0 + e3 + 1) >> 1;
  const a1 = (e1 + e2 + 1) >> 1;
  const a2 = (e1 - e2 + 1) >> 1;
  const a3 = (e0 - e3 + 1) >> 1;
  // Odd part.
  const o4 = (half * (p1 - p7) + round) >> bits;
  const o7 = (half * (p1 + p7) + round) >> bits;
  const o5 = p3 << up;
  const o6 = p5 << up;
  const b4 = (o4 + o6 + 1) >> 1;
  const b5 = (o7 - o5 + 1) >> 1;
  const b6 = (o4 - o6 + 1) >> 1;
  const b7 = (o7 + o5 + 1) >> 1;
  const c4 = (b4 * third.cos - b7 * third.sin + whole) >> fraction;
  const c7 = (b4 * third.sin + b7 * third.cos + whole) >> fraction;
  const c5 = (b5 * first.cos - b6 * first.sin + whole) >> fraction;
  const c6 = (b5 * first.sin + b6 * first.cos + whole) >> fraction;
  p[at] = a0 + c7;
  p[i7] = a0 - c7;
  p[i1] = a1 + c6;
  p[i6] = a1 - c6;
  p[i2] = a2 + c5;
  p[i5] = a2 - c5;
  p[i3] = a3 + c4;
  p[i4] = a3 - c4;
};

/** Samples of a component, row by row. */
export interface Sampled {
  readonly width: number;
  /** 0 to 255. */
  readonly data: Uint8Array;
}

/** The samples of a plane, those of blocks that only fill up units included. */
export const samplesOf = ({ across, down, coefficients, quantisation }: Plane): Sampled => {
  const width = side * across;
  const data = new Uint8Array(block * across * down);
  const cells = new Int32Array(block);
  const steps = quantisation ?? new Uint16Array(block);
  for (let k = 0, from = 0; k < across * down; k++, from += block) {
    let others = 0;
    for (let i = 0; i < block; i++) {
      const value = coefficients[from + i]!;
      cells[natural[i]!] = value * steps[i]!;
      if (i > 0) others |= value;
    }
    // With nothing but a mean, all rows but the first stay 0.
    transform(cells, 0, 1, 8);
    if (others !== 0) for (let row = 1; row < side; row++) transform(cells, side * row, 1, 8);
    for (let column = 0; column < side; column++) transform(cells, column, side, fraction);
    const start = (Math.floor(k / across) * width + (k % across)) * side;
    for (let row = 0, i = 0; row < side; row++) {
      const to = start + row * width;
      for (let column = 0; column < side; column++) {
        const sample = 128 + ((cells[i++]! + 8) >> 4);
        data[to + column] = sample < 0 ? 0 : sample > 255 ? 255 : sample;
      }
    }
  }
  return { width, data };
};

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
  return places;
})();

/** Transforms 8 numbers in place; `bits` of the constants' fraction are dropped: 8 in rows, which keep 4, 12 in columns. */
const transform = (p: Int32Array, at: number, step: number, bits: number): void => {
  const [i1, i2, i3, i4] = [at + step, at + 2 * step, at + 3 * step, at + 4 * step];
  const [i5, i6, i7] = [at + 5 * step, at + 6 * step, at + 7 * step];
  const [p0, p1, p2, p3] = [p[at]!, p[i1]!, p[i2]!, p[i3]!];
  const [p4, p5, p6, p7] = [p[i4]!, p[i5]!, p[i6]!, p[i7]!];
  if ((p1 | p2 | p3 | p4 | p5 | p6 | p7) === 0) {
    const mean = (root * p0 + (1 << (bits + 1))) >> (bits + 2);
    for (let k = 0, i = at; k < side; k++, i += step) p[i] = mean;
    return;
  }
  const round = 1 << (bits - 1);
  const up = fraction - bits;
  const whole = 1 << (fraction - 1);
  // Even part.
  const [sum, difference] = [(root * p0 + round) >> bits, (root * p4 + round) >> bits];
  const [e0, e1] = [(sum + difference + 1) >> 1, (sum - difference + 1) >> 1];
  const e2 = (p2 * sixth.cos - p6 * sixth.sin + round) >> bits;
  const e3 = (p2 * sixth.sin + p6 * sixth.cos + round) >> bits;
  const [a0, a3] = [(e0 + e3 + 1) >> 1, (e0 - e3 + 1) >> 1];
  const [a1, a2] = [(e1 + e2 + 1) >> 1, (e1 - e2 + 1) >> 1];
  // Odd part.
  const [o4, o7] = [(half * (p1 - p7) + round) >> bits, (half * (p1 + p7) + round) >> bits];
  const [o5, o6] = [p3 << up, p5 << up];
  const [b4, b6] = [(o4 + o6 + 1) >> 1, (o4 - o6 + 1) >> 1];
  const [b7, b5] = [(o7 + o5 + 1) >> 1, (o7 - o5 + 1) >> 1];
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
  for (let k = 0; k < across * down; k++) {
    for (let i = 0; i < block; i++)
      cells[natural[i]!] = coefficients[block * k + i]! * (quantisation?.[i] ?? 0);
    for (let row = 0; row < side; row++) transform(cells, side * row, 1, 8);
    for (let column = 0; column < side; column++) transform(cells, column, side, fraction);
    let to = (Math.floor(k / across) * width + (k % across)) * side;
    for (let i = 0; i < block; i++) {
      const sample = 128 + ((cells[i]! + 8) >> 4);
      data[to] = sample < 0 ? 0 : sample > 255 ? 255 : sample;
      to += i % side === side - 1 ? width - side + 1 : 1;
    }
  }
  return { width, data };
};

/**
 * Uniform numbers that are correlated from pass to pass, u = 2 Phi(x) - 1, by a stationary Gaussian process of each number:
 *
 *     x_0 = n_0,   x_t = r x_(t-1) + sqrt(1 - r^2) n_t,   n_t ~ N(0, 1)
 *
 * The correlation of x over k passes is r^k. A pass has the same numbers whichever passes were asked for before: its x is
 * computed from pass 0, or from the latest one that is kept.
 */
import { fillUniform } from "../random/fill.ts";
import { fold, type Key } from "../random/key.ts";
import { normalCdf, normalQuantile } from "../statistics/normal.ts";

/** Fills `out` with the numbers of a pass, uniform on (-1, 1), in the sequence of passes of a key. */
export type FillPass = (key: Key, pass: number, out: Float32Array) => void;

interface Process {
  pass: number;
  readonly x: Float32Array;
}

/** The source of numbers whose processes have the correlation r, 0 < r < 1, from pass to pass. */
export const fillCorrelated = (r: number): FillPass => {
  const processes = new WeakMap<Key, Process>();
  const innovation = Math.sqrt(1 - r ** 2);
  return (key, pass, out) => {
    let process = processes.get(key);
    if (!process || process.pass > pass || process.x.length !== out.length) {
      process = { pass: 0, x: new Float32Array(out.length) };
      fillUniform(fold(key, 0), process.x);
      for (let k = 0; k < out.length; k++) process.x[k] = normalOf(process.x[k]!);
      processes.set(key, process);
    }
    const { x } = process;
    while (process.pass < pass) {
      fillUniform(fold(key, ++process.pass), out);
      for (let k = 0; k < x.length; k++) x[k] = r * x[k]! + innovation * normalOf(out[k]!);
    }
    for (let k = 0; k < x.length; k++) out[k] = uniformOf(x[k]!);
  };
};

/** Cells of an octave in the table of quantiles, and the scale of uniform numbers, which are odd multiples of 1 / SCALE. */
const [OCTAVE, SCALE] = [64, 2 ** 24];

/** The x with P(|n| > x) = d, for d SCALE = 2^e (1 + k / OCTAVE), at the place e OCTAVE + k. */
const QUANTILES = Float64Array.from({ length: 24 * OCTAVE + 1 }, (_, place) => {
  const d = (2 ** Math.floor(place / OCTAVE) * (1 + (place % OCTAVE) / OCTAVE)) / SCALE;
  return -normalQuantile(d / 2);
});

/** The x with 2 Phi(x) - 1 = u, interpolated linearly in 1 - |u|: the relative error is below 1e-4. */
const normalOf = (u: number): number => {
  const d = (1 - Math.abs(u)) * SCALE;
  const octave = 31 - Math.clz32(d);
  const within = (d / (1 << octave) - 1) * OCTAVE;
  const k = Math.floor(within);
  const place = octave * OCTAVE + k;
  const x = QUANTILES[place]! + (within - k) * (QUANTILES[place + 1]! - QUANTILES[place]!);
  return u < 0 ? -x : x;
};

/** Places a unit of the table of Phi, and its end. */
const [RESOLUTION, END] = [256, 6];

/** 2 Phi(x) - 1 at multiples of 1 / RESOLUTION from 0 to END. */
const TABLE = Float64Array.from(
  { length: RESOLUTION * END + 2 },
  (_, k) => 2 * normalCdf(k / RESOLUTION) - 1,
);

/** Largest of the uniform numbers. */
const LARGEST = 1 - 1 / SCALE;

/** 2 Phi(x) - 1, interpolated linearly: the error is below 1e-6. */
const uniformOf = (x: number): number => {
  const place = Math.min(END, Math.abs(x)) * RESOLUTION;
  const k = Math.floor(place);
  const u = Math.min(LARGEST, TABLE[k]! + (place - k) * (TABLE[k + 1]! - TABLE[k]!));
  return x < 0 ? -u : u;
};

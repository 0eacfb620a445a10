/**
 * Uniform numbers that are correlated from pass to pass, u = 2 Phi(x) - 1. x is a stationary Gaussian process of each number, a
 * sum of independent autoregressive ones:
 *
 *     x = sum_m sqrt(c_m) y_m,   sum_m c_m = 1,   y_m' = r_m y_m + sqrt(1 - r_m^2) n,   n ~ N(0, 1)
 *
 * The correlation of x over k passes is sum_m c_m r_m^k. A pass has the same numbers whichever passes were asked for before:
 * its y are computed from pass 0, or from the latest one that is kept.
 */
import { fillUniform } from "../random/fill.ts";
import { fold, type Key } from "../random/key.ts";
import { normalCdf, normalQuantile } from "../statistics/normal.ts";

/** Fills `out` with the numbers of a pass, uniform on (-1, 1), in the sequence of passes of a key. */
export type FillPass = (key: Key, pass: number, out: Float32Array) => void;

/** A process of the sum: its share c_m, and its correlation r_m from pass to pass, 0 <= r < 1. */
export type ProcessOfSum = readonly [share: number, correlation: number];

interface State {
  pass: number;
  /** Values y_m of each process. */
  readonly values: readonly Float32Array[];
}

/** The source of numbers that are sums of such processes. */
export const fillCorrelated = (processes: readonly ProcessOfSum[]): FillPass => {
  const states = new WeakMap<Key, State>();
  const amplitudes = processes.map(([share]) => Math.sqrt(share));
  /** Values of a process in a pass; `y` has those of the pass before, which do not matter for pass 0. */
  const advance = (y: Float32Array, m: number, key: Key, pass: number, innovations: Float32Array): void => {
    const r = pass === 0 ? 0 : processes[m]![1];
    const innovation = Math.sqrt(1 - r ** 2);
    fillUniform(m === 0 ? fold(key, pass) : fold(key, pass, m), innovations);
    for (let k = 0; k < y.length; k++) y[k] = r * y[k]! + innovation * normalOf(innovations[k]!);
  };
  return (key, pass, out) => {
    let state = states.get(key);
    if (!state || state.pass > pass || state.values[0]!.length !== out.length) {
      state = { pass: -1, values: processes.map(() => new Float32Array(out.length)) };
      states.set(key, state);
    }
    const { values } = state;
    while (state.pass < pass) {
      state.pass++;
      for (const [m, y] of values.entries()) advance(y, m, key, state.pass, out);
    }
    const [first, ...others] = values;
    for (let k = 0; k < out.length; k++) out[k] = amplitudes[0]! * first![k]!;
    for (const [m, y] of others.entries())
      for (let k = 0; k < out.length; k++) out[k]! += amplitudes[m + 1]! * y[k]!;
    for (let k = 0; k < out.length; k++) out[k] = uniformOf(out[k]!);
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

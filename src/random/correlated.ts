/**
 * Uniform numbers that are correlated from pass to pass, u = 2 Phi(x) - 1. x is a stationary Gaussian process of each number, a
 * sum of independent autoregressive ones:
 *
 *     x = sum_m sqrt(c_m) y_m,   sum_m c_m = 1,   y_m' = r_m y_m + sqrt(1 - r_m^2) n,   n ~ N(0, 1)
 *
 * The correlation of x over k passes is sum_m c_m r_m^k. The normal numbers of all passes are one sequence of the key, pass after
 * pass. So a pass has the same numbers whichever passes were asked for before: it is computed from pass 0, or from the latest
 * one that is kept.
 */
import { CHUNK, fastestKernel } from "./kernel.ts";
import type { Key } from "./key.ts";
import { LANES, type State, seedState } from "./xoshiro128.ts";

/** Fills `out` with the numbers of a pass, uniform on (-1, 1), in the sequence of passes of a key. */
export type FillPass = (key: Key, pass: number, out: Float32Array) => void;

/** A process of the sum: its share c_m, and its correlation r_m from pass to pass, 0 <= r < 1. */
export type ProcessOfSum = readonly [share: number, correlation: number];

/** Processes after a pass. */
interface Passed {
  /** Number of passes. */
  passes: number;
  /** State of the generator. */
  readonly state: State;
  /** Values sqrt(c_m) y_m of each process. */
  readonly values: readonly Float32Array[];
}

const kernel = fastestKernel();

/** The source of numbers that are sums of such processes. */
export const fillCorrelated = (processes: readonly ProcessOfSum[]): FillPass => {
  const kept = new WeakMap<Key, Passed>();
  const restarted = (key: Key, size: number): Passed => {
    const passed = {
      ...{ passes: 0, state: kernel.state.slice() },
      values: processes.map(() => new Float32Array(size)),
    };
    seedState(key, passed.state);
    kept.set(key, passed);
    return passed;
  };
  return (key, pass, out) => {
    const known = kept.get(key);
    const isOfUse = known && known.passes <= pass && known.values[0]!.length === out.length;
    const passed = isOfUse ? known : restarted(key, out.length);
    while (passed.passes <= pass) advance(processes, passed, out);
  };
};

/** Advances the processes by one pass, and writes its numbers. */
const advance = (processes: readonly ProcessOfSum[], passed: Passed, out: Float32Array): void => {
  const { passes, state, values } = passed;
  kernel.state.set(state);
  for (let start = 0; start < out.length; start += CHUNK) {
    const size = Math.min(CHUNK, out.length - start);
    // Normal numbers come in pairs.
    const count = Math.ceil(size / (2 * LANES)) * 2 * LANES;
    for (const [m, [share, correlation]] of processes.entries()) {
      const own = values[m]!.subarray(start, start + size);
      kernel.generate(count);
      kernel.normal(count);
      kernel.values.set(own);
      // The first pass has the stationary law.
      const r = passes === 0 ? 0 : correlation;
      kernel.advance(count, r, Math.sqrt(share * (1 - r ** 2)));
      own.set(kernel.values.subarray(0, size));
    }
    kernel.drain(count);
    out.set(kernel.floats.subarray(0, size), start);
  }
  state.set(kernel.state);
  passed.passes++;
};

/**
 * Fair timing on a machine whose speed drifts. The contestants take turns, A B C A B C ..., and ratios are
 * taken within a round, in which all of them met the same conditions.
 */

import { quantile as sortedQuantile } from "../src/statistics/quantile.ts";

/** A named unit of work to time. */
export interface Contestant {
  readonly name: string;
  /** Runs `steps` steps and resolves to the wall time of each in milliseconds. */
  readonly run: (steps: number) => Promise<readonly number[]>;
}

/** A contestant that repeats `step`. */
export const timed = (name: string, step: () => Promise<void>): Contestant => ({
  name,
  run: async (steps) => {
    const times: number[] = [];
    for (let k = 0; k < steps; k++) {
      const began = performance.now();
      await step();
      times.push(performance.now() - began);
    }
    return times;
  },
});

/** Numbers of steps and rounds of a comparison. */
export interface Schedule {
  /** Warm-up steps of each contestant before measurement. */
  readonly warmUp: number;
  /** Rounds; in each, every contestant has one turn. */
  readonly rounds: number;
  /** Measured steps in a turn. */
  readonly steps: number;
}

/** Lower quartile, median and upper quartile. */
export interface Quartiles {
  readonly lower: number;
  readonly median: number;
  readonly upper: number;
}

/** Result of one contestant. */
export interface Standing {
  readonly name: string;
  /** Quartiles of all measured steps, in milliseconds. */
  readonly ms: Quartiles;
  /** Quartiles over rounds of the ratio of this contestant's median step to the first contestant's. */
  readonly ratio: Quartiles;
}

/**
 * Unmeasured time at the start of a turn, in milliseconds; at least one step. Caches hold another
 * contestant's data, and its idle threads still spin, in some engines for 80 ms.
 */
const SETTLING_MS = 100;

/** Quantile q, in [0, 1], of at least one number, with linear interpolation. */
export const quantile = (values: readonly number[], q: number): number =>
  sortedQuantile(
    values.toSorted((a, b) => a - b),
    q,
  );

/** Quartiles of at least one number. */
export const quartiles = (values: readonly number[]): Quartiles => ({
  lower: quantile(values, 0.25),
  median: quantile(values, 0.5),
  upper: quantile(values, 0.75),
});

/**
 * Times the contestants and returns one standing for each, in order. The first steps of a turn are not
 * counted.
 */
export const interleave = async (
  contestants: readonly Contestant[],
  { warmUp, rounds, steps }: Schedule,
): Promise<readonly Standing[]> => {
  const settling: number[] = [];
  for (const { run } of contestants) settling.push(settlingSteps(await run(warmUp)));
  const turns: (readonly number[])[][] = contestants.map(() => []);
  for (let round = 0; round < rounds; round++)
    for (const [k, { run }] of contestants.entries())
      turns[k]!.push((await run(settling[k]! + steps)).slice(settling[k]!));
  const roundMedians = turns.map((own) => own.map((turn) => quantile(turn, 0.5)));
  return contestants.map(({ name }, k) => ({
    name,
    ms: quartiles(turns[k]!.flat()),
    ratio: quartiles(roundMedians[k]!.map((ms, round) => ms / roundMedians[0]![round]!)),
  }));
};

const settlingSteps = (warmUp: readonly number[]): number =>
  warmUp.length === 0 ? 1 : Math.max(1, Math.ceil(SETTLING_MS / quantile(warmUp, 0.5)));

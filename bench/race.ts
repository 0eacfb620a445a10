/** Comparison of two contestants with a goal. */
import { type Contestant, interleave, type Schedule, type Standing } from "./interleave.ts";

export interface Race {
  readonly name: string;
  /** Our median, milliseconds. */
  readonly oursMs: number;
  readonly other: string;
  /** Median of the other's, milliseconds. */
  readonly otherMs: number;
  /** Median over rounds of ours / other. */
  readonly ratio: number;
  /** Goal: maximum ratio. */
  readonly goal: number;
}

/** A time against the longest that it may be. */
export const againstGoal = (name: string, oursMs: number, goalMs: number): Race => ({
  ...{ name, oursMs, other: "the goal", otherMs: goalMs, ratio: oursMs / goalMs, goal: 1 },
});

export const raceOf = async (
  ours: Contestant,
  other: Contestant,
  goal: number,
  schedule: Schedule,
): Promise<Race> => {
  const [own, others] = (await interleave([ours, other], schedule)) as [Standing, Standing];
  const [oursMs, otherMs] = [own.ms.median, others.ms.median];
  return { name: ours.name, oursMs, other: other.name, otherMs, ratio: 1 / others.ratio.median, goal };
};

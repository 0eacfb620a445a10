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

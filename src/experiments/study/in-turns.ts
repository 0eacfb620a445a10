/** Interleaved timing: contestants take turns, so that a slow phase of the machine affects all of them. */
import { median } from "../../statistics/quantile.ts";

/** Median of each contestant's seconds over `turns` turns. */
export const mediansInTurns = async (
  contestants: readonly (() => Promise<number>)[],
  turns: number,
): Promise<readonly number[]> => {
  const seconds = contestants.map((): number[] => []);
  for (let turn = 0; turn < turns; turn++)
    for (const [k, secondsOf] of contestants.entries()) seconds[k]!.push(await secondsOf());
  return seconds.map(median);
};

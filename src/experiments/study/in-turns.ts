/** Times that are compared: the contestants take turns, so that what slows the machine for a while slows all of them. */
import { median } from "../../statistics/quantile.ts";

/** The median of each contestant's seconds, over so many turns. */
export const mediansInTurns = async (
  contestants: readonly (() => Promise<number>)[],
  turns: number,
): Promise<readonly number[]> => {
  const seconds = contestants.map((): number[] => []);
  for (let turn = 0; turn < turns; turn++)
    for (const [k, secondsOf] of contestants.entries()) seconds[k]!.push(await secondsOf());
  return seconds.map(median);
};

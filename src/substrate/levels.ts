/** Rounding of conductances to the levels of a cell. */
import type { Cell } from "./cell.ts";

/** The function that rounds a conductance between gMin and gMax, in microsiemens, to the nearest level. */
export const nearestLevel = (
  cell: Pick<Cell, "gMinMicrosiemens" | "gMaxMicrosiemens" | "levels" | "levelsMicrosiemens">,
): ((conductance: number) => number) => {
  const { gMinMicrosiemens: low, gMaxMicrosiemens: high, levels, levelsMicrosiemens: list } = cell;
  if (list) return (g) => list[nearestIndex(list, g)]!;
  if (levels === undefined) return (g) => g;
  const step = (high - low) / (levels - 1);
  return (g) => low + step * Math.round((g - low) / step);
};

/** Index of the number of an ascending list that is nearest to x: the upper one if two are. */
const nearestIndex = (list: readonly number[], x: number): number => {
  let [low, high] = [0, list.length - 1];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (list[middle]! <= x) low = middle;
    else high = middle;
  }
  return x - list[low]! < list[high]! - x ? low : high;
};

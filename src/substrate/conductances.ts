/** Conductances of cells at a time after programming: levels, programming, drift, read noise, stuck cells. */
import type { Cell } from "./cell.ts";
import { driftedConductances } from "./drift/drift.ts";
import type { Keys } from "./keys.ts";
import { nearestLevel } from "./levels.ts";
import { programmedConductances } from "./programming.ts";
import { readConductances } from "./read-noise.ts";
import { stuckConductances } from "./stuck.ts";

/**
 * Conductances of cells that are to store `wanted`, between gMin and gMax, `seconds` after programming; all in
 * microsiemens. The same keys give the same cells at every time.
 */
export const conductancesAt = (
  cell: Cell,
  wanted: Float64Array,
  seconds: number,
  keys: Keys,
): Float64Array => {
  const targets = wanted.map(nearestLevel(cell));
  const { gMaxMicrosiemens, drift, readNoise } = cell;
  const programmed = programmedConductances(cell, targets, keys);
  let conductances = programmed;
  if (drift)
    conductances = driftedConductances(
      drift,
      { targets, conductances, gMaxMicrosiemens },
      seconds,
      keys("drift"),
    );
  if (readNoise)
    conductances = readConductances(
      readNoise,
      { programmed, conductances, gMaxMicrosiemens },
      seconds,
      keys("read"),
    );
  const stuck = stuckConductances(cell, conductances.length, keys);
  return stuck ? conductances.map((g, k) => (Number.isNaN(stuck[k]!) ? g : stuck[k]!)) : conductances;
};

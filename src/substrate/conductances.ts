/** Conductances of cells at a time after programming: levels, programming, drift, read noise, stuck cells. */
import { fillUniform } from "../random/fill.ts";
import type { Cell } from "./cell.ts";
import { driftedConductances } from "./drift/drift.ts";
import type { Keys } from "./keys.ts";
import { nearestLevel } from "./levels.ts";
import { programmedConductances } from "./programming.ts";
import { readConductances } from "./read-noise.ts";

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
  return withStuck(cell, conductances, keys);
};

/** The conductances, with those of stuck cells in their places. */
const withStuck = (cell: Cell, conductances: Float64Array, keys: Keys): Float64Array => {
  const { gMinMicrosiemens, gMaxMicrosiemens, stuckOnShare, stuckOffShare } = cell;
  if (stuckOnShare + stuckOffShare === 0) return conductances;
  const uniform = new Float32Array(conductances.length);
  fillUniform(keys("stuck"), uniform);
  return conductances.map((g, k) => {
    const u = (uniform[k]! + 1) / 2;
    if (u < stuckOnShare) return gMaxMicrosiemens;
    return u < stuckOnShare + stuckOffShare ? gMinMicrosiemens : g;
  });
};

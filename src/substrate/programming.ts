/**
 * Programming of cells. A write of a cell with the target g gives
 *
 *     max(0, g max(0, 1 + d m) + deviation(g') n),   g' = g / gMax
 *
 * with n ~ N(0, 1) of every write and m ~ N(0, 1) of every cell; d is the device-to-device spread. Write and verify repeats
 * writes until the conductance lies within the tolerance of the target: open-loop noise becomes a truncated normal
 * distribution.
 */
import { fillNormal } from "../random/fill.ts";
import { fold } from "../random/key.ts";
import type { Cell } from "./cell.ts";
import type { Keys } from "./keys.ts";
import { polynomial } from "./polynomial.ts";

/** Conductances that cells have after programming to `targets`, both in microsiemens. */
export const programmedConductances = (cell: Cell, targets: Float64Array, keys: Keys): Float64Array => {
  const means = meansOf(cell, targets, keys);
  if (!cell.programming) return means;
  const { deviationMicrosiemens, verify } = cell.programming;
  const deviations = targets.map((g) => polynomial(deviationMicrosiemens, g / cell.gMaxMicrosiemens));
  const normals = new Float32Array(targets.length);
  const conductances = new Float64Array(targets.length);
  let waiting = new Uint32Array(targets.length).map((_, k) => k);
  for (let attempt = 0; attempt < (verify?.attempts ?? 1) && waiting.length > 0; attempt++) {
    fillNormal(fold(keys("programming"), attempt), normals.subarray(0, waiting.length));
    for (let j = 0; j < waiting.length; j++) {
      const k = waiting[j]!;
      conductances[k] = Math.max(0, means[k]! + deviations[k]! * normals[j]!);
    }
    if (verify)
      waiting = waiting.filter(
        (k) => !(Math.abs(conductances[k]! - targets[k]!) <= verify.toleranceMicrosiemens),
      );
  }
  return conductances;
};

/** Conductances that writes of each cell have without noise. */
const meansOf = ({ deviceDeviation }: Cell, targets: Float64Array, keys: Keys): Float64Array => {
  if (deviceDeviation === 0) return targets;
  const normals = new Float32Array(targets.length);
  fillNormal(keys("device"), normals);
  return targets.map((g, k) => Math.max(0, g * (1 + deviceDeviation * normals[k]!)));
};

/** Cells that are stuck at one conductance. */
import { fillUniform } from "../random/fill.ts";
import type { Cell } from "./cell.ts";
import type { Keys } from "./keys.ts";

/** Conductance in microsiemens at which each of `count` cells is stuck, NaN for those that are not; undefined if none can be. */
export const stuckConductances = (
  { gMinMicrosiemens, gMaxMicrosiemens, stuckOnShare, stuckOffShare }: Cell,
  count: number,
  keys: Keys,
): Float64Array | undefined => {
  if (stuckOnShare + stuckOffShare === 0) return undefined;
  const uniform = new Float32Array(count);
  fillUniform(keys("stuck"), uniform);
  return Float64Array.from(uniform, (number) => {
    const u = (number + 1) / 2;
    if (u < stuckOnShare) return gMaxMicrosiemens;
    return u < stuckOnShare + stuckOffShare ? gMinMicrosiemens : Number.NaN;
  });
};

/**
 * A weight as the difference of two conductances:
 *
 *     w = (g+ - g-) / s,   g+ = gMin + s max(w, 0),   g- = gMin + s max(-w, 0),   s = (gMax - gMin) / max |w|
 *
 * The largest weight of each unit takes the whole range: a stochastic neuron normalises its own weights, and a readout has a
 * digital factor a class. So the scale s is one a unit.
 */
import type { Cell } from "./cell.ts";
import { conductancesAt } from "./conductances.ts";
import type { Keys } from "./keys.ts";

/** Conductances of a unit's largest weight, per weight, in microsiemens: one scale s for each row of `weights`. */
const scalesOf = (weights: Float32Array, units: number, range: number): Float64Array => {
  const inputs = weights.length / units;
  return Float64Array.from({ length: units }, (_, unit) => {
    const row = weights.subarray(unit * inputs, (unit + 1) * inputs);
    const largest = row.reduce((most, w) => Math.max(most, Math.abs(w)), 0);
    // A unit without weights stores zeros at any scale.
    return range / (largest || 1);
  });
};

/** Weights [units, ...] as cells store them, `seconds` after programming. */
export const storedWeights = (
  cell: Cell,
  weights: Float32Array,
  units: number,
  seconds: number,
  keys: Keys,
): Float32Array => {
  const { gMinMicrosiemens: low, gMaxMicrosiemens: high } = cell;
  const inputs = weights.length / units;
  const scales = scalesOf(weights, units, high - low);
  const side = (sign: 1 | -1, name: string): Float64Array => {
    const wanted = new Float64Array(weights).map(
      (w, k) => low + scales[Math.floor(k / inputs)]! * Math.max(0, sign * w),
    );
    return conductancesAt(cell, wanted, seconds, (stream) => keys(`${name}/${stream}`));
  };
  const [plus, minus] = [side(1, "plus"), side(-1, "minus")];
  return weights.map((_, k) => (plus[k]! - minus[k]!) / scales[Math.floor(k / inputs)]!);
};

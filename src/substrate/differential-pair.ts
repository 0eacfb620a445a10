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
import type { AnalogDevice } from "./device.ts";
import type { Keys } from "./keys.ts";
import { throughWires } from "./tiles.ts";

/** Conductance of a weight of 1, in microsiemens: one scale s for each row of `weights`, [units, ...]. */
export const weightScales = (
  { gMinMicrosiemens, gMaxMicrosiemens }: Pick<Cell, "gMinMicrosiemens" | "gMaxMicrosiemens">,
  weights: Float32Array,
  units: number,
): Float64Array => {
  const range = gMaxMicrosiemens - gMinMicrosiemens;
  const inputs = weights.length / units;
  return Float64Array.from({ length: units }, (_, unit) => {
    const row = weights.subarray(unit * inputs, (unit + 1) * inputs);
    const largest = row.reduce((most, w) => Math.max(most, Math.abs(w)), 0);
    // A unit without weights stores zeros at any scale.
    return range / (largest || 1);
  });
};

/** Weights [units, ...] as the cells of a device store them, `seconds` after programming, behind the wires of its tiles. */
export const storedWeights = (
  { cell, array }: Pick<AnalogDevice, "cell" | "array">,
  weights: Float32Array,
  units: number,
  seconds: number,
  keys: Keys,
  probability?: Float32Array,
): Float32Array => {
  const { gMinMicrosiemens: low } = cell;
  const inputs = weights.length / units;
  const scales = weightScales(cell, weights, units);
  const side = (sign: 1 | -1, name: string): Float64Array => {
    const wanted = new Float64Array(weights).map(
      (w, k) => low + scales[Math.floor(k / inputs)]! * Math.max(0, sign * w),
    );
    return conductancesAt(cell, wanted, seconds, (stream) => keys(`${name}/${stream}`));
  };
  const cells = { plus: side(1, "plus"), minus: side(-1, "minus") };
  const { plus, minus } = array ? throughWires(array, cells, units, probability) : cells;
  return weights.map((_, k) => (plus[k]! - minus[k]!) / scales[Math.floor(k / inputs)]!);
};

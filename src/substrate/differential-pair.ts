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
import { stuckConductances } from "./stuck.ts";
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

type Side = "plus" | "minus";

/** Keys of the positive or the negative cells. */
const keysOfSide =
  (keys: Keys, side: Side): Keys =>
  (stream) =>
    keys(`${side}/${stream}`);

/** Lowest and highest value that each weight can be given, in the layout of the weights. */
export interface Reach {
  readonly lowest: Float32Array;
  readonly highest: Float32Array;
}

/**
 * What pairs of cells can store that hold the weights [units, ...]: both cells between gMin and gMax, stuck ones where they are, and
 * the scale of each unit as it is. Levels, drift and wires are left out.
 */
export const reachOf = (cell: Cell, weights: Float32Array, units: number, keys: Keys): Reach => {
  const { gMinMicrosiemens: low, gMaxMicrosiemens: high } = cell;
  const inputs = weights.length / units;
  const scales = weightScales(cell, weights, units);
  const [plus, minus] = (["plus", "minus"] as const).map((side) =>
    stuckConductances(cell, weights.length, keysOfSide(keys, side)),
  );
  const at = (stuck: Float64Array | undefined, k: number, free: number): number => {
    const g = stuck?.[k] ?? Number.NaN;
    return Number.isNaN(g) ? free : g;
  };
  const scale = (k: number): number => scales[Math.floor(k / inputs)]!;
  return {
    lowest: weights.map((_, k) => (at(plus, k, low) - at(minus, k, high)) / scale(k)),
    highest: weights.map((_, k) => (at(plus, k, high) - at(minus, k, low)) / scale(k)),
  };
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
  const side = (sign: 1 | -1, name: Side): Float64Array => {
    const wanted = new Float64Array(weights).map(
      (w, k) => low + scales[Math.floor(k / inputs)]! * Math.max(0, sign * w),
    );
    return conductancesAt(cell, wanted, seconds, keysOfSide(keys, name));
  };
  const cells = { plus: side(1, "plus"), minus: side(-1, "minus") };
  const { plus, minus } = array ? throughWires(array, cells, units, probability) : cells;
  return weights.map((_, k) => (plus[k]! - minus[k]!) / scales[Math.floor(k / inputs)]!);
};

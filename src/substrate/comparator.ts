/**
 * Comparators at the edge of an array: their offset and noise, in units of a network's weights. A weight w of a unit stands for the
 * conductance s w, and an input z for the voltage V z, so that a current I adds
 *
 *     I / (V s)
 *
 * to the unit's sum. A unit has one comparator: the sums of its tiles are added before it. At the locations of a
 * convolution, and for the neurons of a population, it is the same one. Rectifiers have amplifiers in its place, of the same
 * offset and noise.
 */
import { fillNormal } from "../random/fill.ts";
import type { AnalogDevice } from "./device.ts";
import { weightScales } from "./differential-pair.ts";
import type { Keys } from "./keys.ts";

/** Offset and noise of each unit's comparator, in units of its weights. */
export interface Comparators {
  /** Constant offset that is added to the sum. */
  readonly offsets: Float64Array;
  /** Standard deviation of the noise of each pass. */
  readonly deviations: Float64Array;
}

/** Comparators of units with weights [units, ...]; undefined for a device with ideal ones. */
export const comparatorsOf = (
  { array, cell }: AnalogDevice,
  weights: Float32Array,
  units: number,
  keys: Keys,
): Comparators | undefined => {
  if (!array) return undefined;
  const { comparatorOffsetMicroamperes: offset, comparatorNoiseMicroamperes: noise, readVolts } = array;
  if (offset + noise === 0) return undefined;
  const normals = new Float32Array(units);
  fillNormal(keys("comparator"), normals);
  // Weights per microampere.
  const perCurrent = weightScales(cell, weights, units).map((scale) => 1 / (readVolts! * scale));
  return {
    offsets: perCurrent.map((each, i) => offset * normals[i]! * each),
    deviations: perCurrent.map((each) => noise * each),
  };
};

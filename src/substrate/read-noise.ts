/**
 * 1/f read noise, its spectrum integrated from the time since programming to the time of a read:
 *
 *     g + deviation n,   deviation = g Q sqrt(ln((t + tr) / (2 tr))),   Q = min(maximum, coefficient / (g0 / gMax)^exponent)
 *
 * g: conductance at time t, g0: conductance after programming, n ~ N(0, 1) of each cell. V. Joshi et al., Nature Communications
 * 11, 2473, 2020. Most of the noise is slow: n is drawn once for a cell, and stays during all passes at time t.
 */
import * as z from "zod";
import { fillNormal } from "../random/fill.ts";
import type { Key } from "../random/key.ts";

export const readNoiseSchema = z
  .strictObject({
    coefficient: z
      .number()
      .min(0)
      .describe("Q of a cell whose conductance after programming is gMaxMicrosiemens, without unit"),
    exponent: z
      .number()
      .min(0)
      .describe(
        "power of g0 / gMaxMicrosiemens by which Q falls, without unit; g0: conductance after programming",
      ),
    maximum: z.number().min(0).describe("largest Q, without unit"),
    readSeconds: z.number().gt(0).describe("duration tr of a read"),
  })
  .describe(
    "1/f noise of reading: standard deviation g Q sqrt(ln((t + tr) / (2 tr))) at time t after programming",
  );

export type ReadNoise = z.infer<typeof readNoiseSchema>;

/** Standard deviation of the noise divided by the conductance, for a cell with `relative` = g0 / gMax. */
export const relativeReadDeviation = (
  { coefficient, exponent, maximum, readSeconds }: ReadNoise,
  relative: number,
  seconds: number,
): number => {
  const quality = coefficient === 0 ? 0 : Math.min(maximum, coefficient / relative ** exponent);
  return quality * Math.sqrt(Math.max(0, Math.log((seconds + readSeconds) / (2 * readSeconds))));
};

/** Cells of an array at the time of a read. */
interface Cells {
  /** Conductance that each cell had after programming, in microsiemens. */
  readonly programmed: Float64Array;
  /** Conductance that each cell has now, in microsiemens. */
  readonly conductances: Float64Array;
  readonly gMaxMicrosiemens: number;
}

/** Conductances in microsiemens as they are read `seconds` after programming. */
export const readConductances = (
  noise: ReadNoise,
  { programmed, conductances, gMaxMicrosiemens }: Cells,
  seconds: number,
  key: Key,
): Float64Array => {
  const normals = new Float32Array(programmed.length);
  fillNormal(key, normals);
  return conductances.map((g, k) => {
    const deviation = g * relativeReadDeviation(noise, programmed[k]! / gMaxMicrosiemens, seconds);
    return Math.max(0, g + deviation * normals[k]!);
  });
};

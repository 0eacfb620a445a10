/**
 * Drift by a power law, with an exponent of each cell's own:
 *
 *     g(t) = g (t / t0)^-nu for t > t0,   nu = |mean(g') + deviation(g') n|,   g' = target / gMax
 *
 * with n ~ N(0, 1) of each cell. It models phase-change memory, whose amorphous phase relaxes: M. Le Gallo et al., Advanced
 * Electronic Materials 4, 1700627, 2018; the fit of mean and deviation is that of V. Joshi et al., Nature Communications 11,
 * 2473, 2020, the absolute value that of aihwkit's PCMLikeNoiseModel. Conductances are those at t0, when cells are first
 * read; up to t0 they stay.
 */
import * as z from "zod";
import { fillNormal } from "../../random/fill.ts";
import type { DriftKind } from "./kind.ts";

const logLinear = z
  .strictObject({
    slope: z.number().default(0),
    intercept: z.number(),
    minimum: z.number().optional(),
    maximum: z.number().optional(),
  })
  .refine(({ minimum = -Infinity, maximum = Infinity }) => minimum <= maximum, {
    path: ["minimum"],
    message: "the minimum exceeds the maximum",
  });

const schema = z
  .strictObject({
    type: z.literal("powerLaw"),
    referenceSeconds: z.number().gt(0).describe("time t0 after programming from which conductances drift"),
    exponentMean: logLinear.describe(
      "mean of the normal number of each cell whose absolute value is nu, without unit: slope ln(g') + intercept, limited to minimum and maximum; g' = target / gMaxMicrosiemens",
    ),
    exponentDeviation: logLinear
      .refine((line) => [1, LEAST].every((g) => valueAt(line, g) >= 0), "a negative deviation")
      .describe("standard deviation of that number over cells, without unit, of the same form"),
  })
  .describe("drift by a power law, g (t / t0)^-nu");

export type PowerLaw = z.infer<typeof schema>;
type LogLinear = z.infer<typeof logLinear>;

/** Smallest g' of which the logarithm is taken. */
const LEAST = 1e-7;

/** Value of a limited line at g', which is monotonic. */
const valueAt = ({ slope, intercept, minimum = -Infinity, maximum = Infinity }: LogLinear, g: number) =>
  Math.min(maximum, Math.max(minimum, slope * Math.log(Math.max(g, LEAST)) + intercept));

export const powerLaw = {
  schema,
  at: (
    { referenceSeconds, exponentMean, exponentDeviation },
    { targets, conductances, gMaxMicrosiemens },
    seconds,
    key,
  ) => {
    const normals = new Float32Array(targets.length);
    fillNormal(key, normals);
    const decades = Math.log(Math.max(1, seconds / referenceSeconds));
    return conductances.map((g, k) => {
      const relative = targets[k]! / gMaxMicrosiemens;
      const exponent = valueAt(exponentMean, relative) + valueAt(exponentDeviation, relative) * normals[k]!;
      return g * Math.exp(-Math.abs(exponent) * decades);
    });
  },
} satisfies DriftKind<PowerLaw>;

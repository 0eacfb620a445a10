/**
 * Relaxation without a mean: conductances spread around what was programmed, more so with time:
 *
 *     g(t) = g + deviation(g', t) n,   n ~ N(0, 1) of each cell,   g' = target / gMax
 *
 * It models filamentary memories. Publications give the standard deviation of the change at a few points in time. The
 * deviation is linear in log(t) between two points, and constant before the first and after the last. A cell has the same n at
 * all times: its conductance moves in one direction.
 */
import * as z from "zod";
import { fillNormal } from "../../random/fill.ts";
import { deviationMicrosiemens, polynomial } from "../polynomial.ts";
import type { DriftKind } from "./kind.ts";

const schema = z
  .strictObject({
    type: z.literal("relaxation"),
    points: z
      .array(
        z.strictObject({
          seconds: z.number().gt(0).describe("time after programming"),
          deviationMicrosiemens,
        }),
      )
      .min(1)
      .refine((points) => points.every(({ seconds }, k) => k === 0 || seconds > points[k - 1]!.seconds), {
        message: "times that do not ascend",
      })
      .describe("standard deviation of the change since programming, at ascending times"),
  })
  .describe("conductances that spread around what was programmed");

export type Relaxation = z.infer<typeof schema>;

/** The points around a time, and the fraction of the way from the first to the second, in log(t). */
const around = ({ points }: Relaxation, seconds: number) => {
  const next = points.findIndex((point) => point.seconds > seconds);
  const after = points.at(next)!;
  const before = next <= 0 ? after : points[next - 1]!;
  const span = Math.log(after.seconds / before.seconds);
  return { before, after, fraction: span === 0 ? 0 : Math.log(seconds / before.seconds) / span };
};

export const relaxation = {
  schema,
  at: (drift, { targets, conductances, gMaxMicrosiemens }, seconds, key) => {
    const normals = new Float32Array(targets.length);
    fillNormal(key, normals);
    const { before, after, fraction } = around(drift, seconds);
    return conductances.map((g, k) => {
      const relative = targets[k]! / gMaxMicrosiemens;
      const first = polynomial(before.deviationMicrosiemens, relative);
      const second = polynomial(after.deviationMicrosiemens, relative);
      return Math.max(0, g + (first + fraction * (second - first)) * normals[k]!);
    });
  },
} satisfies DriftKind<Relaxation>;

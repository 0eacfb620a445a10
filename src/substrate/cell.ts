/** The description of a memory cell: how a conductance is stored, and what happens to it. */
import * as z from "zod";
import { driftSchema } from "./drift/drift.ts";
import { deviationMicrosiemens } from "./polynomial.ts";
import { readNoiseSchema } from "./read-noise.ts";

/** Most levels of a cell. */
const MAX_LEVELS = 65_536;

const share = z.number().min(0).max(1);

const programmingSchema = z
  .strictObject({
    deviationMicrosiemens,
    verify: z
      .strictObject({
        toleranceMicrosiemens: z.number().gt(0).describe("largest distance from the target that is accepted"),
        attempts: z.int().min(1).max(1000).describe("most writes of a cell; the last one stays"),
      })
      .optional()
      .describe("write and verify: a cell is written again until its conductance is accepted"),
  })
  .describe("noise of programming");

export const cellSchema = z
  .strictObject({
    gMinMicrosiemens: z.number().min(0).describe("lowest conductance, in microsiemens"),
    gMaxMicrosiemens: z.number().gt(0).describe("highest conductance, in microsiemens"),
    levels: z
      .int()
      .min(2)
      .max(MAX_LEVELS)
      .optional()
      .describe("number of evenly spaced conductances that can be programmed; without levels, all can"),
    levelsMicrosiemens: z
      .array(z.number())
      .min(2)
      .max(MAX_LEVELS)
      .optional()
      .describe("the conductances that can be programmed, ascending, in microsiemens; in place of levels"),
    programming: programmingSchema.optional(),
    deviceDeviation: z
      .number()
      .min(0)
      .default(0)
      .describe(
        "standard deviation, from cell to cell, of a constant factor of mean 1 on what is written; without unit",
      ),
    drift: driftSchema.optional(),
    readNoise: readNoiseSchema.optional(),
    stuckOnShare: share
      .default(0)
      .describe("share of cells that stay at gMaxMicrosiemens, from 0 to 1; without unit"),
    stuckOffShare: share
      .default(0)
      .describe("share of cells that stay at gMinMicrosiemens, from 0 to 1; without unit"),
  })
  .superRefine((cell, { addIssue }) => {
    const { gMinMicrosiemens: low, gMaxMicrosiemens: high, levelsMicrosiemens: levels } = cell;
    const issue = (field: keyof typeof cell, message: string): void =>
      addIssue({ code: "custom", path: [field], message });
    if (!(low < high))
      issue("gMinMicrosiemens", `${low} uS is not below gMaxMicrosiemens, which is ${high} uS`);
    if (cell.stuckOnShare + cell.stuckOffShare > 1)
      issue("stuckOnShare", "stuckOnShare and stuckOffShare are more than 1 together");
    if (!levels) return;
    if (cell.levels !== undefined) issue("levels", "a number of levels beside levelsMicrosiemens");
    if (levels.some((g, k) => k > 0 && g <= levels[k - 1]!))
      issue("levelsMicrosiemens", "conductances that do not ascend");
    if (levels[0]! < low || levels.at(-1)! > high)
      issue("levelsMicrosiemens", "a conductance below gMinMicrosiemens or above gMaxMicrosiemens");
  })
  .describe("a memory cell; a weight is the difference of two of them");

export type Cell = z.infer<typeof cellSchema>;

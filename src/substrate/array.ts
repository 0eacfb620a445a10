/** The description of an array of cells and of the circuits at its edge. */
import * as z from "zod";

/** Most rows or columns of a tile. */
const MAX_LINES = 65_536;

const lines = z.int().min(1).max(MAX_LINES);

export const arraySchema = z
  .strictObject({
    rows: lines.describe("inputs of a tile; a unit with more inputs adds the sums of several tiles"),
    columns: lines.describe("columns of a tile; a unit takes two"),
    readVolts: z.number().gt(0).optional().describe("voltage of an active input; needed by a comparator"),
    wireResistanceOhms: z
      .number()
      .min(0)
      .default(0)
      .describe("resistance of a wire between two neighbouring cells"),
    comparatorOffsetMicroamperes: z
      .number()
      .min(0)
      .default(0)
      .describe("standard deviation, over comparators, of their constant offset"),
    comparatorNoiseMicroamperes: z
      .number()
      .min(0)
      .default(0)
      .describe("standard deviation of a comparator's noise, drawn in every pass"),
    readoutBits: z
      .int()
      .min(1)
      .max(32)
      .optional()
      .describe(
        "resolution of the converters of sums that are read as numbers, those of the readout and of rectifiers; without it, they are exact",
      ),
  })
  .superRefine((array, { addIssue }) => {
    const comparator = array.comparatorOffsetMicroamperes + array.comparatorNoiseMicroamperes;
    if (comparator > 0 && array.readVolts === undefined)
      addIssue({
        code: "custom",
        path: ["readVolts"],
        message: "missing: currents of a comparator need the voltage that conductances are read with",
      });
  })
  .describe("the array of cells and the circuits at its edge");

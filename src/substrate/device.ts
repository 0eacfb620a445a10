/** The description of an analog device, and its JSON schema. */
import * as z from "zod";
import { ConfigError } from "../errors.ts";
import { parseBySchema } from "../storage/schema-issue.ts";
import { arraySchema } from "./array.ts";
import { cellSchema } from "./cell.ts";
import { switchSchema } from "./switches/switch.ts";
import { lackingUnits } from "./units.ts";

export const deviceSchema = z
  .strictObject({
    $schema: z.string().optional(),
    name: z.string().min(1),
    description: z.string().optional(),
    sources: z.array(z.string()).default([]).describe("where the numbers come from, such as a publication"),
    assumptions: z
      .array(z.string())
      .default([])
      .describe("numbers that no source gives, each with the reason for its value"),
    cell: cellSchema,
    switch: switchSchema.optional(),
    array: arraySchema.optional(),
  })
  .meta({
    $id: "https://unpkg.com/neural-sampling/schema/device.schema.json",
    description: "An analog device of the neural-sampling package; units are in the fields' names",
  });

/** A device: memory cells, and optionally a stochastic switch and an array. */
export type AnalogDevice = z.infer<typeof deviceSchema>;

/** A device as a JSON file may state it, with defaults left out. */
export type AnalogDeviceDescription = z.input<typeof deviceSchema>;

/**
 * Parses a device from untrusted data and fills in the defaults; `source` names it in errors. Throws ConfigError for an
 * invalid description, with the full name of a field whose unit was left out.
 */
export const parseAnalogDevice = (description: unknown, source = "device"): AnalogDevice => {
  const result = parseBySchema(deviceSchema, description, "the document");
  if ("data" in result) return result.data;
  const lacking = lackingUnits(result.error, deviceSchema);
  if (lacking.length > 0)
    throw new ConfigError(source, {
      given: lacking.map(({ place }) => `${place} without a unit`).join("; "),
      expected: lacking.map(({ names }) => names.join(" or ")).join("; "),
      remedy: "Write the unit into the name of the field, and the number in that unit.",
    });
  throw new ConfigError(source, {
    given: result.given,
    expected: "a device that matches schema/device.schema.json",
    remedy: "Correct it there; `nsm substrate show pcm --json` prints a device to start from.",
  });
};

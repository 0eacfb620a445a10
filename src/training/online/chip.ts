/** The chip that an online learner learns on: as it is asked for, and as learner.json has it. */
import * as z from "zod";
import { ConfigError } from "../../errors.ts";
import { parseBySchema } from "../../storage/schema-issue.ts";
import { DEFAULT_SECONDS } from "../../substrate/chip.ts";
import { type AnalogDevice, deviceSchema, parseAnalogDevice } from "../../substrate/device.ts";

export const learnerChipSchema = z.strictObject({
  device: deviceSchema,
  chip: z.int().min(0).default(0).describe("number of the chip"),
  seconds: z
    .number()
    .min(0)
    .default(DEFAULT_SECONDS)
    .describe("time after programming at which learning starts, in seconds"),
});

/** A chip to learn on. */
export interface LearnerChip {
  readonly device: AnalogDevice;
  /** Number of the chip: each has cells, switches and comparators of its own. Default 0. */
  readonly chip?: number;
  /** Time after programming at which learning starts, in seconds: at least 0. Default 86400, a day. */
  readonly seconds?: number;
}

/** The chip with every default filled in. */
export type PlaceOnChip = z.infer<typeof learnerChipSchema>;

/** The chip with every default filled in. Throws ConfigError for a value out of range. */
export const parseLearnerChip = (chip: LearnerChip): PlaceOnChip => {
  // Names a field that lacks its unit.
  if (chip?.device) parseAnalogDevice(chip.device);
  const result = parseBySchema(learnerChipSchema, chip, "the whole");
  if ("data" in result) return result.data;
  throw new ConfigError("learning on a chip", {
    given: result.given,
    expected: "device, a chip number from 0, and seconds from 0",
    remedy: "Correct that value.",
  });
};

/** CropTime: keeps the events with min <= t <= max, both included as in Tonic. */

import * as z from "zod";
import { eventRange } from "../events.ts";
import { firstFrom } from "./extent.ts";
import type { Stage, Start } from "./stage.ts";

export const cropTimeSchema = z
  .strictObject({
    type: z.literal("cropTime"),
    min: z.number().default(0).describe("time of the first event to keep, microseconds"),
    max: z.number().optional().describe("time of the last event to keep; absent: up to the recording's end"),
  })
  .refine(({ min, max }) => max === undefined || min <= max, "max is before min")
  .describe("drops events before min and after max");

export type CropTime = z.infer<typeof cropTimeSchema>;

export const startCropTime = (
  { min, max = Number.POSITIVE_INFINITY }: CropTime,
  { sensor }: Start,
): Stage => ({
  sensor,
  // Times are whole.
  push: (events) => eventRange(events, firstFrom(events.t, min), firstFrom(events.t, Math.floor(max) + 1)),
});

/**
 * Downsample: multiplies coordinates and times by factors and rounds down, as Tonic does. No event is dropped: those of
 * several pixels are merged into one. With `targetSize` the factors are target over sensor, of width and height each;
 * Tonic leaves the new sensor's size to the caller, here it is part of the result.
 */

import * as z from "zod";
import { ConfigError } from "../../errors.ts";
import { lookUp, pixelsOf, type Stage, type Start } from "./stage.ts";

const extent = z.int().min(1).max(65_536);
const shrinking = z.number().gt(0).max(1);

export const downsampleSchema = z
  .strictObject({
    type: z.literal("downsample"),
    spatialFactor: shrinking.optional().describe("what x and y are multiplied by"),
    targetSize: z.tuple([extent, extent]).optional().describe("width and height of the new sensor"),
    timeFactor: shrinking.default(1).describe("what times are multiplied by"),
  })
  .refine(
    ({ spatialFactor, targetSize }) => spatialFactor === undefined || targetSize === undefined,
    "give spatialFactor or targetSize, not both",
  )
  .describe("lowers the resolution in space or time");

export type Downsample = z.infer<typeof downsampleSchema>;

/** The new coordinate of each old one. */
const coordinates = (size: number, target: number | undefined, factor: number): Uint16Array =>
  Uint16Array.from({ length: size }, (_, at) => (target === undefined ? at * factor : (at * target) / size));

/** Throws ConfigError for a target larger than the sensor. */
export const startDownsample = (
  { spatialFactor = 1, targetSize, timeFactor }: Downsample,
  { sensor }: Start,
): Stage => {
  pixelsOf(sensor);
  if (targetSize && (targetSize[0] > sensor.width || targetSize[1] > sensor.height))
    throw new ConfigError("event transform downsample", {
      given: `a target of ${targetSize.join(" x ")} for a sensor of ${sensor.width} x ${sensor.height}`,
      expected: "a target no larger than the sensor (width x height)",
      remedy: "Choose a smaller target.",
    });
  const columns = coordinates(sensor.width, targetSize?.[0], spatialFactor);
  const rows = coordinates(sensor.height, targetSize?.[1], spatialFactor);
  return {
    sensor: { width: columns.at(-1)! + 1, height: rows.at(-1)! + 1 },
    push: ({ t, x, y, polarity }) => ({
      t: timeFactor === 1 ? t : slowed(t, timeFactor),
      x: lookUp(x, columns),
      y: lookUp(y, rows),
      polarity,
    }),
  };
};

const slowed = (t: Float64Array, factor: number): Float64Array => {
  const times = new Float64Array(t.length);
  for (let k = 0; k < t.length; k++) times[k] = Math.floor(t[k]! * factor);
  return times;
};

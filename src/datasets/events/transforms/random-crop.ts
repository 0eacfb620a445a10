/**
 * RandomCrop: keeps a window of `targetSize` pixels at a random place, x' = x - left and y' = y - top. Each place inside
 * the sensor is equally likely; Tonic's never takes the last column or row of places.
 */

import { z } from "zod";
import { ConfigError } from "../../../errors.ts";
import { insideBox, randomBox } from "./box.ts";
import { keyOf, type Stage, type Start, selectEvents } from "./stage.ts";

const extent = z.int().min(1).max(65_536);

export const randomCropSchema = z
  .strictObject({
    type: z.literal("randomCrop"),
    targetSize: z.tuple([extent, extent]).describe("width and height of what is kept"),
  })
  .describe("keeps a window at a random place");

export type RandomCrop = z.infer<typeof randomCropSchema>;

/** Throws ConfigError for a window larger than the sensor. */
export const startRandomCrop = ({ targetSize: [width, height] }: RandomCrop, start: Start): Stage => {
  const { sensor } = start;
  if (width > sensor.width || height > sensor.height)
    throw new ConfigError("event transform randomCrop", {
      given: `a window of ${width} x ${height} in a sensor of ${sensor.width} x ${sensor.height}`,
      expected: "a window no larger than the sensor (width x height)",
      remedy: "Choose a smaller window.",
    });
  const box = randomBox(keyOf("randomCrop", start), sensor, { width, height });
  return {
    sensor: { width, height },
    push(events) {
      const { t, x, y, polarity } = selectEvents(events, insideBox(events, box));
      return { t, x: x.map((column) => column - box.left), y: y.map((row) => row - box.top), polarity };
    },
  };
};

/**
 * RandomCrop: keeps a window of `targetSize` pixels at a random place, x' = x - left and y' = y - top. Each place
 * inside the sensor is equally likely; Tonic's never takes the last column or row of places.
 */

import * as z from "zod";
import { ConfigError } from "../../errors.ts";
import { marksOfBox, randomBox } from "./box.ts";
import { keyOf, lookUp, type Stage, type Start, selectEvents } from "./stage.ts";

const extent = z.int().min(1).max(65_536);

export const randomCropSchema = z
  .strictObject({
    type: z.literal("randomCrop"),
    targetSize: z.tuple([extent, extent]).describe("width and height of the window that is kept"),
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
  const columns = Uint16Array.from({ length: sensor.width }, (_, column) => column - box.left);
  const rows = Uint16Array.from({ length: sensor.height }, (_, row) => row - box.top);
  return {
    sensor: { width, height },
    push(events) {
      const { t, x, y, polarity } = selectEvents(events, marksOfBox(events, box, 1));
      return { t, x: lookUp(x, columns), y: lookUp(y, rows), polarity };
    },
  };
};

/**
 * ToVoxelGrid: spreads each event over the two planes of time next to it (Zhu, Yuan, Chaney & Daniilidis, "Unsupervised
 * event-based learning of optical flow, depth, and egomotion", CVPR 2019). With B planes and polarities p of -1 and 1,
 *
 *   t* = (B - 1) (t - t_first) / (t_last - t_first)
 *   V(b, y, x) = sum p max(0, 1 - |b - t*|)                                over the events at (x, y)
 *
 * so that each event adds p in total. Tonic multiplies by B instead of B - 1, and drops what then lies behind the last
 * plane.
 */

import * as z from "zod";
import { ConfigError } from "../../errors.ts";
import type { Sensor } from "../events.ts";
import type { Extent } from "./extent.ts";
import type { Painter } from "./painting.ts";
import { pixelsOf } from "./stage.ts";
import type { Windows } from "./windows.ts";

export const toVoxelGridSchema = z
  .strictObject({
    type: z.literal("toVoxelGrid"),
    timeBins: z.int().min(1).max(65_536).describe("number of planes"),
  })
  .describe("spreads events over planes of time");

export type ToVoxelGrid = z.infer<typeof toVoxelGridSchema>;

/** Frames are the planes, a Float32Array of one channel each. Throws ConfigError where the extent is not known. */
export const voxelPainter = (
  { timeBins }: ToVoxelGrid,
  sensor: Sensor,
  extent: Extent | undefined,
): Painter<Float32Array> => {
  pixelsOf(sensor);
  if (!extent)
    throw new ConfigError("making a voxel grid", {
      given: "a stream, whose length is not known",
      expected: "the recording's extent",
      remedy: "Read the stream to its end once for its extent.",
    });
  const { startUs } = extent;
  const duration = extent.endUs - 1 - startUs;
  /** Planes a microsecond; of a recording of one moment all events lie on the first plane. */
  const rate = duration > 0 ? (timeBins - 1) / duration : 0;
  return {
    windows: neighbourhoods(timeBins, duration),
    shape: [1, sensor.height, sensor.width],
    allocate: (length) => new Float32Array(length),
    paint: (plane, { t, x, y, polarity }, from, to, b) => {
      for (let k = from; k < to; k++) {
        const weight = 1 - Math.abs(b - rate * (t[k]! - startUs));
        if (weight > 0) plane[y[k]! * sensor.width + x[k]!]! += polarity[k] === 1 ? weight : -weight;
      }
    },
  };
};

/** Window b holds the times less than one plane from plane b; its first and last microsecond may have weight 0. */
const neighbourhoods = (planes: number, duration: number): Windows => {
  const spacing = planes > 1 ? duration / (planes - 1) : Number.POSITIVE_INFINITY;
  return {
    unit: "time",
    start: (b) => (b === 0 ? 0 : Math.floor((b - 1) * spacing)),
    end: (b) => Math.min(duration, Math.ceil((b + 1) * spacing)) + 1,
    together: spacing > 0 ? Math.ceil(3 / spacing) + 3 : planes,
    count: () => planes,
  };
};

/**
 * ToTimesurface: how long ago each pixel last had an event, every `dt` microseconds (Lagorce et al., "HOTS: a hierarchy
 * of event-based time-surfaces for pattern recognition", IEEE TPAMI 39, 2017). Surface i looks back from
 * s = t_first + (i + 1) dt at the events before s:
 *
 *   S(p, y, x) = exp(-(s - t_last(p, y, x)) / tau), or 0 where there was none
 *
 * Channels are OFF and ON. Tonic takes a pixel without events for one with an event at time 0.
 */

import * as z from "zod";
import type { Sensor } from "../events.ts";
import type { Extent } from "./extent.ts";
import type { Painter } from "./painting.ts";
import { pixelsOf } from "./stage.ts";
import { slicingFields, windowsOf } from "./windows.ts";

export const toTimesurfaceSchema = z
  .strictObject({
    type: z.literal("toTimesurface"),
    dt: z.int().min(1).describe("microseconds from surface to surface"),
    tau: z.number().gt(0).describe("microseconds in which a surface decays to 1/e"),
    includeIncomplete: slicingFields.includeIncomplete,
  })
  .describe("shows how long ago each pixel last had an event");

export type ToTimesurface = z.infer<typeof toTimesurfaceSchema>;

/** Frames are a Float32Array of two channels. */
export const timesurfacePainter = (
  { dt, tau, includeIncomplete }: ToTimesurface,
  sensor: Sensor,
  extent: Extent | undefined,
): Painter<Float32Array> => {
  const pixels = pixelsOf(sensor);
  const last = new Float64Array(2 * pixels).fill(Number.NEGATIVE_INFINITY);
  return {
    windows: windowsOf({ timeWindow: dt, overlap: 0, includeIncomplete }, extent),
    shape: [2, sensor.height, sensor.width],
    allocate: (length) => new Float32Array(length),
    paint: (_, { t, x, y, polarity }, from, to) => {
      for (let k = from; k < to; k++) last[polarity[k]! * pixels + y[k]! * sensor.width + x[k]!] = t[k]!;
    },
    // exp(-Infinity) is 0.
    close: (surface, time) => {
      for (let pixel = 0; pixel < surface.length; pixel++)
        surface[pixel] = Math.exp((last[pixel]! - time) / tau);
    },
  };
};

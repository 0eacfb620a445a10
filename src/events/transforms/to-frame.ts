/**
 * ToFrame: adds up the events of each window in a frame, pixel by pixel.
 *
 *   frame i, channel c, row y, column x = number of events at (x, y) of the channel's polarity in window i
 *
 * Windows cover all events; `polarity` then selects those that are drawn, and their channels. Counts are unsigned
 * 32-bit numbers, where Tonic's are signed 16-bit ones that turn negative after 32,767.
 */

import * as z from "zod";
import type { Events, Sensor } from "../events.ts";
import type { Extent } from "./extent.ts";
import type { Painter } from "./painting.ts";
import { pixelsOf } from "./stage.ts";
import { consistentlySliced, slicingFields, windowsOf } from "./windows.ts";

export const toFrameSchema = consistentlySliced(
  z.strictObject({
    type: z.literal("toFrame"),
    ...slicingFields,
    polarity: z
      .enum(["both", "merged", "on", "off"])
      .default("both")
      .describe(
        "both: channel 0 OFF, channel 1 ON; merged: one channel of both; on, off: one channel of one",
      ),
    output: z
      .enum(["counts", "binary"])
      .default("counts")
      .describe("counts: events of a pixel; binary: 1 where there was any"),
  }),
).describe("adds up events in frames");

export type ToFrame = z.infer<typeof toFrameSchema>;

/** Frames are a Uint8Array of 0 and 1, or a Uint32Array of counts. As `windowsOf` where the extent is not known. */
export const framePainter = (
  toFrame: ToFrame,
  sensor: Sensor,
  extent: Extent | undefined,
): Painter<Uint8Array | Uint32Array> => {
  const { polarity, output } = toFrame;
  const pixels = pixelsOf(sensor);
  /** Offset of the pixels of ON from those of OFF. */
  const channel = polarity === "both" ? pixels : 0;
  /** The polarity to leave out, if any. */
  const without = polarity === "on" ? 0 : polarity === "off" ? 1 : 2;
  return {
    windows: windowsOf(toFrame, extent),
    shape: [polarity === "both" ? 2 : 1, sensor.height, sensor.width],
    allocate: (length) => (output === "binary" ? new Uint8Array(length) : new Uint32Array(length)),
    paint: (frame, events, from, to) => {
      if (frame instanceof Uint8Array) light(frame, events, from, to, sensor.width, channel, without);
      else count(frame, events, from, to, sensor.width, channel, without);
    },
  };
};

const light = (
  frame: Uint8Array,
  { x, y, polarity }: Events,
  from: number,
  to: number,
  width: number,
  channel: number,
  without: number,
): void => {
  for (let k = from; k < to; k++)
    if (polarity[k] !== without) frame[polarity[k]! * channel + y[k]! * width + x[k]!] = 1;
};

const count = (
  frame: Uint32Array,
  { x, y, polarity }: Events,
  from: number,
  to: number,
  width: number,
  channel: number,
  without: number,
): void => {
  for (let k = from; k < to; k++)
    if (polarity[k] !== without) frame[polarity[k]! * channel + y[k]! * width + x[k]!]!++;
};

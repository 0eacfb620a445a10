/**
 * Denoise: drops isolated events. An event is kept if one of the four pixels beside it (left, right, above,
 * below; either polarity) had an event less than `filterTime` before it:
 *
 *   keep (t, x, y)  <=>  t - t' < filterTime for the last event t' of a neighbour
 *
 * As in Tonic, every pixel is taken to have had an event at time 0: all events before `filterTime` are kept.
 * Frames of N-MNIST that others have made were denoised so, and its recordings start at 0; where a clock starts earlier
 * it makes no difference.
 */

import * as z from "zod";
import { pixelsOf, type Stage, type Start, selectEvents } from "./stage.ts";

export const denoiseSchema = z
  .strictObject({
    type: z.literal("denoise"),
    filterTime: z.number().gt(0).describe("microseconds within which a neighbour must have had an event"),
  })
  .describe("drops isolated events");

export type Denoise = z.infer<typeof denoiseSchema>;

export const startDenoise = ({ filterTime }: Denoise, { sensor }: Start): Stage => {
  pixelsOf(sensor);
  // A border of pixels that have no events later on, so that every pixel has four neighbours.
  const row = sensor.width + 2;
  const last = new Float64Array(row * (sensor.height + 2));
  return {
    sensor,
    push(events) {
      const { t, x, y } = events;
      const kept = new Uint8Array(t.length);
      for (let k = 0; k < t.length; k++) {
        const pixel = (y[k]! + 1) * row + x[k]! + 1;
        const since = t[k]! - filterTime;
        if (
          last[pixel - 1]! > since ||
          last[pixel + 1]! > since ||
          last[pixel - row]! > since ||
          last[pixel + row]! > since
        )
          kept[k] = 1;
        last[pixel] = t[k]!;
      }
      return selectEvents(events, kept);
    },
  };
};

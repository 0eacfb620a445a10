/**
 * RefractoryPeriod: drops events too soon after one of the same pixel, of either polarity:
 *
 *   keep t_n  <=>  t_n - t_(n-1) > delta
 *
 * where t_(n-1) is the pixel's event before, kept or not, as in Tonic: a pixel that never pauses stays silent. Unlike
 * Tonic, which begins as if every pixel had an event at time -delta, a pixel's first event is always kept.
 */

import * as z from "zod";
import { pixelsOf, type Stage, type Start, selectEvents } from "./stage.ts";

export const refractoryPeriodSchema = z
  .strictObject({
    type: z.literal("refractoryPeriod"),
    delta: z.number().gt(0).describe("microseconds that a pixel must have been silent"),
  })
  .describe("drops events that follow one of the same pixel too soon");

export type RefractoryPeriod = z.infer<typeof refractoryPeriodSchema>;

export const startRefractoryPeriod = ({ delta }: RefractoryPeriod, { sensor }: Start): Stage => {
  const last = new Float64Array(pixelsOf(sensor)).fill(Number.NEGATIVE_INFINITY);
  return {
    sensor,
    push(events) {
      const { t, x, y } = events;
      const kept = new Uint8Array(t.length);
      for (let k = 0; k < t.length; k++) {
        const pixel = y[k]! * sensor.width + x[k]!;
        if (t[k]! - last[pixel]! > delta) kept[k] = 1;
        last[pixel] = t[k]!;
      }
      return selectEvents(events, kept);
    },
  };
};

/**
 * TimeJitter: adds normal noise to every time, t' = round(t + std n), n ~ N(0, 1), and puts the events in order again.
 * As in Tonic, events moved before time 0 are dropped; Tonic leaves the others unsorted by default.
 * In a stream the events of the last ten std are held back, because later ones may be moved before them.
 */

import * as z from "zod";
import { fillNormal } from "../../random/fill.ts";
import { allocateEvents, concatEvents, type Events, eventRange } from "../events.ts";
import { firstFrom } from "./extent.ts";
import { sequence } from "./random-numbers.ts";
import { keyOf, type Stage, type Start } from "./stage.ts";
import { inOrder } from "./time-order.ts";

/** Largest standard deviation: 1,000 s, longer than recordings. Much larger ones exceed exact integers. */
export const MOST_JITTER = 1e9;

export const timeJitterSchema = z
  .strictObject({
    type: z.literal("timeJitter"),
    std: z.number().gt(0).max(MOST_JITTER).describe("standard deviation of the noise, microseconds"),
  })
  .describe("adds normal noise to every time");

export type TimeJitter = z.infer<typeof timeJitterSchema>;

/** No number of fillNormal is further from 0: it makes at most sqrt(-2 log 2^-63) of its 32-bit numbers. */
const FARTHEST = 10;

export const startTimeJitter = ({ std }: TimeJitter, start: Start): Stage => {
  const noise = sequence(keyOf("timeJitter", start), fillNormal);
  /** Events that later ones may still precede. */
  let held = allocateEvents(0);
  const jittered = (events: Events): Events => {
    const shifts = noise(events.t.length);
    const moved = new Float64Array(shifts.length);
    for (let k = 0; k < moved.length; k++) moved[k] = Math.round(events.t[k]! + std * shifts[k]!);
    return inOrder(concatEvents([held, { ...events, t: moved }]));
  };
  const fromZero = (events: Events): Events => eventRange(events, firstFrom(events.t, 0), events.t.length);
  return {
    sensor: start.sensor,
    push(events) {
      if (events.t.length === 0) return events;
      const all = jittered(events);
      const settled = firstFrom(all.t, events.t.at(-1)! - FARTHEST * std - 1);
      held = eventRange(all, settled, all.t.length);
      return fromZero(eventRange(all, 0, settled));
    },
    end: () => fromZero(held),
  };
};

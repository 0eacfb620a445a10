/**
 * DropEvent, DropEventByTime, DropEventByArea: drop events at random, those of a time interval, or those of a box
 * (Gu et al., "EventDrop: Data augmentation for event-based learning", IJCAI 2021).
 *
 * Differences from Tonic: DropEvent decides for each event independently, where Tonic drops round(p n) of n; the
 * interval lies between the first event and the last, where Tonic's begins at time 0; every place of the box is equally
 * likely, where Tonic's leaves out the last.
 */

import * as z from "zod";
import { ConfigError } from "../../errors.ts";
import { fillBernoulli } from "../../random/fill.ts";
import { concatEvents, eventRange } from "../events.ts";
import { marksOfBox, randomBox } from "./box.ts";
import { firstFrom } from "./extent.ts";
import { sequence, uniform } from "./random-numbers.ts";
import { keyOf, type Stage, type Start, selectEvents } from "./stage.ts";

export const dropEventSchema = z
  .strictObject({
    type: z.literal("dropEvent"),
    p: z.number().gt(0).lt(1).describe("probability that an event is dropped"),
  })
  .describe("drops events at random");

export const dropEventByTimeSchema = z
  .strictObject({
    type: z.literal("dropEventByTime"),
    durationRatio: z.number().min(0).lt(1).default(0.2).describe("fraction of the recording's length"),
  })
  .describe("drops the events of a random time interval");

export const dropEventByAreaSchema = z
  .strictObject({
    type: z.literal("dropEventByArea"),
    areaRatio: z
      .number()
      .min(0)
      .lt(1)
      .default(0.2)
      .describe("fraction of the sensor's width, and of its height"),
  })
  .describe("drops the events of a random box");

export type DropEvent = z.infer<typeof dropEventSchema>;
export type DropEventByTime = z.infer<typeof dropEventByTimeSchema>;
export type DropEventByArea = z.infer<typeof dropEventByAreaSchema>;

export const startDropEvent = ({ type, p }: DropEvent, start: Start): Stage => {
  const keep = sequence(keyOf(type, start), (key, out) => fillBernoulli(key, 1 - p, out));
  return {
    sensor: start.sensor,
    push: (events) => selectEvents(events, Uint8Array.from(keep(events.t.length))),
  };
};

/** Throws ConfigError where the recording's extent is not known. */
export const startDropEventByTime = ({ type, durationRatio }: DropEventByTime, start: Start): Stage => {
  const { sensor, extent } = start;
  if (extent === undefined)
    throw new ConfigError(`event transform ${type}`, {
      given: "a stream, whose length is not known",
      expected: "a whole recording",
      remedy: "Read the recording whole, or drop events by area.",
    });
  const length = extent.endUs - extent.startUs;
  const duration = length * durationRatio;
  const from = extent.startUs + uniform(keyOf(type, start)) * (length - duration);
  return {
    sensor,
    push: (events) =>
      concatEvents([
        eventRange(events, 0, firstFrom(events.t, from)),
        eventRange(events, firstFrom(events.t, from + duration), events.t.length),
      ]),
  };
};

export const startDropEventByArea = ({ type, areaRatio }: DropEventByArea, start: Start): Stage => {
  const { sensor } = start;
  const box = randomBox(keyOf(type, start), sensor, {
    width: Math.floor(sensor.width * areaRatio),
    height: Math.floor(sensor.height * areaRatio),
  });
  return {
    sensor,
    push: (events) => selectEvents(events, marksOfBox(events, box, 0)),
  };
};

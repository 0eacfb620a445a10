/** Transforms of events as data, and their application to whole recordings and to streams. */

import * as z from "zod";
import { fold, type Key } from "../../random/key.ts";
import { concatEvents, type EventStream, type Events, type Recording } from "../events.ts";
import { cropTimeSchema, startCropTime } from "./crop-time.ts";
import { denoiseSchema, startDenoise } from "./denoise.ts";
import { downsampleSchema, startDownsample } from "./downsample.ts";
import {
  dropEventByAreaSchema,
  dropEventByTimeSchema,
  dropEventSchema,
  startDropEvent,
  startDropEventByArea,
  startDropEventByTime,
} from "./drop-event.ts";
import { extentOf } from "./extent.ts";
import { randomCropSchema, startRandomCrop } from "./random-crop.ts";
import {
  randomFlipLRSchema,
  randomFlipPolaritySchema,
  randomFlipUDSchema,
  startRandomFlip,
} from "./random-flip.ts";
import { refractoryPeriodSchema, startRefractoryPeriod } from "./refractory-period.ts";
import type { Stage, Start } from "./stage.ts";
import { startTimeJitter, timeJitterSchema } from "./time-jitter.ts";

/** Transforms whose result depends on the recording alone, so that it can be cached. */
export const eventTransformSchema = z.discriminatedUnion("type", [
  cropTimeSchema,
  denoiseSchema,
  downsampleSchema,
  refractoryPeriodSchema,
]);

/** Transforms that draw random numbers: another result for every key. */
export const eventAugmentationSchema = z.discriminatedUnion("type", [
  dropEventByAreaSchema,
  dropEventByTimeSchema,
  dropEventSchema,
  randomCropSchema,
  randomFlipLRSchema,
  randomFlipPolaritySchema,
  randomFlipUDSchema,
  timeJitterSchema,
]);

export type EventTransform = z.infer<typeof eventTransformSchema>;
export type EventAugmentation = z.infer<typeof eventAugmentationSchema>;

/** Starts a transform of a recording. Throws ConfigError where it does not fit. */
const startTransform = (transform: EventTransform | EventAugmentation, start: Start): Stage => {
  switch (transform.type) {
    case "cropTime":
      return startCropTime(transform, start);
    case "denoise":
      return startDenoise(transform, start);
    case "downsample":
      return startDownsample(transform, start);
    case "refractoryPeriod":
      return startRefractoryPeriod(transform, start);
    case "dropEvent":
      return startDropEvent(transform, start);
    case "dropEventByArea":
      return startDropEventByArea(transform, start);
    case "dropEventByTime":
      return startDropEventByTime(transform, start);
    case "randomCrop":
      return startRandomCrop(transform, start);
    case "timeJitter":
      return startTimeJitter(transform, start);
    case "randomFlipLR":
    case "randomFlipUD":
    case "randomFlipPolarity":
      return startRandomFlip(transform, start);
  }
};

type Transforms = readonly (EventTransform | EventAugmentation)[];

/**
 * A whole recording after each of the transforms in turn; transform number i draws from `fold(key, i)`.
 * Throws ConfigError for a transform that does not fit, and for a random one without a key.
 */
export const transformRecording = (recording: Recording, transforms: Transforms, key?: Key): Recording =>
  transforms.reduce<Recording>(({ events, sensor }, transform, i) => {
    const stage = startTransform(transform, { sensor, key: key && fold(key, i), extent: extentOf(events) });
    const transformed = stage.push(events);
    return {
      events: stage.end ? concatEvents([transformed, stage.end()]) : transformed,
      sensor: stage.sensor,
    };
  }, recording);

/**
 * A stream after each of the transforms in turn, in memory that does not grow with its length: the events that
 * `transformRecording` makes of the whole. As there, and throws ConfigError for dropEventByTime.
 */
export const transformStream = (stream: EventStream, transforms: Transforms, key?: Key): EventStream => {
  const stages: Stage[] = [];
  for (const [i, transform] of transforms.entries()) {
    const sensor = stages.at(-1)?.sensor ?? stream.sensor;
    stages.push(startTransform(transform, { sensor, key: key && fold(key, i) }));
  }
  return {
    format: stream.format,
    sensor: stages.at(-1)?.sensor ?? stream.sensor,
    chunks: throughStages(stream.chunks, stages),
    ...(stream.remarks && { remarks: stream.remarks }),
  };
};

async function* throughStages(
  chunks: AsyncIterable<Events>,
  stages: readonly Stage[],
): AsyncGenerator<Events> {
  const through = (events: Events, first: number): Events =>
    stages.slice(first).reduce((passed, stage) => stage.push(passed), events);
  for await (const chunk of chunks) yield through(chunk, 0);
  for (const [i, stage] of stages.entries()) if (stage.end) yield through(stage.end(), i + 1);
}

/**
 * Slicers, which split a recording into pieces. Tonic's SliceByTime, SliceByTimeBins, SliceByEventCount and
 * SliceByEventBins are `sliceEvents` with timeWindow, timeBins, eventCount or eventBins; its SliceAtTimePoints is
 * `sliceAtIntervals`.
 */

import { concatEvents, type Events, eventRange } from "../events.ts";
import { type Extent, extentOf, firstFrom } from "./extent.ts";
import { lengthIn, type Slicing, windowsOf } from "./windows.ts";

/** The events of each window of a recording: views of its memory. Throws ConfigError for more than 2^24 windows. */
export const sliceEvents = (events: Events, slicing: Slicing): Events[] => {
  const extent = extentOf(events);
  const windows = windowsOf(slicing, extent);
  const indexOf = (position: number): number =>
    windows.unit === "time"
      ? firstFrom(events.t, extent.startUs + position)
      : Math.min(position, extent.events);
  return Array.from({ length: windows.count(lengthIn(windows.unit, extent)) }, (_, i) =>
    eventRange(events, indexOf(windows.start(i)), indexOf(windows.end(i))),
  );
};

/** An interval of time: startUs <= t < endUs, microseconds. */
export interface Interval {
  readonly startUs: number;
  readonly endUs: number;
}

export interface IntervalEvents<Each extends Interval> {
  readonly interval: Each;
  readonly events: Events;
}

/** The events of an interval: views of the same memory. */
const during = (events: Events, { startUs, endUs }: Interval): Events =>
  eventRange(events, firstFrom(events.t, startUs), firstFrom(events.t, endUs));

/** The extent of an interval of a recording. */
export const extentDuring = (events: Events, { startUs, endUs }: Interval): Extent => ({
  startUs,
  endUs,
  events: during(events, { startUs, endUs }).t.length,
});

/** The events of each interval, in the order of the intervals, which may overlap: views of the recording's memory. */
export const sliceAtIntervals = <Each extends Interval>(
  events: Events,
  intervals: readonly Each[],
): IntervalEvents<Each>[] => intervals.map((interval) => ({ interval, events: during(events, interval) }));

/**
 * The events of each interval of a stream, yielded as soon as the interval is over; intervals that the stream ends in
 * or before are yielded at its end. Only the events of intervals that are not over are in memory.
 */
export async function* sliceStreamAtIntervals<Each extends Interval>(
  chunks: AsyncIterable<Events>,
  intervals: readonly Each[],
): AsyncGenerator<IntervalEvents<Each>, void, undefined> {
  const whole = ({ interval, parts }: { interval: Each; parts: Events[] }): IntervalEvents<Each> => ({
    interval,
    events: concatEvents(parts),
  });
  let waiting = intervals.map((interval) => ({ interval, parts: [] as Events[] }));
  for await (const chunk of chunks) {
    const time = chunk.t.at(-1);
    if (time === undefined) continue;
    for (const { interval, parts } of waiting) {
      const part = during(chunk, interval);
      if (part.t.length > 0) parts.push(part);
    }
    const over = waiting.filter(({ interval }) => interval.endUs <= time);
    waiting = waiting.filter(({ interval }) => interval.endUs > time);
    for (const each of over) yield whole(each);
  }
  for (const each of waiting) yield whole(each);
}

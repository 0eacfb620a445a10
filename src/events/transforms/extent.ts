/** Extent of a recording, in time and in events. */

import type { Events } from "../events.ts";

export interface Extent {
  /** Start of the recording, by default the time of the first event; microseconds. */
  readonly startUs: number;
  /** The first microsecond behind the recording. */
  readonly endUs: number;
  /** Number of events from start to end. */
  readonly events: number;
}

/**
 * Extent of a whole recording. Times are whole microseconds and an event lasts for one, so that the last event, like
 * every other, lies inside: start <= t < end.
 */
export const extentOf = ({ t }: Events): Extent =>
  t.length === 0
    ? { startUs: 0, endUs: 0, events: 0 }
    : { startUs: t[0]!, endUs: t.at(-1)! + 1, events: t.length };

/** Extent of a stream, which is read to its end. */
export const extentOfChunks = async (chunks: AsyncIterable<Events>): Promise<Extent> => {
  let whole = { startUs: 0, endUs: 0, events: 0 };
  for await (const chunk of chunks) {
    if (chunk.t.length === 0) continue;
    const { startUs, endUs, events } = extentOf(chunk);
    whole = { startUs: whole.events === 0 ? startUs : whole.startUs, endUs, events: whole.events + events };
  }
  return whole;
};

/** The index of the first event at or after a time, t.length where there is none. */
export const firstFrom = (t: Float64Array, time: number): number => {
  let low = 0;
  let high = t.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (t[middle]! < time) low = middle + 1;
    else high = middle;
  }
  return low;
};

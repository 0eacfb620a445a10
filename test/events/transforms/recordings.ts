/** Recordings for tests: by hand, at random, and cut into chunks. */

import fc from "fast-check";
import {
  allocateEvents,
  type EventStream,
  type Events,
  eventRange,
  type Recording,
  type Sensor,
} from "../../../src/events/events.ts";

/** An event as [t, x, y, polarity]. */
export type Quad = readonly [number, number, number, number];

export const eventsOf = (quads: readonly Quad[]): Events => {
  const events = allocateEvents(quads.length);
  for (const [k, [t, x, y, polarity]] of quads.entries()) {
    events.t[k] = t;
    events.x[k] = x;
    events.y[k] = y;
    events.polarity[k] = polarity;
  }
  return events;
};

export const quadsOf = ({ t, x, y, polarity }: Events): Quad[] =>
  Array.from(t, (time, k) => [time, x[k]!, y[k]!, polarity[k]!]);

export const recordingOf = (width: number, height: number, quads: readonly Quad[]): Recording => ({
  events: eventsOf(quads),
  sensor: { width, height },
});

/** Small recordings, in order of time, with several events a moment and long silences. */
export const recordings = (least = 0): fc.Arbitrary<Recording> =>
  fc
    .record({
      width: fc.integer({ min: 1, max: 6 }),
      height: fc.integer({ min: 1, max: 6 }),
      start: fc.integer({ min: 0, max: 100_000 }),
      events: fc.array(
        fc.record({
          gap: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 9 }), fc.integer({ min: 0, max: 90 })),
          at: fc.nat(35),
          polarity: fc.integer({ min: 0, max: 1 }),
        }),
        { minLength: least, maxLength: 60 },
      ),
    })
    .map(({ width, height, start, events }) => {
      let t = start;
      const quads = events.map(({ gap, at, polarity }): Quad => {
        t += gap;
        return [t, at % width, Math.floor(at / 6) % height, polarity];
      });
      return recordingOf(width, height, quads);
    });

/** Where to cut: as parts of the whole, from 0 to 1. */
export const cuts: fc.Arbitrary<readonly number[]> = fc.array(
  fc.nat(100).map((percent) => percent / 100),
  { maxLength: 8 },
);

/** The recording as a stream of chunks, some of them empty. */
export const streamOf = ({ events, sensor }: Recording, at: readonly number[]): EventStream => {
  const n = events.t.length;
  const edges = [0, ...at.map((part) => Math.round(part * n)).sort((a, b) => a - b), n];
  const chunks = async function* (): AsyncGenerator<Events> {
    for (const [k, edge] of edges.entries()) if (k > 0) yield eventRange(events, edges[k - 1]!, edge);
  };
  return { format: "test", sensor, chunks: chunks() };
};

export const collect = async (stream: EventStream): Promise<{ quads: Quad[]; sensor: Sensor }> => {
  const quads: Quad[] = [];
  for await (const chunk of stream.chunks) quads.push(...quadsOf(chunk));
  return { quads, sensor: stream.sensor };
};

export const sum = (numbers: Iterable<number>): number => {
  let total = 0;
  for (const each of numbers) total += each;
  return total;
};

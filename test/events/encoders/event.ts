import fc from "fast-check";
import type { Events, Sensor } from "../../../src/events/events.ts";

/** One event. */
export interface Event {
  readonly t: number;
  readonly x: number;
  readonly y: number;
  readonly p: 0 | 1;
}

/** What a reader is to return for them. */
export const eventsOf = (list: readonly Event[]): Events => ({
  t: Float64Array.from(list, ({ t }) => t),
  x: Uint16Array.from(list, ({ x }) => x),
  y: Uint16Array.from(list, ({ y }) => y),
  polarity: Uint8Array.from(list, ({ p }) => p),
});

/**
 * Any events in order of time, from a first time on in steps up to `step` us, mostly small ones. There are at most `most`,
 * and about ten at most unless `size` is "max".
 */
export const eventLists = (
  { width, height }: Sensor,
  { first = 1000, step = 10_000, most = 60, size = "small" as "small" | "max" } = {},
): fc.Arbitrary<Event[]> =>
  fc
    .tuple(
      fc.nat(first),
      fc.array(
        fc.record({
          step: fc.oneof(fc.constant(0), fc.nat(100), fc.nat(step)),
          x: fc.nat(width - 1),
          y: fc.nat(height - 1),
          p: fc.constantFrom<0 | 1>(0, 1),
        }),
        { maxLength: most, size },
      ),
    )
    .map(([start, list]) => {
      let t = start;
      return list.map(({ step, ...event }) => {
        t += step;
        return { t, ...event };
      });
    });

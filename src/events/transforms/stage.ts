/** What every transform of events is made of: a stage that takes a recording chunk by chunk. */

import { ConfigError } from "../../errors.ts";
import type { Key } from "../../random/key.ts";
import { allocateEvents, type Events, eventRange, type Sensor } from "../events.ts";
import { MOST_PIXELS } from "../sensor.ts";
import type { Extent } from "./extent.ts";

/**
 * A transform at work on one recording. However the recording is cut into chunks, the same events come out; what comes
 * out may share memory with what went in, which is never changed.
 */
export interface Stage {
  /** The sensor of what comes out. */
  readonly sensor: Sensor;
  readonly push: (events: Events) => Events;
  /** What was held back until the recording's end; absent where nothing ever is. */
  readonly end?: () => Events;
}

/** What a transform may need to know of the recording before its first event. */
export interface Start {
  readonly sensor: Sensor;
  /** Of the transforms that draw random numbers. */
  readonly key?: Key | undefined;
  /** Of the events that will enter; unknown while a stream is read. */
  readonly extent?: Extent | undefined;
}

/** Width times height. Throws ConfigError unless both are whole, at least 1, and make at most 2^24 pixels. */
export const pixelsOf = ({ width, height }: Sensor): number => {
  const pixels = width * height;
  if (
    [width, height, pixels].every(Number.isInteger) &&
    Math.min(width, height) >= 1 &&
    pixels <= MOST_PIXELS
  )
    return pixels;
  throw new ConfigError("event sensor", {
    given: `${width} x ${height} pixels (width x height)`,
    expected: `whole numbers from 1 that make at most ${MOST_PIXELS} pixels`,
    remedy: "Give the size of the sensor that made the recording.",
  });
};

/** Those events whose mark is 1; marks are 0 or 1. */
export const selectEvents = (events: Events, marks: Uint8Array): Events => {
  const { t, x, y, polarity } = events;
  const kept = allocateEvents(t.length);
  let at = 0;
  for (let k = 0; k < t.length; k++) {
    // Written whether kept or not, and kept by moving on: without a branch that could be guessed wrong.
    kept.t[at] = t[k]!;
    kept.x[at] = x[k]!;
    kept.y[at] = y[k]!;
    kept.polarity[at] = polarity[k]!;
    at += marks[k]!;
  }
  return at === t.length ? events : eventRange(kept, 0, at);
};

/** Each coordinate's entry in a table. */
export const lookUp = (coordinates: Uint16Array, table: Uint16Array): Uint16Array => {
  const found = new Uint16Array(coordinates.length);
  for (let k = 0; k < found.length; k++) found[k] = table[coordinates[k]!]!;
  return found;
};

/** The key of a random transform. Throws ConfigError where none was given. */
export const keyOf = (transform: string, { key }: Start): Key => {
  if (key !== undefined) return key;
  throw new ConfigError(`event transform ${transform}`, {
    given: "no random key",
    expected: 'a key such as key(seed, "augmentation", step)',
    remedy: "Give one: equal keys draw equal numbers.",
  });
};

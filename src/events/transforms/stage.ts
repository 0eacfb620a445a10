/** Stages, of which every transform of events consists: each takes a recording chunk by chunk. */

import { ConfigError } from "../../errors.ts";
import type { Key } from "../../random/key.ts";
import { allocateEvents, type Events, eventRange, type Sensor } from "../events.ts";
import { MOST_PIXELS } from "../sensor.ts";
import type { Extent } from "./extent.ts";

/**
 * A transform of one recording in progress. The result does not depend on how the recording is split into chunks; what
 * comes out may share memory with what went in, which is never changed.
 */
export interface Stage {
  /** The sensor of the resulting events. */
  readonly sensor: Sensor;
  readonly push: (events: Events) => Events;
  /** Returns the events held back until the end of the recording; absent where none ever are. */
  readonly end?: () => Events;
}

/** Facts about a recording that a transform may need before its first event. */
export interface Start {
  readonly sensor: Sensor;
  /** Random key; needed by transforms that draw random numbers. */
  readonly key?: Key | undefined;
  /** Extent of the events that will enter; unknown while a stream is read. */
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

/** Selects the events whose mark is 1; marks are 0 or 1. */
export const selectEvents = (events: Events, marks: Uint8Array): Events => {
  const { t, x, y, polarity } = events;
  const kept = allocateEvents(t.length);
  let at = 0;
  for (let k = 0; k < t.length; k++) {
    // Always written, and kept by advancing: there is no branch to mispredict.
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

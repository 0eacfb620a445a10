/** Events of a vision sensor, as every reader makes them and every transform takes them. */

/** Events as a struct of arrays, all of one length, in order of time. Each is a change of one pixel's brightness. */
export interface Events {
  /** Time, whole microseconds, not decreasing. A Float64Array holds 285 years of them exactly. */
  readonly t: Float64Array;
  /** Column, from 0 at the left. */
  readonly x: Uint16Array;
  /** Row, from 0 at the top. */
  readonly y: Uint16Array;
  /** 1: brighter (ON), 0: darker (OFF). */
  readonly polarity: Uint8Array;
}

/** The pixels of a sensor: 0 <= x < width, 0 <= y < height. */
export interface Sensor {
  readonly width: number;
  readonly height: number;
}

/** A recording that is read piece by piece, once: it may be larger than memory. */
export interface EventStream {
  /** Name of the file format, such as "aedat4". */
  readonly format: string;
  readonly sensor: Sensor;
  /** Events in order of time, within a chunk and from one to the next. A chunk's arrays are the receiver's to keep. */
  readonly chunks: AsyncIterable<Events>;
  /** Notes on what the chunks read so far left out. */
  readonly remarks?: () => readonly string[];
}

/** A whole recording in memory. */
export interface Recording {
  readonly events: Events;
  readonly sensor: Sensor;
}

/** Allocates memory for `count` events. */
export const allocateEvents = (count: number): Events => ({
  t: new Float64Array(count),
  x: new Uint16Array(count),
  y: new Uint16Array(count),
  polarity: new Uint8Array(count),
});

/** Events [start, end): views of the same memory. */
export const eventRange = ({ t, x, y, polarity }: Events, start: number, end: number): Events => ({
  t: t.subarray(start, end),
  x: x.subarray(start, end),
  y: y.subarray(start, end),
  polarity: polarity.subarray(start, end),
});

/** Concatenates events. */
export const concatEvents = (parts: readonly Events[]): Events => {
  const whole = allocateEvents(parts.reduce((sum, { t }) => sum + t.length, 0));
  let at = 0;
  for (const { t, x, y, polarity } of parts) {
    whole.t.set(t, at);
    whole.x.set(x, at);
    whole.y.set(y, at);
    whole.polarity.set(polarity, at);
    at += t.length;
  }
  return whole;
};

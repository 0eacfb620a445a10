/** Writes events, to be read again by npy-events.ts or by NumPy. Node only. */

import { DataError } from "../errors.ts";
import { isLittleEndian } from "../files/arrays/byte-order.ts";
import type { Elements } from "../files/arrays/element-type.ts";
import { writeNpz } from "../files/arrays/npz-write.ts";
import type { Events, Sensor } from "./events.ts";

/** Events that need not be in memory as a whole. */
export interface EventsToWrite {
  readonly count: number;
  readonly sensor: Sensor;
  /** All of them in order of time, from the beginning at each call: a file has one column behind the other. */
  readonly chunks: () => Iterable<Events> | AsyncIterable<Events>;
}

/** Number of times that `writeEvents` reads the events. */
export const passesToWrite = 4;

/**
 * Writes the .npz file at `path`, whole or not at all: times in microseconds `t` (i8), columns `x` and rows `y` (u2),
 * polarities `p` (boolean, True for ON), and the sensor's `width` and `height`. Throws StorageError if it cannot be
 * written, DataError unless there are `count` events each time and their times are whole numbers from 0 to 2^53 - 1,
 * and what the chunks throw.
 */
export const writeEvents = async (path: string, { count, sensor, chunks }: EventsToWrite): Promise<void> => {
  const column = (of: (events: Events) => Elements) =>
    async function* () {
      for await (const events of chunks()) yield of(events);
    };
  const shape = [count];
  await writeNpz(path, {
    t: { type: "i8", shape, pieces: column(({ t }) => wholeNumbers(t)) },
    x: { type: "u2", shape, pieces: column(({ x }) => x) },
    y: { type: "u2", shape, pieces: column(({ y }) => y) },
    p: { type: "b1", shape, pieces: column(({ polarity }) => polarity) },
    width: { type: "i8", shape: [], data: BigInt64Array.of(BigInt(sensor.width)) },
    height: { type: "i8", shape: [], data: BigInt64Array.of(BigInt(sensor.height)) },
  });
};

/** 64-bit integers of numbers from 0 to 2^53 - 1, written as two halves each: ten times as fast as by bigints. */
const wholeNumbers = (numbers: Float64Array): BigInt64Array => {
  const halves = new Uint32Array(2 * numbers.length);
  const [low, high] = isLittleEndian ? [0, 1] : [1, 0];
  for (let i = 0; i < numbers.length; i++) {
    if (!(Number.isSafeInteger(numbers[i]!) && numbers[i]! >= 0)) throw noTime(numbers[i]!);
    halves[2 * i + low] = numbers[i]!;
    halves[2 * i + high] = Math.floor(numbers[i]! / 2 ** 32);
  }
  return new BigInt64Array(halves.buffer);
};

const noTime = (time: number): DataError =>
  new DataError("writing events", {
    given: `an event at ${time} us`,
    expected: "whole microseconds from 0 to 2^53 - 1",
    remedy: "Correct the times, or what was done to them.",
  });

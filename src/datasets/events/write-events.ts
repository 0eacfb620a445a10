/** Writes events, to be read again by npy-events.ts or by NumPy. Node only. */

import { isLittleEndian } from "../arrays/byte-order.ts";
import { writeNpz } from "../arrays/npz-write.ts";
import type { Events, Sensor } from "./events.ts";

/**
 * Writes the .npz file at `path`, whole or not at all: times in microseconds `t` (i8), columns `x` and rows `y` (u2),
 * polarities `p` (boolean, True for ON), and the sensor's `width` and `height`. Throws StorageError if it cannot be
 * written.
 */
export async function writeEvents(path: string, events: Events, { width, height }: Sensor): Promise<void> {
  const shape = [events.t.length];
  await writeNpz(path, {
    t: { type: "i8", shape, data: wholeNumbers(events.t) },
    x: { type: "u2", shape, data: events.x },
    y: { type: "u2", shape, data: events.y },
    p: { type: "b1", shape, data: events.polarity },
    width: { type: "i8", shape: [], data: BigInt64Array.of(BigInt(width)) },
    height: { type: "i8", shape: [], data: BigInt64Array.of(BigInt(height)) },
  });
}

/** Without a bigint for each, in a tenth of the time: the two halves of each, from 0 to 2^53 - 1. */
function wholeNumbers(numbers: Float64Array): BigInt64Array {
  const halves = new Uint32Array(2 * numbers.length);
  const [low, high] = isLittleEndian ? [0, 1] : [1, 0];
  for (let i = 0; i < numbers.length; i++) {
    halves[2 * i + low] = numbers[i]!;
    halves[2 * i + high] = Math.floor(numbers[i]! / 2 ** 32);
  }
  return new BigInt64Array(halves.buffer);
}

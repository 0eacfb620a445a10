/** A box of pixels at a random place. */

import type { Key } from "../../random/key.ts";
import { randomBelow } from "../../random/permutation.ts";
import { reader } from "../../random/reader.ts";
import type { Events, Sensor } from "../events.ts";

export interface Box extends Sensor {
  readonly left: number;
  readonly top: number;
}

/** A box of a size, no larger than the sensor; each of its places inside the sensor is equally likely. */
export const randomBox = (key: Key, sensor: Sensor, { width, height }: Sensor): Box => {
  const next = reader(key);
  const left = randomBelow(sensor.width - width + 1, next);
  const top = randomBelow(sensor.height - height + 1, next);
  return { left, top, width, height };
};

/** For each event `inside` if it lies in the box, else 1 - inside. */
export const marksOfBox = (
  { x, y }: Events,
  { left, top, width, height }: Box,
  inside: 0 | 1,
): Uint8Array => {
  const marks = new Uint8Array(x.length);
  for (let k = 0; k < x.length; k++) {
    const column = x[k]! - left;
    const row = y[k]! - top;
    marks[k] = column >= 0 && column < width && row >= 0 && row < height ? inside : 1 - inside;
  }
  return marks;
};

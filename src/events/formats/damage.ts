/**
 * What is said of damaged recordings; `offset` is the byte of the file where the damaged word starts, or, where that is
 * compressed, the packet that it is in, and `which` then says which one. HDF5's library tells no bytes: its errors
 * (hdf5.ts) name the dataset and the event.
 */

import { DataError } from "../../errors.ts";
import type { ByteSource } from "../../files/byte-source.ts";
import type { Sensor } from "../events.ts";
import { sizeOf } from "../sensor.ts";

const mend = "The file is damaged or of another format: fetch it again, or name its format.";

export const damaged = (
  { name }: ByteSource,
  offset: number,
  given: string,
  expected: string,
  remedy = mend,
): DataError => new DataError({ file: name, offset }, { given, expected, remedy });

export const cutShort = (source: ByteSource, offset: number, expected: string): DataError =>
  damaged(
    source,
    offset,
    `the end of the file after ${source.size - offset} bytes`,
    expected,
    "Fetch it again.",
  );

/** Times that go back are refused rather than sorted: that takes the whole recording, or a guess how far they stray. */
export const outOfOrder = (
  source: ByteSource,
  offset: number,
  t: number,
  last: number,
  which = "an event",
): DataError =>
  damaged(
    source,
    offset,
    `${which} at ${t} us after one at ${last} us`,
    "events in order of time",
    "The file is damaged or of another format; if its recorder lost time, sort or cut it with the recorder's own software.",
  );

export const offSensor = (
  source: ByteSource,
  offset: number,
  x: number,
  y: number,
  sensor: Sensor,
  which = "an event",
): DataError =>
  damaged(
    source,
    offset,
    `${which} at column ${x}, row ${y}`,
    `one on the sensor of ${sizeOf(sensor)} pixels`,
    "Check the sensor's size and the format; if both are right the file is damaged: fetch it again.",
  );

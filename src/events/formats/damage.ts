/**
 * Errors about damaged recordings. `offset` is the byte of the file where the damaged word starts or, in compressed
 * data, the packet that holds it; `which` then names the event in the packet. The HDF5 library reports no offsets: its
 * errors (hdf5.ts) name the dataset and the event.
 */

import { DataError } from "../../errors.ts";
import type { ByteSource } from "../../files/byte-source.ts";
import type { Sensor } from "../events.ts";
import type { OffSensor } from "../recording-format.ts";
import { sizeOf } from "../sensor.ts";

const mend = "The file is damaged or of another format: fetch it again, or name its format.";

export const damaged = (
  { name }: ByteSource,
  offset: number,
  given: string,
  expected: string,
  remedy = mend,
): DataError => new DataError({ file: name, offset }, { given, expected, remedy });

export const truncated = (source: ByteSource, offset: number, expected: string): DataError =>
  damaged(
    source,
    offset,
    `the end of the file after ${source.size - offset} bytes`,
    expected,
    "Fetch it again.",
  );

/** Times that go back are refused, not sorted: sorting needs the whole recording, or a bound on the disorder. */
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

/** The remedy for events off the sensor. */
export const offSensorRemedy =
  "Check the sensor's size and the format. If both are right, fetch the file again, or leave such events out: " +
  "`dropOutside`, or --drop-outside on the command line.";

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
    offSensorRemedy,
  );

/** Counts an event off the sensor, which is left out. Throws DataError unless such events are to be dropped. */
export const leaveOut = (off: OffSensor, ...event: Parameters<typeof offSensor>): void => {
  if (!off.drop) throw offSensor(...event);
  off.count++;
};

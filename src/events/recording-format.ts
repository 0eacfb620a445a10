/** A format of event recordings: an entry of the table in recording.ts. */

import type { ByteSource } from "../files/byte-source.ts";
import type { EventStream, Sensor } from "./events.ts";

/** Number of bytes at the start of a file that formats are detected by. */
export const signatureBytes = 4096;

/** Events off the sensor: refused, or left out and counted. */
export interface OffSensor {
  readonly drop: boolean;
  /** Number of events left out so far. */
  count: number;
}

/** The caller's information about a recording. */
export interface Given {
  /** Size of the sensor; sensor.ts decides which statement of it counts. */
  readonly sensor?: Sensor | undefined;
  readonly off: OffSensor;
}

export interface RecordingFormat {
  /** Name in options and commands, such as "evt3". */
  readonly name: string;
  /** Endings of file names that suggest the format, in lower case, with the dot, such as ".raw". */
  readonly endings: readonly string[];
  /** Whether a file that starts with these `signatureBytes` bytes (all bytes of a shorter file) is of this format. */
  readonly isStart: (start: Uint8Array) => boolean;
  /**
   * Opens a recording of this format: reads the header, and none of the events. Throws DataError with the byte offset
   * of the damage, from this call or while the chunks are read.
   */
  readonly open: (source: ByteSource, given: Given) => Promise<EventStream>;
}

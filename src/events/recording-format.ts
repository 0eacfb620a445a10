/** What a format of event recordings is: an entry of the table in recording.ts. */

import type { ByteSource } from "../files/byte-source.ts";
import type { EventStream, Sensor } from "./events.ts";

/** How many of a file's first bytes a format is known by. */
export const signatureBytes = 4096;

export interface RecordingFormat {
  /** What options and commands call it, such as "evt3". */
  readonly name: string;
  /** File names that suggest it, in lower case, with the dot, such as ".raw". */
  readonly endings: readonly string[];
  /** Whether a file whose first `signatureBytes` bytes (or all, if it is shorter) are these is surely of this format. */
  readonly isStart: (start: Uint8Array) => boolean;
  /**
   * Opens a recording of this format: reads what comes before the events, and nothing of them. `sensor` is what the
   * caller says of the sensor's size (sensor.ts finds which one counts). Throws DataError with the byte where the data
   * went wrong, then or while the chunks are read.
   */
  readonly open: (source: ByteSource, sensor: Sensor | undefined) => Promise<EventStream>;
}

/** Reading recordings of one format in tests. */

import { concatEvents, type Events, type Sensor } from "../../../src/events/events.ts";
import type { RecordingFormat } from "../../../src/events/recording-format.ts";
import { type ByteSource, memorySource } from "../../../src/files/byte-source.ts";

/** All events of a recording, and what was said of it when it was opened. */
export const readWith = async (format: RecordingFormat, source: ByteSource | Uint8Array, given?: Sensor) => {
  const bytes = source instanceof Uint8Array ? memorySource("/x/file", source) : source;
  const {
    format: name,
    sensor,
    chunks,
  } = await format.open(bytes, { sensor: given, off: { drop: false, count: 0 } });
  const parts: Events[] = [];
  for await (const chunk of chunks) parts.push(chunk);
  return { format: name, sensor, events: concatEvents(parts), chunks: parts.length };
};

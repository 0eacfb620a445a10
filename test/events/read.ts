/** Reading recordings in tests. */

import { concatEvents, type Events } from "../../src/events/events.ts";
import type { RecordingOptions } from "../../src/events/open-source.ts";
import { openSource } from "../../src/events/recording.ts";
import { type ByteSource, memorySource } from "../../src/files/byte-source.ts";

/** As openSource and all its events, plain enough to be compared with what was encoded. */
export const readSource = async (source: ByteSource, options: RecordingOptions = {}) => {
  const { format, sensor, chunks, remarks } = await openSource(source, options);
  const parts: Events[] = [];
  for await (const chunk of chunks) parts.push(chunk);
  return { format, sensor, events: concatEvents(parts), chunks: parts.length, remarks: remarks!() };
};

/** The events that are handed out before the damage of a recording, and its error. */
export const readUntilDamage = async (bytes: Uint8Array, options: RecordingOptions = {}) => {
  const { chunks } = await openSource(memorySource("/x/file", bytes), options);
  const parts: Events[] = [];
  let error: unknown;
  try {
    for await (const chunk of chunks) parts.push(chunk);
  } catch (caught) {
    error = caught;
  }
  return { events: concatEvents(parts), error };
};

export const readBytes = (bytes: Uint8Array, options?: RecordingOptions) =>
  readSource(memorySource("/x/file", bytes), options);

/** The same bytes, of which reads at `start` or behind it bring only `most`: as if files were read in small pieces. */
export const inPieces = (bytes: Uint8Array, most: number, start: number): ByteSource => ({
  ...memorySource("/x/file", bytes),
  read: async (from, to) => bytes.slice(from, from < start ? to : Math.min(to, from + most)),
});

export const altered = (bytes: Uint8Array, at: number, ...values: readonly number[]): Uint8Array => {
  const copy = bytes.slice();
  copy.set(values, at);
  return copy;
};

/** Opens an event recording of any format. Node only. */

import type { ByteSource } from "../files/byte-source.ts";
import { fileSource } from "../files/file-source.ts";
import { concatEvents, type EventStream, type Events, type Recording } from "./events.ts";
import { aedat2Format } from "./formats/aedat2.ts";
import { aedat3Format } from "./formats/aedat3.ts";
import { aedat4Format } from "./formats/aedat4.ts";
import { datFormat } from "./formats/dat.ts";
import { evt2Format } from "./formats/evt2.ts";
import { evt3Format } from "./formats/evt3.ts";
import { evt21Format } from "./formats/evt21.ts";
import { hdf5Format } from "./formats/hdf5.ts";
import { nmnistFormat } from "./formats/nmnist.ts";
import { npyFormat } from "./formats/npy-file.ts";
import { npzFormat } from "./formats/npz-events.ts";
import { textFormat } from "./formats/text.ts";
import { openSourceIn, type RecordingOptions } from "./open-source.ts";
import type { RecordingFormat } from "./recording-format.ts";

/** Every format, as data. */
export const recordingFormats: readonly RecordingFormat[] = [
  nmnistFormat,
  aedat2Format,
  aedat3Format,
  aedat4Format,
  datFormat,
  evt2Format,
  evt21Format,
  evt3Format,
  hdf5Format,
  npyFormat,
  npzFormat,
  textFormat,
];

/**
 * The recording at `path`, to be read piece by piece in constant memory. Its format is the one given, else the one its
 * first bytes show, else the one that the ending of its name suggests. Throws StorageError if it cannot be read,
 * ConfigError for an unknown format, DataError for a file of undetectable format or that is damaged; while the chunks
 * are read, DataError with the byte offset of the damage.
 */
export const openRecording = async (path: string, options: RecordingOptions = {}): Promise<EventStream> =>
  openSource(await fileSource(path), options);

/** Opens the recording in the bytes of `source`, as `openRecording` does. */
export const openSource = (source: ByteSource, options: RecordingOptions = {}): Promise<EventStream> =>
  openSourceIn(recordingFormats, source, options);

/** A whole recording in memory; for small ones. As `openRecording`. */
export const readRecording = async (path: string, options: RecordingOptions = {}): Promise<Recording> => {
  const { sensor, chunks } = await openRecording(path, options);
  const parts: Events[] = [];
  for await (const chunk of chunks) parts.push(chunk);
  return { events: parts.length === 1 ? parts[0]! : concatEvents(parts), sensor };
};

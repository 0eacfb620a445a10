/** Recordings in browsers: the formats that need nothing of Node, read whole into memory. */

import { DataError } from "../errors.ts";
import { blobSource } from "../files/blob-source.ts";
import type { ZstdDecoder } from "../files/compression/zstd-frame.ts";
import { grouped } from "../grouped.ts";
import { concatEvents, type Events, type Recording } from "./events.ts";
import { aedat2Format } from "./formats/aedat2.ts";
import { aedat3Format } from "./formats/aedat3.ts";
import { aedat4FormatBy } from "./formats/aedat4-packets.ts";
import { datFormat } from "./formats/dat.ts";
import { evt2Format } from "./formats/evt2.ts";
import { evt3Format } from "./formats/evt3.ts";
import { evt21Format } from "./formats/evt21.ts";
import { nmnistFormat } from "./formats/nmnist.ts";
import { npyFormat } from "./formats/npy-file.ts";
import { textFormat } from "./formats/text.ts";
import { openSourceIn, type RecordingOptions } from "./open-source.ts";
import type { RecordingFormat } from "./recording-format.ts";
import { type RecordingSummary, summing } from "./summary.ts";

/** All formats but HDF5 and .npz, whose libraries read files in Node. */
export const portableFormats = (decodeZstd: ZstdDecoder): readonly RecordingFormat[] => [
  nmnistFormat,
  aedat2Format,
  aedat3Format,
  aedat4FormatBy(decodeZstd),
  datFormat,
  evt2Format,
  evt21Format,
  evt3Format,
  npyFormat,
  textFormat,
];

/** Most events that are kept in memory: about 260 MB. */
const MOST_EVENTS = 20_000_000;

/**
 * A whole recording with its summary. Throws as `openRecording`, and DataError for one of more than `most` events.
 * `decodeZstd` decompresses Zstandard frames, which may take it very long where they are damaged.
 */
export const readPortable = async (
  name: string,
  file: Blob,
  decodeZstd: ZstdDecoder,
  options: RecordingOptions = {},
  most: number = MOST_EVENTS,
): Promise<{ readonly recording: Recording; readonly summary: RecordingSummary }> => {
  const { stream, summary } = summing(
    await openSourceIn(portableFormats(decodeZstd), blobSource(name, file), options),
  );
  const parts: Events[] = [];
  let count = 0;
  for await (const chunk of stream.chunks) {
    parts.push(chunk);
    count += chunk.t.length;
    if (count > most)
      throw new DataError(
        { file: name },
        {
          given: `a recording of more than ${grouped(most)} events`,
          expected: `at most ${grouped(most)}, which are kept in memory`,
          remedy: "Crop it with `nsm data convert`, or choose a shorter one.",
        },
      );
  }
  return { recording: { events: concatEvents(parts), sensor: stream.sensor }, summary: summary() };
};

/** Opens an event recording of any format. Node only. */

import { ConfigError, DataError } from "../errors.ts";
import type { ByteSource } from "../files/byte-source.ts";
import { fileSource } from "../files/file-source.ts";
import { counted } from "../grouped.ts";
import { concatEvents, type EventStream, type Events, type Recording, type Sensor } from "./events.ts";
import { aedat2Format } from "./formats/aedat2.ts";
import { aedat3Format } from "./formats/aedat3.ts";
import { aedat4Format } from "./formats/aedat4.ts";
import { damaged } from "./formats/damage.ts";
import { datFormat } from "./formats/dat.ts";
import { evt2Format } from "./formats/evt2.ts";
import { evt3Format } from "./formats/evt3.ts";
import { evt21Format } from "./formats/evt21.ts";
import { hdf5Format } from "./formats/hdf5.ts";
import { nmnistFormat } from "./formats/nmnist.ts";
import { npyFormat, npzFormat } from "./formats/npy-events.ts";
import { textFormat } from "./formats/text.ts";
import { type RecordingFormat, signatureBytes } from "./recording-format.ts";
import { sizeOf } from "./sensor.ts";

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

export interface RecordingOptions {
  /** Name of the format, where it cannot be detected. */
  readonly format?: string;
  /** Size of the sensor, where the file does not state it. */
  readonly sensor?: Sensor;
  /** Leaves out events off the sensor, and counts them in the stream's remarks, instead of refusing the recording. */
  readonly dropOutside?: boolean;
}

/**
 * The recording at `path`, to be read piece by piece in constant memory. Its format is the one given, else the one its
 * first bytes show, else the one that the ending of its name suggests. Throws StorageError if it cannot be read,
 * ConfigError for an unknown format, DataError for a file of undetectable format or that is damaged; while the chunks
 * are read, DataError with the byte offset of the damage.
 */
export const openRecording = async (path: string, options: RecordingOptions = {}): Promise<EventStream> =>
  openSource(await fileSource(path), options);

/** Opens the recording in the bytes of `source`, as `openRecording` does. */
export const openSource = async (
  source: ByteSource,
  options: RecordingOptions = {},
): Promise<EventStream> => {
  if (source.size === 0) throw damaged(source, 0, "an empty file", "an event recording", "Fetch it again.");
  const format = options.format === undefined ? await detect(source) : formatByName(options.format);
  const off = { drop: options.dropOutside ?? false, count: 0 };
  const stream = await format.open(source, { sensor: options.sensor, off });
  const dropped = (): string[] =>
    off.count === 0
      ? []
      : [`${counted(off.count, "event")} off the sensor of ${sizeOf(stream.sensor)} pixels left out`];
  return { ...stream, remarks: () => [...(stream.remarks?.() ?? []), ...dropped()] };
};

/** A whole recording in memory; for small ones. As `openRecording`. */
export const readRecording = async (path: string, options: RecordingOptions = {}): Promise<Recording> => {
  const { sensor, chunks } = await openRecording(path, options);
  const parts: Events[] = [];
  for await (const chunk of chunks) parts.push(chunk);
  return { events: parts.length === 1 ? parts[0]! : concatEvents(parts), sensor };
};

/** The format of that name. Throws ConfigError, listing the names, if there is none. */
const formatByName = (name: string): RecordingFormat => {
  const format = recordingFormats.find((candidate) => candidate.name === name);
  if (format) return format;
  throw new ConfigError("looking up a format of event recordings", {
    given: JSON.stringify(name),
    expected: `one of ${names()}`,
    remedy: "Correct the name.",
  });
};

const detect = async (source: ByteSource): Promise<RecordingFormat> => {
  const start = await source.read(0, signatureBytes);
  const format = recordingFormats.find(({ isStart }) => isStart(start)) ?? suggestedBy(source.name);
  if (format) return format;
  throw new DataError(
    { file: source.name, offset: 0 },
    {
      given: "a file that does not show its format",
      expected: `a recording in one of the formats ${names()}`,
      remedy: "Name the format: as `format`, or on the command line as `--format NAME`.",
    },
  );
};

/** The only format that has the longest of the endings that fit the name, if there is one. */
const suggestedBy = (name: string): RecordingFormat | undefined => {
  const fits = recordingFormats.flatMap((format) =>
    format.endings
      .filter((ending) => name.toLowerCase().endsWith(ending))
      .map((ending) => ({ format, ending })),
  );
  const longest = Math.max(...fits.map(({ ending }) => ending.length));
  const best = fits.filter(({ ending }) => ending.length === longest);
  return best.length === 1 ? best[0]!.format : undefined;
};

const names = (): string => recordingFormats.map(({ name }) => name).join(", ");

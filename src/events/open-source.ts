/** Opens the recording in a source of bytes, in one of some formats. */

import { ConfigError, DataError } from "../errors.ts";
import type { ByteSource } from "../files/byte-source.ts";
import { counted } from "../grouped.ts";
import type { EventStream, Sensor } from "./events.ts";
import { damaged } from "./formats/damage.ts";
import { type RecordingFormat, signatureBytes } from "./recording-format.ts";
import { sizeOf } from "./sensor.ts";

export interface RecordingOptions {
  /** Name of the format, where it cannot be detected. */
  readonly format?: string;
  /** Size of the sensor, where the file does not state it. */
  readonly sensor?: Sensor;
  /** Leaves out events off the sensor, and counts them in the stream's remarks, instead of refusing the recording. */
  readonly dropOutside?: boolean;
}

/**
 * The recording in the bytes of `source`, in the format that is named, else the one that its first bytes show, else the
 * one that the ending of its name suggests. Throws as `openRecording`.
 */
export const openSourceIn = async (
  formats: readonly RecordingFormat[],
  source: ByteSource,
  options: RecordingOptions = {},
): Promise<EventStream> => {
  if (source.size === 0) throw damaged(source, 0, "an empty file", "an event recording", "Fetch it again.");
  const format =
    options.format === undefined ? await detect(formats, source) : formatByName(formats, options.format);
  const off = { drop: options.dropOutside ?? false, count: 0 };
  const stream = await format.open(source, { sensor: options.sensor, off });
  const dropped = (): string[] =>
    off.count === 0
      ? []
      : [`${counted(off.count, "event")} off the sensor of ${sizeOf(stream.sensor)} pixels left out`];
  return { ...stream, remarks: () => [...(stream.remarks?.() ?? []), ...dropped()] };
};

/** The format of that name. Throws ConfigError, listing the names, if there is none. */
const formatByName = (formats: readonly RecordingFormat[], name: string): RecordingFormat => {
  const format = formats.find((candidate) => candidate.name === name);
  if (format) return format;
  throw new ConfigError("looking up a format of event recordings", {
    given: JSON.stringify(name),
    expected: `one of ${namesOf(formats)}`,
    remedy: "Correct the name.",
  });
};

const detect = async (formats: readonly RecordingFormat[], source: ByteSource): Promise<RecordingFormat> => {
  const start = await source.read(0, signatureBytes);
  const format = formats.find(({ isStart }) => isStart(start)) ?? suggestedBy(formats, source.name);
  if (format) return format;
  throw new DataError(
    { file: source.name, offset: 0 },
    {
      given: "a file that does not show its format",
      expected: `a recording in one of the formats ${namesOf(formats)}`,
      remedy: "Name the format: as `format`, or on the command line as `--format NAME`.",
    },
  );
};

/** The only format that has the longest of the endings that fit the name, if there is one. */
const suggestedBy = (formats: readonly RecordingFormat[], name: string): RecordingFormat | undefined => {
  const fits = formats.flatMap((format) =>
    format.endings
      .filter((ending) => name.toLowerCase().endsWith(ending))
      .map((ending) => ({ format, ending })),
  );
  const longest = Math.max(...fits.map(({ ending }) => ending.length));
  const best = fits.filter(({ ending }) => ending.length === longest);
  return best.length === 1 ? best[0]!.format : undefined;
};

const namesOf = (formats: readonly RecordingFormat[]): string => formats.map(({ name }) => name).join(", ");

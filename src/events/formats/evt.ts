/**
 * Common parts of the encodings of Prophesee's RAW files (docs.prophesee.ai, RAW file format): a header of lines
 * "% KEY VALUE", the last one "% end" in newer files. It states the encoding as "% evt 3.0" and "% format
 * EVT3;height=720;width=1280", the size of the sensor there and as "% geometry 1280x720". Data without a header are of
 * the encoding that the caller names. Words before the first time were cut off a longer recording and hold no events
 * that could be dated; words of types without a meaning are left out and counted, as the maker's decoder ignores them.
 */

import type { ByteSource } from "../../files/byte-source.ts";
import { counted } from "../../grouped.ts";
import type { Sensor } from "../events.ts";
import { sensorOf } from "../sensor.ts";
import { damaged } from "./damage.ts";
import { type Header, readHeader, startsWith, textOf, valueAfter } from "./header.ts";

/** Number of bytes within which a time must have come: cameras send one at least every few milliseconds. */
const searched = 1 << 16;

/** Whether a file that starts with these bytes states the encoding, such as "2.0". */
export const saysEncoding = (start: Uint8Array, encoding: string): boolean =>
  startsWith(start, "% ") && encodingOf(textOf(start).split("\n")) === encoding;

/** The encoding, such as "2.0", stated by "% evt 2.0" or "% format EVT2;..". */
const encodingOf = (lines: readonly string[]): string | undefined => {
  const version = valueAfter(lines, "% evt ");
  if (version !== undefined) return version;
  const digits = /^EVT(\d)(\d?)/.exec(valueAfter(lines, "% format ") ?? "");
  return digits ? `${digits[1]}.${digits[2] || 0}` : undefined;
};

export interface RawFile {
  readonly sensor: Sensor;
  /** First byte after the header. */
  readonly start: number;
  /** Order of the bytes of a word as the header states it, such as "little"; undefined if it does not. */
  readonly endianness: string | undefined;
}

/** Reads the header of a file of that encoding. Throws DataError if it states another one, or no size is known. */
export const openRaw = async (
  source: ByteSource,
  encoding: string,
  given: Sensor | undefined,
): Promise<RawFile> => {
  const header = await readHeader(source, "% ", "% end");
  const found = encodingOf(header.lines) ?? encoding;
  if (found !== encoding)
    throw damaged(
      source,
      0,
      `EVT ${found}`,
      `EVT ${encoding}`,
      "Name its format, or convert it to EVT 2.0 or 3.0.",
    );
  const endianness = header.lines.map((line) => /endian\w*[ =](\w+)/i.exec(line)?.[1]).find(Boolean);
  if (endianness?.toLowerCase() === "big")
    throw damaged(
      source,
      0,
      "big-endian words",
      "little-endian ones",
      "Convert it with the camera's software.",
    );
  return {
    sensor: sensorOf(source, { given, stated: statedSize(header) }),
    start: header.end,
    endianness: endianness?.toLowerCase(),
  };
};

const statedSize = ({ lines }: Header): Sensor | undefined => {
  const geometry = /^(\d+)x(\d+)$/.exec(valueAfter(lines, "% geometry ") ?? "");
  if (geometry) return { width: Number(geometry[1]), height: Number(geometry[2]) };
  const format = valueAfter(lines, "% format ") ?? "";
  const [width, height] = [/width=(\d+)/.exec(format), /height=(\d+)/.exec(format)];
  return width && height ? { width: Number(width[1]), height: Number(height[1]) } : undefined;
};

/** Position of a word's type, which is its four highest bits. */
interface WordLayout {
  /** Bytes of a word. */
  readonly bytes: 2 | 4 | 8;
  /** Byte of a word with its type in the upper half. */
  readonly typeByte: number;
}

export interface Untimed {
  /** Offset of the first word that gives the high bits of the time. */
  readonly first: number;
  /** The words from `start` up to that one. */
  readonly before: DataView;
}

/**
 * Finds the first word of type `timeHigh` at or after `start`. Throws DataError if there is none within the first 64
 * KiB of a file that has any words.
 */
export const firstTimeWord = async (
  source: ByteSource,
  start: number,
  { bytes: wordBytes, typeByte }: WordLayout,
  timeHigh: number,
): Promise<Untimed> => {
  const bytes = await source.read(start, start + searched);
  const until = (end: number): Untimed => ({
    first: start + end,
    before: new DataView(bytes.buffer, bytes.byteOffset, end),
  });
  if (bytes.length === 0) return until(0);
  for (let i = 0; i + wordBytes <= bytes.length; i += wordBytes)
    if (bytes[i + typeByte]! >> 4 === timeHigh) return until(i);
  throw damaged(source, start, "data without a time", "a word that gives the time's high bits");
};

/** Value of a counter since the start, from its value modulo `period` and its value since the start shortly before. */
export const unwrapped = (value: number, before: number, period: number): number => {
  const step = value - (before % period);
  return before + (step < -period / 2 ? step + period : step);
};

/** Counts words of types that the format reserves, by type. */
export interface ReservedWords {
  readonly add: (type: number) => void;
  readonly remarks: () => readonly string[];
}

export const reservedWords = (): ReservedWords => {
  const counts = new Uint32Array(16);
  return {
    add: (type) => void counts[type]!++,
    remarks: () => {
      const total = counts.reduce((sum, count) => sum + count);
      const types = [...counts.keys()].filter((type) => counts[type]! > 0);
      return total === 0 ? [] : [`${counted(total, "word")} of reserved type ${types.join(", ")} left out`];
    },
  };
};

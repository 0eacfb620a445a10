/**
 * What the encodings of Prophesee's RAW files have in common (docs.prophesee.ai, RAW file format): a header of lines
 * "% KEY VALUE", the last one "% end" in newer files. It says the encoding as "% evt 3.0" and "% format
 * EVT3;height=720;width=1280", the sensor's size there and as "% geometry 1280x720". Data without a header are of the
 * encoding that the caller names.
 */

import type { DataError } from "../../errors.ts";
import type { ByteSource } from "../../files/byte-source.ts";
import type { Sensor } from "../events.ts";
import { sensorOf } from "../sensor.ts";
import { damaged } from "./damage.ts";
import { type Header, readHeader, startsWith, textOf, valueAfter } from "./header.ts";

/** How many bytes in a time must have come: cameras give one at least every few milliseconds. */
const searched = 1 << 16;

/** Whether a file that starts so says that it is of that encoding, such as "2.0". */
export const saysEncoding = (start: Uint8Array, encoding: string): boolean =>
  startsWith(start, "% ") && encodingOf(textOf(start).split("\n")) === encoding;

/** Such as "2.0", from "% evt 2.0" or "% format EVT2;..". */
const encodingOf = (lines: readonly string[]): string | undefined => {
  const version = valueAfter(lines, "% evt ");
  if (version !== undefined) return version;
  const digits = /^EVT(\d)(\d?)/.exec(valueAfter(lines, "% format ") ?? "");
  return digits ? `${digits[1]}.${digits[2] || 0}` : undefined;
};

/** Reads the header of a file of that encoding. Throws DataError if it says another one, or says no sensor's size. */
export const openRaw = async (
  source: ByteSource,
  encoding: string,
  given: Sensor | undefined,
): Promise<{ readonly sensor: Sensor; readonly start: number }> => {
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
  if (header.lines.some((line) => /endian\w*[ =]big/i.test(line)))
    throw damaged(
      source,
      0,
      "big-endian words",
      "little-endian ones",
      "Convert it with the camera's software.",
    );
  return { sensor: sensorOf(source, { given, stated: statedSize(header) }), start: header.end };
};

const statedSize = ({ lines }: Header): Sensor | undefined => {
  const geometry = /^(\d+)x(\d+)$/.exec(valueAfter(lines, "% geometry ") ?? "");
  if (geometry) return { width: Number(geometry[1]), height: Number(geometry[2]) };
  const format = valueAfter(lines, "% format ") ?? "";
  const [width, height] = [/width=(\d+)/.exec(format), /height=(\d+)/.exec(format)];
  return width && height ? { width: Number(width[1]), height: Number(height[1]) } : undefined;
};

/**
 * The first word, among those of `wordBytes` bytes from `start` on, of the type that gives the time's high bits. What is
 * before it has no time, which happens where a recording was cut out of a longer one, and is left out, as the maker's own
 * decoders do. Throws DataError if there is none where the first ones must be.
 */
export const firstTimeWord = async (
  source: ByteSource,
  start: number,
  wordBytes: 2 | 4,
  timeHigh: number,
): Promise<number> => {
  const bytes = await source.read(start, start + searched);
  // The type is the four highest bits, so in a word's last byte.
  for (let i = wordBytes - 1; i < bytes.length; i += wordBytes)
    if (bytes[i]! >> 4 === timeHigh) return start + i - (wordBytes - 1);
  throw damaged(source, start, "data without a time", "a word that gives the time's high bits");
};

/** A counter's value since the start, from its value modulo `period` and its value since the start a short while ago. */
export const unwrapped = (value: number, before: number, period: number): number => {
  const step = value - (before % period);
  return before + (step < -period / 2 ? step + period : step);
};

export const reservedWord = (source: ByteSource, offset: number, type: number): DataError =>
  damaged(source, offset, `a word of the reserved type ${type}`, "one of a type that has a meaning");

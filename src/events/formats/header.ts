/** The lines of text that recordings of several formats start with. */

import type { ByteSource } from "../../files/byte-source.ts";
import { damaged } from "./damage.ts";

/** Longest header, in bytes: jAER writes all its preferences there. */
const longest = 1 << 20;
const [tab, lineFeed, carriageReturn, space] = [9, 10, 13, 32];

export interface Header {
  /** Lines without their ends. */
  readonly lines: readonly string[];
  /** The byte after the last line. */
  readonly end: number;
}

const latin1 = new TextDecoder("latin1");

/** Any byte is one character. */
export const textOf = (bytes: Uint8Array): string => latin1.decode(bytes);

export const startsWith = (bytes: Uint8Array, mark: string): boolean =>
  bytes.length >= mark.length && textOf(bytes.subarray(0, mark.length)) === mark;

/**
 * Reads the lines that start with `mark`, up to a line `last` or the first that is none. A line holds no control
 * characters, which distinguishes it from data that start with the same byte. Throws DataError where a line does not
 * end within the file or its first MiB.
 */
export const readHeader = async (source: ByteSource, mark: string, last?: string): Promise<Header> => {
  const bytes = await source.read(0, longest);
  const lines: string[] = [];
  let end = 0;
  while (lines.length === 0 || lines.at(-1) !== last) {
    if (!startsWith(bytes.subarray(end), mark)) break;
    let stop = end;
    while (stop < bytes.length && isText(bytes[stop]!)) stop++;
    if (stop === bytes.length || stop === longest - 1)
      throw damaged(source, end, "a header line without an end", "a whole header of less than 1 MiB");
    if (bytes[stop] !== lineFeed) break;
    lines.push(textOf(bytes.subarray(end, stop)).trimEnd());
    end = stop + 1;
  }
  return { lines, end };
};

const isText = (byte: number): boolean => byte >= space || byte === tab || byte === carriageReturn;

/** Text after `key` in the first line that starts with it, such as "1280x720" for "% geometry ". */
export const valueAfter = (lines: readonly string[], key: string): string | undefined =>
  lines
    .find((line) => line.startsWith(key))
    ?.slice(key.length)
    .trim();

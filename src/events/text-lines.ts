/** Text files of a data set, line by line, with a place for errors. */

import { DataError } from "../errors.ts";

export interface Line {
  /** Text without the end of the line. */
  readonly text: string;
  /** Number of the line, from 1. */
  readonly number: number;
  readonly fail: (given: string, expected: string) => never;
}

const NEWLINE = 0x0a;

/** The lines of a file, at least one; `file` names it in errors, which are of DataError and tell line and byte. */
export const linesOf = (bytes: Uint8Array, file: string): readonly Line[] => {
  const lines: Line[] = [];
  for (let start = 0, number = 1; start < bytes.length || number === 1; number++) {
    const newline = bytes.indexOf(NEWLINE, start);
    const end = newline < 0 ? bytes.length : newline;
    const offset = start;
    const line = number;
    const fail = (given: string, expected: string): never => {
      throw damagedText(file, offset, `line ${line}: ${shortened(given)}`, expected);
    };
    lines.push({ text: decode(bytes.subarray(start, end)), number, fail });
    start = end + 1;
  }
  return lines;
};

const decode = (bytes: Uint8Array): string => new TextDecoder().decode(bytes).replace(/^\uFEFF/, "");

const shortened = (text: string): string => (text.length > 60 ? `${text.slice(0, 60)}...` : text);

const damagedText = (file: string, offset: number, given: string, expected: string): DataError =>
  new DataError(
    { file, offset },
    { given, expected, remedy: "Take the file from the published archive again, or correct the line." },
  );

/** Text files line by line, with a place for errors; tables of comma-separated values. */

import { DataError } from "../errors.ts";

export interface Line {
  /** Text without the end of the line. */
  readonly text: string;
  /** Number of the line, from 1. */
  readonly number: number;
  readonly fail: (given: string, expected: string) => never;
}

const NEWLINE = 0x0a;

/**
 * The lines of a file, at least one, one by one: all together take fifty times the memory of the file. `file` names it in
 * errors, which are of DataError and tell line and byte.
 */
export function* linesOf(bytes: Uint8Array, file: string): Generator<Line> {
  const decoder = new TextDecoder();
  for (let start = 0, number = 1; start < bytes.length || number === 1; number++) {
    const newline = bytes.indexOf(NEWLINE, start);
    const end = newline < 0 ? bytes.length : newline;
    const offset = start;
    const line = number;
    const fail = (given: string, expected: string): never => {
      throw damagedText(file, offset, `line ${line}: ${shortened(given)}`, expected);
    };
    yield { text: decoder.decode(bytes.subarray(start, end)).replace(/^\uFEFF/, ""), number, fail };
    start = end + 1;
  }
}

/** A row of a table. */
export interface Row extends Pick<Line, "fail"> {
  readonly cells: readonly string[];
}

/**
 * Rows below the header of a table of comma-separated values, without blanks around cells and without empty lines.
 * `header` is the first line, such as "class,start". Throws DataError, with line and byte, for another header and for a
 * row with more or fewer cells.
 */
export function* rowsBelow(header: string, bytes: Uint8Array, file: string): Generator<Row> {
  const columns = header.split(",").length;
  for (const { text, number, fail } of linesOf(bytes, file)) {
    const cells = text.split(",").map((cell) => cell.trim());
    if (number === 1) {
      if (cells.join(",") !== header) fail(text, `the header ${header}`);
    } else if (text.trim() !== "") {
      if (cells.length !== columns) fail(text, `${columns} cells: ${header}`);
      yield { cells, fail };
    }
  }
}

const shortened = (text: string): string => (text.length > 60 ? `${text.slice(0, 60)}...` : text);

const damagedText = (file: string, offset: number, given: string, expected: string): DataError =>
  new DataError(
    { file, offset },
    { given, expected, remedy: "Correct the line, or take the file from its source again." },
  );

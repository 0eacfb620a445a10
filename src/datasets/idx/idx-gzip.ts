/** Refusals of compressed IDX files. This file imports nothing of Node. */
import { DataError } from "../../errors.ts";
import { grouped } from "../../grouped.ts";
import { mend } from "./idx.ts";

/** Most bytes that are read at once: Node has this limit. */
export const LARGEST = 2 ** 31 - 1;
/** No deflate stream holds more than this many bytes a byte (RFC 1951: 258 bytes from 2 bits). */
const DEFLATE_RATIO = 1032;

/** Throws DataError for a header that promises more than the compressed bytes can hold, or than `largest` bytes. */
export const requirePossible = (
  path: string,
  promised: number,
  compressed: number,
  largest = LARGEST,
): void => {
  const most = compressed * DEFLATE_RATIO;
  if (promised > most)
    throw new DataError(
      { file: path, offset: 4 },
      {
        given: `a header that promises ${promised} bytes`,
        expected: `at most ${most}, what ${compressed} compressed bytes can hold`,
        remedy: mend,
      },
    );
  if (promised > largest)
    throw new DataError(
      { file: path, offset: 4 },
      {
        given: `a header that promises ${grouped(promised)} bytes`,
        expected: `at most ${grouped(largest)} bytes uncompressed, the most that is read of an IDX file`,
        remedy: "Split the images, or write them as train.npz and test.npz with arrays x and y.",
      },
    );
};

/** Throws DataError for contents that go on behind the `length` bytes that the header promises. */
export const refuseMore = (path: string, length: number, cause?: unknown): never => {
  throw new DataError(
    { file: path, offset: length },
    { given: "more data", expected: `an end after ${length} bytes, as the header says`, remedy: mend },
    cause,
  );
};

/** Throws DataError for compressed contents that could not be decompressed. */
export const refuseDamage = (path: string, cause: unknown): never => {
  const given = `a damaged gzip file (${(cause as Error).message})`;
  throw new DataError({ file: path }, { given, expected: "a whole gzip file", remedy: mend }, cause);
};

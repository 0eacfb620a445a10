/** Writes NumPy's .npz files. Node only. */

import { Readable } from "node:stream";
import { ZipFile } from "yazl";
import { replaceFile } from "../../storage/files.ts";
import { type Elements, sizeOfType } from "./element-type.ts";
import type { NpyArray } from "./npy.ts";
import { bytesOf, countOf, misfit, type NpyKind, npyHeader } from "./npy-encode.ts";

/** An array that need not be in memory as a whole. */
export interface NpyPieces extends NpyKind {
  /** Its elements, row-major, one piece after the other; called once, when the arrays before it are written. */
  readonly pieces: () => Iterable<Elements> | AsyncIterable<Elements>;
}

const pieceBytes = 1 << 18;
/** The same arrays make the same file: the earliest time that a zip archive can say. */
const mtime = new Date(1980, 0, 1);

/**
 * Writes `arrays`, by their names, as the deflated .npz file at `path`, whole or not at all, in little more memory than
 * theirs, or than a piece's. numpy.load opens it. Throws StorageError if it cannot be written, DataError where an
 * array's shape, type and elements do not fit each other, and what the pieces throw. compressionLevel: 1, fast, to 9, small.
 */
export const writeNpz = async (
  path: string,
  arrays: Readonly<Record<string, NpyArray | NpyPieces>>,
  { compressionLevel = 1 }: { readonly compressionLevel?: number } = {},
): Promise<void> => {
  const zip = new ZipFile();
  const output = zip.outputStream as Readable;
  const files: Readable[] = [];
  let failure: unknown;
  const fail = (cause: Error): void => {
    failure ??= cause;
    output.destroy(cause);
  };
  zip.on("error", fail);
  // It may be destroyed before anyone reads it.
  output.on("error", () => {});
  for (const [name, array] of Object.entries(arrays)) {
    const size = npyHeader(array).length + countOf(array) * sizeOfType(array.type);
    const options = { size, mtime, forceDosTimestamp: true, compressionLevel };
    zip.addReadStreamLazy(`${name}.npy`, options, (take) => {
      const file = Readable.from(partsOf("data" in array ? { ...array, pieces: () => [array.data] } : array));
      files.push(file.on("error", fail));
      take(null, file);
    });
  }
  zip.end();
  try {
    await replaceFile(path, output);
  } catch (cause) {
    for (const file of files) file.destroy();
    throw failure ?? cause;
  }
};

/** The .npy file of an array, whose elements are checked as they come. */
async function* partsOf(array: NpyPieces): AsyncGenerator<Uint8Array> {
  yield npyHeader(array);
  const [expected, size] = [countOf(array), sizeOfType(array.type)];
  let count = 0;
  for await (const elements of array.pieces()) {
    count += elements.length;
    if (count > expected || elements.BYTES_PER_ELEMENT !== size)
      throw misfit(array, count, elements.BYTES_PER_ELEMENT);
    const bytes = bytesOf(elements);
    for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes);
  }
  if (count < expected) throw misfit(array, count, size);
}

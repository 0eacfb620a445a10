/** Writes NumPy's .npz files. Node only. */

import { Readable } from "node:stream";
import { ZipFile } from "yazl";
import { replaceFile } from "../../storage.ts";
import type { NpyArray } from "./npy.ts";
import { npyParts } from "./npy-encode.ts";

const pieceBytes = 1 << 18;
/** The same arrays make the same file: the earliest time that a zip archive can say. */
const mtime = new Date(1980, 0, 1);

/**
 * Writes `arrays`, by their names, as the deflated .npz file at `path`, whole or not at all, in little more memory than
 * theirs. numpy.load opens it. Throws StorageError if it cannot be written, DataError where an array's shape, type and
 * elements do not fit each other.
 */
export async function writeNpz(path: string, arrays: Readonly<Record<string, NpyArray>>): Promise<void> {
  const zip = new ZipFile();
  for (const [name, array] of Object.entries(arrays)) {
    const parts = npyParts(array);
    const size = parts[0].length + parts[1].length;
    const options = { size, mtime, forceDosTimestamp: true, compressionLevel: 1 };
    zip.addReadStreamLazy(`${name}.npy`, options, (take) => take(null, Readable.from(piecesOf(parts))));
  }
  zip.end();
  await replaceFile(path, zip.outputStream as Readable);
}

function* piecesOf(parts: readonly Uint8Array[]): Generator<Uint8Array> {
  for (const part of parts) {
    for (let at = 0; at < part.length; at += pieceBytes) yield part.subarray(at, at + pieceBytes);
  }
}

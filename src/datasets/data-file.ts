/** Identity of the files of a data set: what they hold. Node only. */
import { createHash } from "node:crypto";
import type { DataFile } from "./dataset.ts";

/** Bytes hashed at once: a hash takes less than 2 GiB. */
const pieceBytes = 1 << 30;

/** SHA-256 in hex of texts and arrays, one behind the other, of any length. */
export const sha256 = (...parts: readonly (string | ArrayBufferView)[]): string => {
  const hash = createHash("sha256");
  for (const part of parts) {
    if (typeof part === "string") hash.update(part);
    else for (const piece of piecesOf(part)) hash.update(piece);
  }
  return hash.digest("hex");
};

function* piecesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Generator<Uint8Array> {
  for (let start = 0; start < byteLength; start += pieceBytes)
    yield new Uint8Array(buffer, byteOffset + start, Math.min(pieceBytes, byteLength - start));
}

/** A file of that name with these contents. */
export const dataFileOf = (name: string, bytes: ArrayBufferView): DataFile => ({
  name,
  sha256: sha256(bytes),
  bytes: bytes.byteLength,
});

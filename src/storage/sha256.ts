/** SHA-256 of texts and arrays of any length, one behind the other. Node only. */
import { createHash } from "node:crypto";
import { setImmediate } from "node:timers/promises";

type Part = string | ArrayBufferView;

/** Bytes hashed at once: a few milliseconds, and far below the 2 GiB that a hash takes. */
const PIECE = 1 << 22;

/** The parts in pieces of at most `PIECE` bytes; texts are short. */
function* piecesOf(parts: Iterable<Part>): Generator<string | Uint8Array> {
  for (const part of parts) {
    if (typeof part === "string") {
      yield part;
      continue;
    }
    const { buffer, byteOffset, byteLength } = part;
    for (let start = 0; start < byteLength; start += PIECE)
      yield new Uint8Array(buffer, byteOffset + start, Math.min(PIECE, byteLength - start));
  }
}

/** SHA-256 in hex. It holds the event loop. */
export const sha256 = (...parts: readonly Part[]): string => {
  const hash = createHash("sha256");
  for (const piece of piecesOf(parts)) hash.update(piece);
  return hash.digest("hex");
};

/** SHA-256 in hex, computed in slices between which the event loop serves others. */
export const sha256InSlices = async (parts: Iterable<Part>): Promise<string> => {
  const hash = createHash("sha256");
  let since = 0;
  for (const piece of piecesOf(parts)) {
    hash.update(piece);
    since += piece.length;
    if (since < PIECE) continue;
    since = 0;
    await setImmediate();
  }
  return hash.digest("hex");
};

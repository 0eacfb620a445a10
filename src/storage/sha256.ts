/** SHA-256 of large arrays without holding the event loop. Node only. */
import { createHash } from "node:crypto";
import { setImmediate } from "node:timers/promises";

/** Bytes that are hashed in a turn of the event loop: a few milliseconds. */
const SLICE = 1 << 22;

/** SHA-256, in hex, of texts and the bytes of arrays one behind the other. */
export const sha256InSlices = async (parts: Iterable<string | ArrayBufferView>): Promise<string> => {
  const hash = createHash("sha256");
  let since = 0;
  for (const part of parts) {
    if (typeof part === "string") {
      hash.update(part);
      continue;
    }
    const { buffer, byteOffset, byteLength } = part;
    for (let start = 0; start < byteLength; start += SLICE) {
      const length = Math.min(SLICE, byteLength - start);
      hash.update(new Uint8Array(buffer, byteOffset + start, length));
      since += length;
      if (since < SLICE) continue;
      since = 0;
      await setImmediate();
    }
  }
  return hash.digest("hex");
};

/** A blob, such as a file that a user chose in a browser, as a source of bytes. */
import { StorageError } from "../errors.ts";
import type { ByteSource } from "./byte-source.ts";

/** Its reads throw StorageError if the file has changed or is gone since it was chosen. */
export const blobSource = (name: string, blob: Blob): ByteSource => ({
  name,
  size: blob.size,
  read: async (start, end) => {
    try {
      return new Uint8Array(await blob.slice(start, end).arrayBuffer());
    } catch (cause) {
      throw new StorageError(
        `reading ${name}`,
        {
          given: (cause as Error).message,
          expected: "the file as it was when it was chosen",
          remedy: "Choose it again.",
        },
        cause,
      );
    }
  },
});

/** Sources of the bytes of a file: the file itself (file-source.ts) or memory. */

/** Bytes that are read at any place, any number of times, without holding them all. Nothing has to be closed. */
export interface ByteSource {
  /** Name in errors: the path of a file. */
  readonly name: string;
  /** Size in bytes. */
  readonly size: number;
  /** The path of a file, for libraries that read files themselves; undefined for bytes in memory. */
  readonly path?: string;
  /**
   * The bytes [start, end), fewer only at the end of the data. They are to be read only. Throws StorageError
   * if they cannot be read, DataError if the file is no longer the one that was opened.
   */
  readonly read: (start: number, end: number) => Promise<Uint8Array>;
}

/** Bytes in memory, called `name` in errors. */
export const memorySource = (name: string, bytes: Uint8Array): ByteSource => ({
  name,
  size: bytes.length,
  read: async (start, end) => bytes.subarray(start, end),
});

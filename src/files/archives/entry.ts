/** What an archive holds. */

/** A file in an archive. */
export interface ArchiveEntry {
  /** As the archive has it: not to be trusted. */
  readonly path: string;
  /** Its size, as the archive says it. Reading ends with an error unless it is so. */
  readonly bytes: number;
  /** Its contents; to be read, if at all, before the next entry is asked for. */
  readonly read: () => AsyncIterable<Uint8Array> | Promise<AsyncIterable<Uint8Array>>;
}

/** Entries of an archive. */

/** A file in an archive. */
export interface ArchiveEntry {
  /** Path as stored in the archive; untrusted. */
  readonly path: string;
  /** Its size as stored in the archive. Reading ends with an error if it differs. */
  readonly bytes: number;
  /** Its contents; to be read, if at all, before the next entry is requested. */
  readonly read: () => AsyncIterable<Uint8Array> | Promise<AsyncIterable<Uint8Array>>;
}

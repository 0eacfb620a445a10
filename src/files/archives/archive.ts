/** Archives as their entries in order. Node only. */

import { open } from "node:fs/promises";
import { DataError, NsmError, StorageError } from "../../errors.ts";
import { onDisk } from "../../storage/files.ts";
import type { ArchiveEntry } from "./entry.ts";
import { tarEntries } from "./tar.ts";
import { zipEntries } from "./zip.ts";

/**
 * The files in the zip or gzip-compressed tar archive at `path`, detected by its first bytes. Throws StorageError
 * if it cannot be read, DataError if it is damaged or neither.
 */
export async function* archiveEntries(path: string): AsyncGenerator<ArchiveEntry> {
  const start = await firstBytes(path);
  const isZip = start[0] === 0x50 && start[1] === 0x4b;
  const isGzip = start[0] === 0x1f && start[1] === 0x8b;
  if (!isZip && !isGzip) throw damaged(path, "neither a zip nor a gzip file");
  try {
    yield* isZip ? zipEntries(path) : tarEntries(path);
  } catch (cause) {
    throw archiveError(path, cause);
  }
}

/** Typed error for a failure to read an archive: of the disk, or else damage. */
export const archiveError = (path: string, cause: unknown): NsmError => {
  if (cause instanceof NsmError) return cause;
  const { message, syscall } = cause as NodeJS.ErrnoException;
  if (syscall === undefined) return damaged(path, `a damaged archive (${message})`, cause);
  const remedy = "Check the path and the disk.";
  return new StorageError(`unpacking ${path}`, { given: message, expected: "access to it", remedy }, cause);
};

const damaged = (file: string, given: string, cause?: unknown): DataError =>
  new DataError(
    { file },
    { given, expected: "a whole zip or tar.gz archive", remedy: "Remove it and fetch it again." },
    cause,
  );

const firstBytes = (path: string): Promise<Uint8Array> =>
  onDisk(`reading ${path}`, async () => {
    const file = await open(path);
    try {
      const { buffer, bytesRead } = await file.read(new Uint8Array(2), 0, 2, 0);
      return buffer.subarray(0, bytesRead);
    } finally {
      await file.close();
    }
  });

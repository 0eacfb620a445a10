/** Files on disk, with failures as typed errors. Node only. */

import { readFile, stat } from "node:fs/promises";
import { DataError, type Explanation, StorageError } from "./errors.ts";

const remedies: Readonly<Record<string, string>> = {
  ENOENT: "Check the path.",
  ENOTDIR: "Check the path: a part of it is a file, not a folder.",
  EISDIR: "Check the path: it is a folder.",
  EEXIST: "Check the path: a file stands where a folder is needed.",
  EACCES: "Ask for the right to use it, or choose another place.",
  EPERM: "Ask for the right to use it, or choose another place.",
  EROFS: "The file system is read-only: choose another place.",
  ENOSPC: "The disk is full: make room or choose another place.",
  EDQUOT: "The disk quota is used up: make room or choose another place.",
};

/**
 * The result of `work`, whose failure becomes a StorageError about `subject`, such as "reading /x/a". `hint` says what
 * was expected and what to do where that is more than access to the path.
 */
export async function onDisk<T>(
  subject: string,
  work: () => Promise<T>,
  hint?: Pick<Explanation, "expected" | "remedy">,
): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    const { code = "", message } = cause as NodeJS.ErrnoException;
    const remedy = remedies[code] ?? "Check the path and the disk.";
    throw new StorageError(subject, { given: message, expected: "access to it", remedy, ...hint }, cause);
  }
}

/**
 * The whole of the regular file at `path`. Throws StorageError if it cannot be read, DataError if it has more than
 * `limit` bytes, which is found before anything is allocated.
 */
export async function readWhole(path: string, limit: number): Promise<Uint8Array> {
  const subject = `reading ${path}`;
  const entry = await onDisk(subject, () => stat(path));
  // A pipe or device has no size to check, and may never end.
  if (!entry.isFile()) {
    const given = entry.isDirectory() ? "a folder" : "a pipe or device";
    throw new StorageError(subject, { given, expected: "a file", remedy: "Check the path." });
  }
  if (entry.size > limit) {
    const remedy = "Check that this is the file meant.";
    throw new DataError(subject, { given: `${entry.size} bytes`, expected: `at most ${limit}`, remedy });
  }
  return onDisk(subject, () => readFile(path));
}

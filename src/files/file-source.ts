/** Bytes of a file. Node only. */

import type { Stats } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { DataError, StorageError } from "../errors.ts";
import { onDisk } from "../storage/files.ts";
import type { ByteSource } from "./byte-source.ts";

/**
 * Bytes at the start of every file that are read at once and kept: all of a small recording, the header of a large one.
 */
const kept = 1 << 16;

/**
 * The regular file at `path`. It is open only during a read, so that nothing is left open where a recording is
 * abandoned halfway; each read checks that it is the same file. Throws StorageError if it cannot be read.
 */
export const fileSource = async (path: string): Promise<ByteSource> => {
  const subject = { file: path };
  const { opened, start } = await withFile(path, async (file) => {
    const opened = await onDisk(subject, () => file.stat());
    // A pipe or device has no size, and may never end.
    if (!opened.isFile()) {
      const given = opened.isDirectory() ? "a folder" : "a pipe or device";
      throw new StorageError(subject, { given, expected: "a file", remedy: "Check the path." });
    }
    return { opened, start: await readAt(file, path, 0, Math.min(kept, opened.size)) };
  });
  const read = async (from: number, to: number): Promise<Uint8Array> => {
    const end = Math.min(to, opened.size);
    if (end <= start.length) return start.subarray(from, end);
    return withFile(path, async (file) => {
      if (!isSame(opened, await onDisk(subject, () => file.stat()))) throw changed(path);
      return readAt(file, path, from, end);
    });
  };
  return { name: path, size: opened.size, path, read };
};

const withFile = async <T>(path: string, work: (file: FileHandle) => Promise<T>): Promise<T> => {
  const file = await onDisk({ file: path }, () => open(path, "r"));
  try {
    return await work(file);
  } finally {
    await file.close();
  }
};

const readAt = async (file: FileHandle, path: string, start: number, end: number): Promise<Uint8Array> => {
  const bytes = new Uint8Array(end - start);
  let filled = 0;
  while (filled < bytes.length) {
    const rest = bytes.length - filled;
    const { bytesRead } = await onDisk({ file: path }, () => file.read(bytes, filled, rest, start + filled));
    if (bytesRead === 0) throw changed(path);
    filled += bytesRead;
  }
  return bytes;
};

const isSame = (a: Stats, b: Stats): boolean =>
  a.dev === b.dev && a.ino === b.ino && a.size === b.size && a.mtimeMs === b.mtimeMs;

const changed = (path: string): DataError =>
  new DataError(
    { file: path },
    {
      given: "a file that was changed or replaced while it was read",
      expected: "a file that stays as it is",
      remedy: "Read it again once nothing writes to it.",
    },
  );

/** Files on disk, with failures as typed errors. Node only. */

import { randomBytes } from "node:crypto";
import type { Stats } from "node:fs";
import { mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { DataError, type Explanation, type Place, StorageError } from "../errors.ts";
import { isRunning, ownIdentity } from "./process-identity.ts";

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
  EFBIG: "The file is larger than the system allows: raise the limit or choose another place.",
};

/**
 * Runs `work`, and throws its failure as a StorageError about `subject`, such as "writing /x/a", or a file that is read.
 * `hint` gives the expectation and the remedy where they are more specific than access to the path.
 */
export const onDisk = async <T>(
  subject: string | Place,
  work: () => Promise<T>,
  hint?: Pick<Explanation, "expected" | "remedy">,
): Promise<T> => {
  try {
    return await work();
  } catch (cause) {
    const { code = "", message } = cause as NodeJS.ErrnoException;
    const remedy = remedies[code] ?? "Check the path and the disk.";
    throw new StorageError(subject, { given: message, expected: "access to it", remedy, ...hint }, cause);
  }
};

/** Result of `read`, which reads `path`; undefined where nothing is there. Throws StorageError for any other failure. */
export const readIfThere = <T>(path: string, read: () => Promise<T>): Promise<T | undefined> =>
  onDisk(`reading ${path}`, () =>
    read().catch((cause: NodeJS.ErrnoException) => {
      if (cause.code === "ENOENT") return undefined;
      throw cause;
    }),
  );

/** Size and dates of the regular file at `path`. Throws StorageError if there is none. */
export const statFile = async (path: string): Promise<Stats> => {
  const entry = await onDisk({ file: path }, () => stat(path));
  requireRegular(path, entry);
  return entry;
};

/** Whether a regular file is at `path`. Throws StorageError if something else is. */
export const isFileThere = async (path: string): Promise<boolean> => {
  const entry = await readIfThere(path, () => stat(path));
  if (entry) requireRegular(path, entry);
  return entry !== undefined;
};

const requireRegular = (path: string, entry: Stats): void => {
  // A pipe or device has no size to check, and may never end.
  if (entry.isFile()) return;
  const given = entry.isDirectory() ? "a folder" : "a pipe or device";
  throw new StorageError({ file: path }, { given, expected: "a file", remedy: "Check the path." });
};

/**
 * The whole of the regular file at `path`. Throws StorageError if it cannot be read, DataError if it has more than
 * `limit` bytes, which is checked before anything is allocated.
 */
export const readWhole = async (path: string, limit: number): Promise<Uint8Array> => {
  const subject = { file: path };
  const { size } = await statFile(path);
  if (size > limit) {
    const remedy = "Check that this is the file meant.";
    throw new DataError(subject, { given: `${size} bytes`, expected: `at most ${limit}`, remedy });
  }
  return onDisk(subject, () => readFile(path));
};

/** The text parsed as JSON; undefined if it is not JSON. */
export const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/**
 * Makes the folder at `path` and its missing parents. Throws StorageError. Node's own recursion does not
 * end where a file system lets nobody make a folder, as below /proc.
 */
export const makeFolder = (path: string): Promise<void> =>
  onDisk(`making ${path}`, () => makeAll(resolve(path)));

const makeAll = async (path: string): Promise<void> => {
  try {
    await makeOne(path);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== "ENOENT") throw cause;
    // Another call may have made the parent since: then it is this folder's turn again, once.
    if (!(await isThere(dirname(path)))) await makeAll(dirname(path));
    await makeOne(path);
  }
};

const makeOne = async (path: string): Promise<void> => {
  try {
    await mkdir(path);
  } catch (cause) {
    const isMade = (cause as NodeJS.ErrnoException).code === "EEXIST" && (await stat(path)).isDirectory();
    if (!isMade) throw cause;
  }
};

/** Whether `path` exists and can be accessed. */
export const isThere = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

/** The ending of files that are being written. */
const PART = ".nsm-part";

/** Whether a file of a folder is what a killed `replaceFile` left, or what one is writing now. */
export const isLeftover = (name: string): boolean => name.endsWith(PART);

/** A part's own ending: the writer's process number and start, which processes of other containers do not share. */
const partEnding = async (): Promise<string> => {
  const { pid, started } = await ownIdentity();
  return `.${pid}-${started}-${randomBytes(6).toString("hex")}${PART}`;
};

/** Whether the writer of a leftover is at work; names of earlier versions do not tell who that is. */
const isBeingWritten = async (name: string): Promise<boolean> => {
  const [, pid, started] = /\.(\d+)-(\d*)-[0-9a-f]+$/.exec(name.slice(0, -PART.length)) ?? [];
  return pid !== undefined && (await isRunning({ pid: Number(pid), started: started! }));
};

/** Removes what a killed `replaceFile` left in `folder`, but not what another is writing there now. */
export const removeLeftovers = (folder: string): Promise<void> =>
  onDisk(`cleaning ${folder}`, async () => {
    for (const name of await readdir(folder))
      if (isLeftover(name) && !(await isBeingWritten(name))) await rm(join(folder, name), { force: true });
  });

/**
 * Writes the file at `path` whole or not at all: a file beside it, with a name that no other writer has, is written,
 * flushed to the disk and renamed. Of several writers the last one to end wins. Throws StorageError, and then what was
 * there before is still there. `data` may come piece by piece.
 */
export const replaceFile = async (
  path: string,
  data: Uint8Array | string | AsyncIterable<Uint8Array>,
): Promise<void> => {
  const part = `${path}${await partEnding()}`;
  await onDisk(`writing ${path}`, async () => {
    try {
      // Written to the last byte: a single write on a disk that is nearly full is short, and no error.
      const file = await open(part, "w");
      await writeFile(file, data)
        .then(() => file.sync())
        .finally(() => file.close());
      await rename(part, path);
    } catch (cause) {
      await rm(part, { force: true }).catch(() => {});
      throw cause;
    }
  });
};

/**
 * One process at a time writes into a folder, also where machines or containers share it.
 *
 * Each process puts a lock file there, and only then looks for those of others: of two that start together both may be
 * refused, never neither. What is guaranteed:
 *
 * - A lock whose process has ended, killed or not, does not block. Within the same machine and container that holds at
 *   once; the lock of another one, whose processes cannot be seen, counts until it has not been written for `STALE_MS`.
 * - A live process of another machine or container keeps its lock as long as its event loop runs at least once in
 *   `STALE_MS`: one that is suspended for longer can lose it. Times are those of the file system, so that clocks of
 *   several machines need not agree.
 */
import { randomBytes } from "node:crypto";
import { type FileHandle, open, readdir, readFile, rm, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { makeFolder, onDisk } from "./files.ts";
import { parseDocument } from "./json-document.ts";
import { identitySchema, isRunning, ownIdentity, type ProcessIdentity } from "./process-identity.ts";

/** The process number, and after a hyphen what makes the name unique; version 0.1 wrote empty files without that. */
const NAME = /^lock-(\d+)(-[0-9a-f]+)?$/;

/** Time between the writes of a lock. */
const BEAT_MS = 5000;
/** Age from which a lock of another machine or container no longer counts. */
const STALE_MS = 30_000;

/** Whether a file of a folder is the lock of some process. */
export const isLock = (name: string): boolean => NAME.test(name);

/** Folders that this process writes into. */
const held = new Set<string>();

/** Makes the error for a folder that `owner`, such as "process 12 on host", writes into. */
export type LockRefusal = (owner: string, remedy: string) => Error;

/**
 * The result of `work`, during which no other process that uses this function writes into `folder`, which is made if it
 * isn't there. Where one does already, throws what `refusal` makes of it. Throws StorageError where no lock can be
 * written.
 */
export const withFolderLock = async <T>(
  folder: string,
  refusal: LockRefusal,
  work: () => Promise<T>,
): Promise<T> => {
  const place = resolve(folder);
  if (held.has(place)) throw refusal(`process ${process.pid}`, "Wait for it to end.");
  held.add(place);
  const name = `lock-${process.pid}-${randomBytes(4).toString("hex")}`;
  let stop = async (): Promise<void> => {};
  try {
    await makeFolder(place);
    const own = await ownIdentity();
    stop = await writeLock(join(place, name), own);
    const other = await otherOwner(place, name, own);
    if (other) throw refusal(other.owner, other.remedy);
    return await work();
  } finally {
    held.delete(place);
    await stop();
  }
};

/**
 * The process that writes into `folder`, such as "process 12 on host"; undefined if none does. Nothing is written or
 * removed. Throws StorageError for a folder that cannot be read.
 */
export const folderOwner = async (folder: string): Promise<string | undefined> => {
  const locks = (await onDisk(`reading ${folder}`, () => readdir(folder))).filter(isLock);
  if (locks.length === 0) return undefined;
  const own = await ownIdentity();
  for (const name of locks) {
    const other = await ownerOf(join(folder, name), name, own, Date.now());
    if (other) return other.owner;
  }
  return undefined;
};

/** Writes a lock, and again from time to time; returns what ends that and removes it. */
const writeLock = (file: string, own: ProcessIdentity): Promise<() => Promise<void>> =>
  onDisk(`writing ${file}`, async () => {
    const text = JSON.stringify(own);
    const handle: FileHandle = await open(file, "wx");
    const write = async (): Promise<void> => void (await handle.write(text, 0));
    const end = async (): Promise<void> => {
      await handle.close().catch(() => {});
      await rm(file, { force: true }).catch(() => {});
    };
    await write().catch(async (cause: unknown) => {
      await end();
      throw cause;
    });
    const timer = setInterval(() => void write().catch(() => {}), BEAT_MS);
    timer.unref();
    return () => {
      clearInterval(timer);
      return end();
    };
  });

interface OtherOwner {
  readonly owner: string;
  readonly remedy: string;
}

/** The owner of another lock that counts, if any; locks that no longer do are removed. */
const otherOwner = async (
  folder: string,
  ownName: string,
  own: ProcessIdentity,
): Promise<OtherOwner | undefined> => {
  const names = await onDisk(`reading ${folder}`, () => readdir(folder));
  const now = await writtenAt(join(folder, ownName));
  for (const name of names.filter((each) => isLock(each) && each !== ownName)) {
    const file = join(folder, name);
    const other = await ownerOf(file, name, own, now);
    if (other) return other;
    await onDisk(`removing ${file}`, () => rm(file, { force: true }));
  }
  return undefined;
};

const ownerOf = async (
  file: string,
  name: string,
  own: ProcessIdentity,
  now: number,
): Promise<OtherOwner | undefined> => {
  const [, digits, suffix] = NAME.exec(name)!;
  const pid = Number(digits);
  const parsed = parseDocument(identitySchema, await readFile(file, "utf8").catch(() => ""));
  // Version 0.1 saw the processes of its own machine only. In a new lock nothing may be written yet.
  const other = "data" in parsed ? parsed.data : { ...own, pid, started: "", space: suffix ? "" : own.space };
  if (other.space === own.space) {
    if (suffix === undefined && pid === process.pid) return undefined;
    const remedy = `Wait for that process to end; if it does something else, remove ${file}.`;
    return (await isRunning(other)) ? { owner: `process ${pid}`, remedy } : undefined;
  }
  if (now - (await writtenAt(file)) > STALE_MS) return undefined;
  return {
    owner: `process ${pid} on ${other.host}`,
    remedy: `Wait for that process to end: ${STALE_MS / 1000} seconds after a killed one its lock no longer counts.`,
  };
};

/** Milliseconds by the file system's clock; long ago for a file that is gone. */
const writtenAt = (file: string): Promise<number> =>
  stat(file).then(
    ({ mtimeMs }) => mtimeMs,
    () => Number.NEGATIVE_INFINITY,
  );

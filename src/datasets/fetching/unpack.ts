/** Unpacks the wanted files of an archive, all or none. Node only. */

import { createHash } from "node:crypto";
import { mkdir, open, readdir, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { DataError } from "../../errors.ts";
import { archiveEntries, archiveError } from "../../files/archives/archive.ts";
import type { ArchiveEntry } from "../../files/archives/entry.ts";
import { onDisk } from "../../storage/files.ts";
import type { DataFile } from "../dataset.ts";
import type { Unpacking } from "./entry.ts";
import { isBelow, requireUnchanged } from "./unpacked.ts";

/**
 * Writes the files that `wanted` names of the archive into `folder`; returns them with paths below it. They are put
 * into a folder beside theirs and moved once all are complete: after a failure none has appeared. No
 * other process may unpack into `folder` at the same time.
 *
 * Only paths made by `wanted` are written, never those stored in the archive. Throws DataError if the archive is
 * damaged, has another number of these files, one of them twice, or more bytes than `wanted` allows, and where other
 * files of such names lie in `folder`; StorageError if the disk fails; the signal's reason if aborted.
 */
export const unpackArchive = async (
  archive: string,
  folder: string,
  wanted: Unpacking,
  signal?: AbortSignal,
): Promise<readonly DataFile[]> => {
  const place = join(folder, `${basename(archive)}.unpacking`);
  const remove = () => onDisk(`removing ${place}`, () => rm(place, { recursive: true, force: true }));
  await remove();
  try {
    const files = await unpackInto(place, archive, wanted, signal);
    for (const file of files) await requireUnchanged(folder, file, basename(archive));
    await onDisk(`unpacking into ${folder}`, () => moveInto(place, folder));
    return files;
  } finally {
    await remove();
  }
};

const unpackInto = async (
  place: string,
  archive: string,
  wanted: Unpacking,
  signal: AbortSignal | undefined,
): Promise<readonly DataFile[]> => {
  const files = new Map<string, DataFile>();
  let bytes = 0;
  for await (const entry of archiveEntries(archive)) {
    signal?.throwIfAborted();
    if (!wanted.entries.test(entry.path)) continue;
    const name = entry.path.replace(wanted.entries, wanted.to);
    bytes += entry.bytes;
    if (bytes > wanted.mostBytes)
      throw unexpected(archive, `${bytes} bytes or more`, `at most ${wanted.mostBytes}`);
    if (files.has(name)) throw unexpected(archive, `${entry.path} twice`, "each file once");
    files.set(name, { name, ...(await write(entry, join(place, checked(name)), archive)) });
  }
  const { count = Math.max(1, files.size) } = wanted;
  if (files.size !== count) throw unexpected(archive, `${files.size} files of the data set`, `${count}`);
  return [...files.values()];
};

/** A name that stays below the folder. The registry's patterns make no others. */
const checked = (name: string): string => {
  if (isBelow(name)) return name;
  throw new Error(`an unpacked file would be called ${JSON.stringify(name)}`);
};

const write = async (entry: ArchiveEntry, path: string, archive: string): Promise<Omit<DataFile, "name">> => {
  const hash = createHash("sha256");
  let bytes = 0;
  const writing = `writing ${path}`;
  const file = await onDisk(writing, async () => {
    await mkdir(dirname(path), { recursive: true });
    return open(path, "wx");
  });
  try {
    for await (const chunk of await entry.read()) {
      bytes += chunk.length;
      if (bytes > entry.bytes) break;
      hash.update(chunk);
      await onDisk(writing, () => file.writeFile(chunk));
    }
  } catch (cause) {
    throw archiveError(archive, cause);
  } finally {
    await onDisk(writing, () => file.close());
  }
  if (bytes === entry.bytes) return { bytes, sha256: hash.digest("hex") };
  throw unexpected(archive, `${bytes} bytes or more of ${entry.path}`, `${entry.bytes}`);
};

const unexpected = (file: string, given: string, expected: string): DataError =>
  new DataError({ file }, { given, expected, remedy: "Remove it and fetch it again." });

/** Moves the contents of `from` into `to`: files and new folders at once, those of existing folders one by one. */
const moveInto = async (from: string, to: string): Promise<void> => {
  for (const name of await readdir(from)) {
    const [source, target] = [join(from, name), join(to, name)];
    await rename(source, target).catch(async (error: NodeJS.ErrnoException) => {
      if (error.code !== "ENOTEMPTY" && error.code !== "EEXIST") throw error;
      await moveInto(source, target);
    });
  }
};

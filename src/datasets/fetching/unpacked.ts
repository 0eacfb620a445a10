/** The record of an archive's unpacked files: written last, and used to verify them later. */

import { stat } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod";
import { DataError } from "../../errors.ts";
import { onDisk, parseJson, readWhole, replaceFile } from "../../storage/files.ts";
import type { DataFile } from "../dataset.ts";
import { namesIn } from "../folder.ts";
import { attempt, type Report } from "../report.ts";
import { checksumOf, sumOfFile } from "./checksum.ts";
import type { PublishedFile } from "./entry.ts";
import { absent, sizeOf } from "./transfer.ts";

/** Whether a name stays below its folder: parts of letters, digits, _, - and dots, none of which starts with - or a dot. */
export const isBelow = (name: string): boolean => name.split("/").every((part) => /^\w[\w.-]*$/.test(part));

const schema = z.object({
  /** The published checksum of the archive. */
  archive: z.string(),
  files: z.array(z.object({ name: z.string().refine(isBelow), bytes: z.number(), sha256: z.string() })),
});

type Unpacked = z.infer<typeof schema>;

const RECORD = ".unpacked.json";

/** A record of 60,000 files has 8 MB. */
const largest = 1 << 26;

const recordOf = (folder: string, archive: PublishedFile): string => join(folder, `${archive.name}${RECORD}`);

/** Records that the archive was unpacked to these files. */
export const recordUnpacked = (
  folder: string,
  archive: PublishedFile,
  files: readonly DataFile[],
): Promise<void> =>
  replaceFile(recordOf(folder, archive), JSON.stringify({ archive: checksumOf(archive)?.sum ?? "", files }));

/** Whether all unpacked files of the archive are present, judged by their sizes. */
export const looksUnpacked = async (folder: string, archive: PublishedFile): Promise<boolean> => {
  const record = await readRecord(folder, archive);
  for (const { name, bytes } of record?.files ?? [])
    if ((await sizeOf(join(folder, name))) !== bytes) return false;
  return record !== undefined;
};

/**
 * Whether all unpacked files of the archive are present and unchanged. Throws DataError for a file that has changed
 * since, StorageError if one cannot be read.
 */
export const isUnpacked = async (folder: string, archive: PublishedFile): Promise<boolean> => {
  const record = await readRecord(folder, archive);
  for (const file of record?.files ?? [])
    if (!(await requireUnchanged(folder, file, archive.name))) return false;
  return record !== undefined;
};

/** Whether a file unpacked from `archive` is present. Throws DataError for another one in its place. */
export const requireUnchanged = async (
  folder: string,
  { name, sha256 }: DataFile,
  archive: string,
): Promise<boolean> => {
  const path = join(folder, name);
  const sum = await sumOfFile(path, "sha256");
  if (sum === undefined || sum === sha256) return sum !== undefined;
  throw new DataError(
    { file: path },
    {
      given: `contents with SHA-256 ${sum}`,
      expected: `${sha256}, as ${archive} has it`,
      remedy: "Move it away or choose another folder: it is not overwritten.",
    },
  );
};

/** Verifies the folder's files against its records; each missing or changed file, or invalid record, goes to `report`. */
export const verifyUnpacked = async (folder: string, report: Report): Promise<void> => {
  const records = [...(await namesIn(folder))].filter((name) => name.endsWith(RECORD));
  for (const name of records) {
    const archive = name.slice(0, -RECORD.length);
    const record = await attempt(report, () => requireRecord(join(folder, name), archive));
    for (const file of record?.files ?? []) {
      const isThere = await attempt(report, () => requireUnchanged(folder, file, archive));
      if (isThere === false) report(gone(join(folder, file.name), archive));
    }
  }
};

const gone = (file: string, archive: string): DataError =>
  new DataError(
    { file },
    { given: "no such file", expected: `the one that ${archive} has`, remedy: "Fetch the data set again." },
  );

const readRecord = async (folder: string, archive: PublishedFile): Promise<Unpacked | undefined> => {
  const path = recordOf(folder, archive);
  if (!(await onDisk(`looking at ${path}`, () => stat(path).catch(absent)))) return undefined;
  const record = await readRecordAt(path);
  return record?.archive === checksumOf(archive)?.sum ? record : undefined;
};

/** Reads a record. Throws DataError for a file that is none. */
const requireRecord = async (path: string, archive: string): Promise<Unpacked> => {
  const record = await readRecordAt(path);
  if (record) return record;
  throw new DataError(
    { file: path },
    {
      given: "no record of unpacked files",
      expected: `the names, sizes and checksums of the files of ${archive}`,
      remedy: "Fetch the data set again.",
    },
  );
};

/** The record in a file; undefined if it holds none. */
const readRecordAt = async (path: string): Promise<Unpacked | undefined> => {
  const text = new TextDecoder().decode(await readWhole(path, largest));
  return schema.safeParse(parseJson(text)).data;
};

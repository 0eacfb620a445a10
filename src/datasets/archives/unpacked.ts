/** The record of what an archive was unpacked to: the last thing that is written, and what a later look is held to. */

import { stat } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { DataError } from "../../errors.ts";
import { onDisk, readWhole, replaceFile } from "../../storage.ts";
import type { DataFile } from "../dataset.ts";
import { checksumOf, sumOfFile } from "../fetching/checksum.ts";
import type { PublishedFile } from "../fetching/entry.ts";
import { absent } from "../fetching/transfer.ts";

const schema = z.object({
  /** The published checksum of the archive. */
  archive: z.string(),
  files: z.array(z.object({ name: z.string(), bytes: z.number(), sha256: z.string() })),
});

/** A record of 60,000 files has 8 MB. */
const largest = 1 << 26;

const recordOf = (folder: string, archive: PublishedFile): string =>
  join(folder, `${archive.name}.unpacked.json`);

/** Says that the archive has been unpacked to these files. */
export const recordUnpacked = (
  folder: string,
  archive: PublishedFile,
  files: readonly DataFile[],
): Promise<void> =>
  replaceFile(recordOf(folder, archive), JSON.stringify({ archive: checksumOf(archive)?.sum ?? "", files }));

/** Whether the folder says that this archive has been unpacked there; the files are not looked at. */
export const hasRecord = async (folder: string, archive: PublishedFile): Promise<boolean> =>
  (await readRecord(folder, archive)) !== undefined;

/**
 * Whether all that was unpacked of the archive is there and unchanged. Throws DataError for a file that has changed
 * since, StorageError if one cannot be read.
 */
export async function isUnpacked(folder: string, archive: PublishedFile): Promise<boolean> {
  const record = await readRecord(folder, archive);
  for (const { name, sha256 } of record?.files ?? []) {
    const path = join(folder, name);
    const sum = await sumOfFile(path, "sha256");
    if (sum === undefined) return false;
    if (sum !== sha256)
      throw new DataError(
        { file: path },
        {
          given: `contents with SHA-256 ${sum}`,
          expected: `${sha256}, as they were unpacked from ${archive.name}`,
          remedy: "Move it away or choose another folder: it is not overwritten.",
        },
      );
  }
  return record !== undefined;
}

async function readRecord(
  folder: string,
  archive: PublishedFile,
): Promise<z.infer<typeof schema> | undefined> {
  const path = recordOf(folder, archive);
  if (!(await onDisk(`looking at ${path}`, () => stat(path).catch(absent)))) return undefined;
  const text = new TextDecoder().decode(await readWhole(path, largest));
  const { data } = schema.safeParse(parse(text));
  return data?.archive === checksumOf(archive)?.sum ? data : undefined;
}

/** What is no JSON is no record. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

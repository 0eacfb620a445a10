/** Published files in their place. Node only. */

import { open, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { DataError } from "../../errors.ts";
import { onDisk } from "../../storage/files.ts";
import { type Checksum, checksumOf, checksumText, sumOfFile } from "./checksum.ts";
import type { PublishedFile } from "./entry.ts";

/** Description of a file's expected size and checksum, for messages. */
export const expectation = ({ bytes }: PublishedFile, checksum: Checksum): string =>
  `${bytes === undefined ? "a file" : `${bytes} bytes`} with ${checksumText(checksum)}`;

/**
 * Whether the file is present, as published; false without a published checksum. Throws DataError if another one
 * lies in its place.
 */
export const isInstalled = async (folder: string, file: PublishedFile): Promise<boolean> => {
  const checksum = checksumOf(file);
  if (checksum === undefined) return false;
  const sum = await sumOfFile(join(folder, file.name), checksum.algorithm);
  if (sum === undefined || sum === checksum.sum) return sum !== undefined;
  throw new DataError(`fetching ${file.name}`, {
    given: `another file of that name in ${folder}, with ${checksumText({ ...checksum, sum })}`,
    expected: `none, or ${expectation(file, checksum)}`,
    remedy: "Move it away or choose another folder: it is not overwritten.",
  });
};

export const remove = async (path: string): Promise<undefined> => {
  await onDisk(`removing ${path}`, () => rm(path, { force: true }));
};

/** Renames the verified partial file, once its bytes are safe from a loss of power. */
export const install = async (part: string, target: string): Promise<undefined> => {
  await onDisk(`installing ${target}`, () => flush(part).then(() => rename(part, target)));
};

const flush = async (path: string): Promise<void> => {
  const file = await open(path, "r+");
  await file.sync().finally(() => file.close());
};

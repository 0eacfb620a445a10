/** Checksums of files, as their publishers tell them. Node only. */

import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import { isFileThere, onDisk } from "../../storage/files.ts";
import type { PublishedFile } from "./entry.ts";
import { absent } from "./transfer.ts";

export type Algorithm = "sha256" | "md5";

export interface Checksum {
  readonly algorithm: Algorithm;
  /** Hex. */
  readonly sum: string;
}

/** The best of the checksums that are published; undefined if there is none. */
export const checksumOf = ({ sha256, md5 }: PublishedFile): Checksum | undefined => {
  if (sha256 !== undefined) return { algorithm: "sha256", sum: sha256 };
  return md5 === undefined ? undefined : { algorithm: "md5", sum: md5 };
};

/** For messages: "SHA-256 440f..". */
export const checksumText = ({ algorithm, sum }: Checksum): string =>
  `${algorithm === "sha256" ? "SHA-256" : "MD5"} ${sum}`;

/** Checksum of the file at `path`; undefined if nothing is there. Throws StorageError if it is no regular file. */
export const sumOfFile = async (path: string, algorithm: Algorithm): Promise<string | undefined> => {
  if (!(await isFileThere(path))) return undefined;
  const hash = createHash(algorithm);
  const found = await onDisk(`reading ${path}`, () =>
    pipeline(createReadStream(path), hash).then(() => true, absent),
  );
  return found ? hash.digest("hex") : undefined;
};

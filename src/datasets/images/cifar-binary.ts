/**
 * A batch of CIFAR's binary distribution: images one behind the other, each its labels, a byte each, and its pixels.
 */

import { createHash } from "node:crypto";
import { type FileHandle, open } from "node:fs/promises";
import { basename, join } from "node:path";
import { DataError } from "../../errors.ts";
import { onDisk, readWhole } from "../../storage/files.ts";
import { namesIn } from "../folder.ts";
import { type BatchFormat, checkLabel, checkNames, mend, type Rows } from "./cifar-rows.ts";
import { type CifarSet, cifarPixels } from "./cifar-sets.ts";

/** Images that are read at once. */
const chunkImages = 512;

/** Bytes of a file of classes' names. */
const mostNamesBytes = 1 << 16;

const imageBytes = ({ labels }: CifarSet): number => labels.length + cifarPixels;

export const cifarBinary: BatchFormat = {
  capacity: (set, file, bytes) => {
    const size = imageBytes(set);
    if (bytes > 0 && bytes % size === 0) return bytes / size;
    throw new DataError(
      { file, offset: bytes - (bytes % size) },
      {
        given: bytes === 0 ? "an empty file" : `${bytes % size} bytes of an image, and the end of the file`,
        expected: `whole images of ${size} bytes`,
        remedy: mend,
      },
    );
  },

  read: async (set, path, rows) => {
    const file = await onDisk(`reading ${path}`, () => open(path));
    try {
      return { name: basename(path), ...(await readImages(set, path, file, rows)) };
    } finally {
      await file.close();
    }
  },

  names: async (_, label, folder) => {
    if (!(await namesIn(folder)).has(label.namesFile)) return undefined;
    const path = join(folder, label.namesFile);
    const text = new TextDecoder().decode(await readWhole(path, mostNamesBytes));
    return checkNames(text.split(/\r?\n/).filter(Boolean), label, path);
  },
};

const readImages = async (
  set: CifarSet,
  path: string,
  file: FileHandle,
  rows: Rows,
): Promise<{ readonly sha256: string; readonly bytes: number }> => {
  const hash = createHash("sha256");
  const size = imageBytes(set);
  const chunk = new Uint8Array(chunkImages * size);
  let bytes = 0;
  let { count } = rows;
  for (;;) {
    const read = chunk.subarray(0, await fill(file, chunk, path));
    if (read.length === 0) break;
    hash.update(read);
    for (let start = 0; start < read.length; start += size, count++) {
      if (read.length - start < size || count === rows.labels[0]!.length) throw changed(path, bytes + start);
      for (const [k, { classes }] of set.labels.entries()) {
        checkLabel(read[start + k], classes, path, bytes + start + k);
        rows.labels[k]![count] = read[start + k]!;
      }
      rows.images.set(read.subarray(start + set.labels.length, start + size), count * cifarPixels);
    }
    bytes += read.length;
  }
  rows.count = count;
  return { sha256: hash.digest("hex"), bytes };
};

/** Fills the chunk, less at the end of the file; returns how many bytes came. */
const fill = async (file: FileHandle, chunk: Uint8Array, path: string): Promise<number> => {
  let filled = 0;
  for (;;) {
    const { bytesRead } = await onDisk(`reading ${path}`, () =>
      file.read(chunk, filled, chunk.length - filled),
    );
    filled += bytesRead;
    if (bytesRead === 0 || filled === chunk.length) return filled;
  }
};

const changed = (file: string, offset: number): DataError =>
  new DataError(
    { file, offset },
    { given: "another size than before", expected: "a file that does not change", remedy: "Try again." },
  );

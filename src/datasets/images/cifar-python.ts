/** A batch of CIFAR's Python distribution: a pickled dictionary of an array of pixels and lists of labels. */

import { basename, join } from "node:path";
import { readWhole } from "../../storage/files.ts";
import { dataFileOf } from "../data-file.ts";
import { namesIn } from "../folder.ts";
import { type BatchFormat, checkLabel, checkNames, type Rows } from "./cifar-rows.ts";
import { type CifarSet, cifarPixels } from "./cifar-sets.ts";
import { pickleDamage, unpickle } from "./pickle.ts";
import type { Pickled } from "./pickle-machine.ts";
import { pickledArray, pickledText } from "./pickled-array.ts";

/** Most bytes that Node reads at once. */
const largest = 2 ** 31 - 1;

export const cifarPython: BatchFormat = {
  capacity: (_, __, bytes) => Math.floor(bytes / cifarPixels),

  read: async (set, path, rows) => {
    const bytes = await readWhole(path, largest);
    addBatch(set, path, bytes, rows);
    return dataFileOf(basename(path), bytes);
  },

  names: async ({ python }, label, folder) => {
    if (!(await namesIn(folder)).has(python.meta)) return undefined;
    const path = join(folder, python.meta);
    const names = dictionary(await readWhole(path, largest), path).get(label.namesKey);
    const texts = Array.isArray(names) ? names.map(pickledText) : [];
    return checkNames(
      texts.filter((text) => text !== undefined),
      label,
      path,
    );
  },
};

/** Adds the batch in the pickle `bytes`, the contents of `file`. */
export const addBatch = (set: CifarSet, file: string, bytes: Uint8Array, rows: Rows): void => {
  const batch = dictionary(bytes, file);
  const array = pickledArray(batch.get("data"));
  const [count = 0, pixels] = array?.shape ?? [];
  if (array?.shape.length !== 2 || count === 0 || pixels !== cifarPixels) {
    const given = array ? `data of ${array.shape.join(" x ")}` : "data that are no array of unsigned bytes";
    throw pickleDamage({ file }, given, `an array of n x ${cifarPixels} unsigned bytes`);
  }
  if (rows.count + count > rows.labels[0]!.length) throw pickleDamage({ file }, `${count} images`, "fewer");
  for (const [k, { key, classes }] of set.labels.entries())
    rows.labels[k]!.set(labelsOf(batch.get(key), { key, classes, count, file }), rows.count);
  rows.images.set(array.data, rows.count * cifarPixels);
  rows.count += count;
};

const labelsOf = (
  labels: Pickled | undefined,
  { key, classes, count, file }: { key: string; classes: number; count: number; file: string },
): number[] => {
  if (!Array.isArray(labels) || labels.length !== count) {
    const given = Array.isArray(labels) ? `${labels.length} ${key}` : `no list of ${key}`;
    throw pickleDamage({ file }, given, `${count}, one for each image`);
  }
  for (const label of labels) checkLabel(label, classes, file);
  return labels as number[];
};

const dictionary = (bytes: Uint8Array, file: string): Map<string | number, Pickled> => {
  const value = unpickle(bytes, file);
  if (value instanceof Map) return value;
  throw pickleDamage({ file }, "another value", "a dictionary");
};

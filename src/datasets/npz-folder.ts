/**
 * Images and labels in NumPy's .npz files: a folder with train.npz and test.npz, each with arrays x and y, or one file
 * with both splits, as Keras's mnist.npz and MedMNIST have it. Node only.
 */

import { join } from "node:path";
import type { NpyArray } from "../files/arrays/npy.ts";
import { openNpz } from "../files/arrays/npz.ts";
import type { Npz } from "../files/arrays/npz-arrays.ts";
import { fileSource } from "../files/file-source.ts";
import { largest, light } from "./binary-pixels.ts";
import { dataFileOf } from "./data-file.ts";
import type { DataFile, UnlabelledImages } from "./dataset.ts";
import { visible } from "./folder.ts";
import type { Contents, DataFormat, Split } from "./format.ts";
import { imagesOf } from "./npz-images.ts";
import {
  type ArrayNames,
  type Arrays,
  archiveLayout,
  areBinary,
  arraysOfSplit,
  checkSameShape,
  otherArrays,
  splitsOf,
} from "./npz-splits.ts";
import { attempt, type Report } from "./report.ts";

const splits = ["train", "test"] as const;

const isNpz = (name: string): boolean => name.endsWith(".npz");

export const npzFormat: DataFormat = {
  name: "npz",
  holds: "train.npz and test.npz with images x and labels y",
  recognises: (names) => splits.some((split) => names.has(`${split}.npz`)),
  read: async (folder, { report }) => {
    const read = (split: Split) =>
      attempt(report, async () => {
        const path = join(folder, `${split}.npz`);
        return readArrays(await openArchive(path), { images: "x", labels: "y" }, path, `${split}.npz`);
      });
    return contentsOf(`npz data in ${folder}`, await read("train"), await read("test"), report);
  },
};

export const npzArchiveFormat: DataFormat = {
  name: "npz-archive",
  holds: "one .npz file with x_train, y_train, x_test and y_test, or train_images, train_labels, ..",
  recognises: (names) => visible(names).filter(isNpz).length === 1,
  isFile: async (path) => {
    if (!isNpz(path)) return false;
    const npz = await openArchive(path).catch(() => undefined);
    return npz !== undefined && archiveLayout(npz.names) !== undefined;
  },
  read: async (place, { report, names }) => {
    const file = names && visible(names).find(isNpz);
    const path = file === undefined ? place : join(place, file);
    const name = `npz data in ${path}`;
    const npz = await attempt(report, () => openArchive(path));
    const layout = npz && archiveLayout(npz.names);
    if (!npz || !layout) {
      if (npz) report(otherArrays(npz));
      return { name, files: [] };
    }
    const read = (split: Split) =>
      attempt(report, () => readArrays(npz, layout[split], path, layout[split].images));
    const found = await contentsOf(name, await read("train"), await read("test"), report);
    const unread = layout.unread.filter((each) => npz.names.includes(each));
    const remarks = unread.length === 0 ? [] : [`${unread.join(" and ")} are not read`];
    return { ...found, remarks: [...(found.remarks ?? []), ...remarks] };
  },
};

const openArchive = async (path: string): Promise<Npz> => openNpz(await fileSource(path));

/**
 * The images x in the .npz file at `path`, or those to test with of both splits; frames of 0 and 1 become 0 and 255.
 * Throws StorageError if it cannot be read, DataError if it is damaged or they are no images (npz-images.ts).
 */
export const readNpzImages = async (path: string): Promise<UnlabelledImages> => {
  const npz = await openArchive(path);
  const name = archiveLayout(npz.names)?.test.images ?? "x";
  const found = imagesOf(await npz.read(name), `${path}/${name}.npy`);
  if (largest(found.images) <= 1) light(found.images);
  return { name: `images in ${path}`, ...found };
};

/** Both arrays of a split with the files that they are. */
interface ReadArrays extends Arrays {
  readonly files: readonly DataFile[];
}

/** `name` is that of the split's file, or of the array of images in a file with both splits. Throws DataError. */
const readArrays = async (npz: Npz, names: ArrayNames, path: string, name: string): Promise<ReadArrays> => {
  const isWhole = isNpz(name);
  let files: readonly DataFile[] = [];
  const note = (x: NpyArray, y: NpyArray): void => {
    files = [
      fileOfArray(isWhole ? `${name}/x` : names.images, x),
      fileOfArray(isWhole ? `${name}/y` : names.labels, y),
    ];
  };
  const arrays = await arraysOfSplit(npz, names, path, note);
  return { ...arrays, path: isWhole ? path : `${path}/${names.images}.npy`, files };
};

const fileOfArray = (name: string, { data }: NpyArray): DataFile => dataFileOf(name, data);

const contentsOf = async (
  name: string,
  train: ReadArrays | undefined,
  test: ReadArrays | undefined,
  report: Report,
): Promise<Contents> => {
  await attempt(report, () => checkSameShape(train, test));
  const binary = await attempt(report, () => areBinary(train, test));
  return {
    ...{ name, ...splitsOf(name, train, test, binary ?? false) },
    files: [train, test].flatMap((arrays) => arrays?.files ?? []),
    remarks: (train ?? test)?.remarks ?? [],
  };
};

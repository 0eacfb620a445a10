/** Splits in NumPy's .npz files that are given as bytes. It imports nothing of Node. */
import { zipMembersOf } from "../files/archives/zip-bytes.ts";
import { npzOf } from "../files/arrays/npz-arrays.ts";
import type { ImageSplit } from "./dataset.ts";
import { type Bytes, bytesOf, nameOf } from "./given-bytes.ts";
import {
  archiveLayout,
  areBinary,
  arraysOfSplit,
  checkSameShape,
  otherArrays,
  splitsOf,
} from "./npz-splits.ts";

/**
 * The splits in an .npz file: x_train, y_train, x_test and y_test, or train_images, train_labels, test_images and
 * test_labels; or x and y, which are the training split. Images are bytes [n, height, width], [n, channels, height, width] or
 * [n, height, width, 3]; where all pixels are 0 or 1 they become 0 and 255. `name` is that of the data, `largest` the most bytes
 * of an array (default 2^32). Throws DataError for a damaged archive, for other arrays, for arrays of more bytes, and for arrays
 * that are no images or labels.
 */
export const readNpzSplits = async (
  file: Bytes,
  {
    name = nameOf(file, "npz data"),
    largest,
  }: { readonly name?: string; readonly largest?: number | undefined } = {},
): Promise<{ readonly train?: ImageSplit; readonly test?: ImageSplit }> => {
  const npz = npzOf(name, zipMembersOf(await bytesOf(file), name), largest);
  const layout = archiveLayout(npz.names);
  if (!layout && !npz.names.includes("x")) throw otherArrays(npz);
  const train = await arraysOfSplit(npz, layout?.train ?? { images: "x", labels: "y" }, name);
  const test = layout && (await arraysOfSplit(npz, layout.test, name));
  checkSameShape(train, test);
  return splitsOf(name, train, test, areBinary(train, test));
};

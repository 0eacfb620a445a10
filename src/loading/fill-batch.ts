/** Fills batches: examples of a split, augmented, encoded as the network wants its input, the last batch padded. */
import type { ImageSplit } from "../datasets/dataset.ts";
import { encodeImage } from "../networks/images.ts";
import type { Key } from "../random/key.ts";
import { reader } from "../random/reader.ts";
import { type Augmentation, drawChange, encodeChanged } from "./augmentation.ts";
import type { Batch } from "./batch.ts";

/** What the pixels of a batch go through. */
export interface Preparation {
  /** `encodingTable` of the network and the split. */
  readonly table: Float32Array;
  readonly augmentation?: Augmentation | undefined;
}

/**
 * Fills `batch` with the examples of the split at `indices`: at least one, at most as many as it holds; the rows that
 * are left have the same ones again. The first `counting` rows count. `key` says what the augmentation draws.
 */
export const fillBatch = (
  batch: Batch,
  split: ImageSplit,
  indices: ArrayLike<number>,
  { table, augmentation }: Preparation,
  key: Key,
  counting = indices.length,
): void => {
  const { images, labels, mask } = batch;
  const [, height, width] = split.shape;
  const next = augmentation && reader(key);
  mask.fill(0).fill(1, 0, counting);
  for (let row = 0; row < mask.length; row++) {
    const index = indices[row % indices.length]!;
    labels[row] = split.labels[index]!;
    if (augmentation && next) {
      const change = drawChange(augmentation, [height, width], next);
      encodeChanged(split, index, change, augmentation.cutOut, table, images, row);
    } else encodeImage(split, index, table, images, row);
  }
};

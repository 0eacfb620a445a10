/** Filling of batches: examples of a split, augmented and encoded for the network's input. */
import type { ImageSplit } from "../datasets/dataset.ts";
import { encodeImage } from "../networks/images.ts";
import type { Key } from "../random/key.ts";
import { reader } from "../random/reader.ts";
import { type Augmentation, drawChange, encodeChanged } from "./augmentation.ts";
import type { Batch } from "./batch.ts";

/** Transformation of pixels on their way into a batch. */
export interface Preparation {
  /** `encodingTable` of the network. */
  readonly table: Float32Array;
  readonly augmentation?: Augmentation | undefined;
}

/**
 * Fills `batch` with the examples of the split at `indices`, from 1 to the rows of the batch; the remaining rows repeat
 * them. The mask is 1 for the first `counting` rows. The augmentation draws from `key`.
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

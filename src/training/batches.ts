/** Batches of a split: shuffled by a key, encoded as the network wants its input, the last one padded and masked. */
import type { ImageSplit } from "../datasets/dataset.ts";
import { encodeImage } from "../networks/images.ts";
import { key } from "../random/key.ts";
import { permutation } from "../random/permutation.ts";

export interface Batch {
  /** [batch, channels, height, width], encoded. */
  readonly images: Float32Array;
  /** [batch] */
  readonly labels: Int32Array;
  /** [batch]: 1 for an example, 0 for the padding of a last batch. */
  readonly mask: Float32Array;
}

/** A batch of `size` images of `elements` pixels each. */
export const allocateBatch = (size: number, elements: number): Batch => ({
  images: new Float32Array(size * elements),
  labels: new Int32Array(size),
  mask: new Float32Array(size),
});

/** Fills `batch` with the examples of the split at `indices`: at least one, at most as many as it holds. */
export const fillBatch = (
  batch: Batch,
  split: ImageSplit,
  indices: ArrayLike<number>,
  table: Float32Array,
): void => {
  batch.mask.fill(0).fill(1, 0, indices.length);
  for (let row = 0; row < batch.mask.length; row++) {
    // Padding repeats the first example: any image will do, since the mask takes its part away.
    const index = indices[row < indices.length ? row : 0]!;
    batch.labels[row] = split.labels[index]!;
    encodeImage(split, index, table, batch.images, row);
  }
};

/** The order of the examples in an epoch. */
export const epochOrder = (seed: number, epoch: number, count: number): Uint32Array =>
  permutation(key(seed, "shuffle", epoch), count);

/** Batches of a split: shuffled by a key, encoded as the network wants its input, the last one padded and masked. */
import type { ImageSplit } from "../datasets/dataset.ts";
import type { Network } from "../networks/network.ts";
import { key } from "../random/key.ts";
import { permutation } from "../random/permutation.ts";

/** What a pixel 0..255 enters as: sgn(2x - 1) with sgn(0) = +1, or x itself, where x = pixel / 255. */
export const encodingTable = (encoding: Network["encoding"]): Float32Array =>
  Float32Array.from({ length: 256 }, (_, pixel) =>
    encoding === "real" ? pixel / 255 : 2 * pixel >= 255 ? 1 : -1,
  );

export interface Batch {
  readonly images: Float32Array;
  readonly labels: Int32Array;
  /** 1 for an example, 0 for the padding of a last batch. */
  readonly mask: Float32Array;
}

export const allocateBatch = (size: number, elements: number): Batch => ({
  images: new Float32Array(size * elements),
  labels: new Int32Array(size),
  mask: new Float32Array(size),
});

/** Fills `batch` with the examples of the split at `indices`, at most as many as it holds. */
export const fillBatch = (
  batch: Batch,
  { images, labels, count }: ImageSplit,
  indices: ArrayLike<number>,
  table: Float32Array,
): void => {
  const elements = images.length / count;
  batch.mask.fill(0).fill(1, 0, indices.length);
  for (let row = 0; row < batch.mask.length; row++) {
    // Padding repeats the first example: any valid image will do, since the mask takes its part away.
    const source = indices[row < indices.length ? row : 0]!;
    batch.labels[row] = labels[source]!;
    const from = source * elements;
    const to = row * elements;
    for (let k = 0; k < elements; k++) batch.images[to + k] = table[images[from + k]!]!;
  }
};

/** The order of the examples in an epoch. */
export const epochOrder = (seed: number, epoch: number, count: number): Uint32Array =>
  permutation(key(seed, "shuffle", epoch), count);

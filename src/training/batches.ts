/** Batches of a split: shuffled by a key, encoded as the network wants its input, the last one padded and masked. */
import type { ImageSplit } from "../datasets/dataset.ts";
import { ConfigError } from "../errors.ts";
import { encodeImage } from "../networks/images.ts";
import { placeLayers } from "../networks/layers.ts";
import type { Network } from "../networks/network.ts";
import { key } from "../random/key.ts";
import { permutation } from "../random/permutation.ts";
import { sizeOf } from "../tensor/tensor.ts";
import type { TrainingConfiguration } from "./configuration.ts";

export interface Batch {
  /** [batch, channels, height, width], encoded. */
  readonly images: Float32Array;
  /** [batch] */
  readonly labels: Int32Array;
  /** [batch]: 1 for an example, 0 for the padding of a last batch. */
  readonly mask: Float32Array;
}

/** Elements of the largest array that a step makes: 8 GiB of float32 numbers. */
const LARGEST_ARRAY = 2 ** 31;

/** Throws ConfigError for a batch of which a layer would take or make more than 8 GiB in one array. */
export const checkBatch = (network: Network, { batch }: Pick<TrainingConfiguration, "batch">): void => {
  for (const { name, inputShape, unitShape } of placeLayers(network)) {
    const elements = batch * Math.max(sizeOf(inputShape), sizeOf(unitShape));
    if (elements > LARGEST_ARRAY)
      throw new ConfigError(`training network ${network.name}, ${name}`, {
        given: `a batch of ${batch}, whose inputs or units are ${elements} numbers`,
        expected: `at most ${LARGEST_ARRAY}`,
        remedy: "Take a smaller batch, or make the layer smaller.",
      });
  }
};

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

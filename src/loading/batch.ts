/** Batches of encoded images. */
import { sharedBytes } from "../threads/shared-memory.ts";

export interface Batch {
  /** [batch, channels, height, width], encoded. */
  readonly images: Float32Array;
  /** [batch], each from 0 to classes - 1. */
  readonly labels: Int32Array;
  /** [batch]: 1 for an example, 0 for the padding of a last batch. */
  readonly mask: Float32Array;
}

/** Allocates a batch of `size` images of `elements` pixels each, in memory that threads share where there is any. */
export const allocateBatch = (size: number, elements: number): Batch => ({
  images: new Float32Array(sharedBytes(4 * size * elements)),
  labels: new Int32Array(sharedBytes(4 * size)),
  mask: new Float32Array(sharedBytes(4 * size)),
});

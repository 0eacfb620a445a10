/** Single images of a split. */
import type { Images } from "neural-sampling/web";

/** Pixels of image `k`, [channels, height, width], not copied. */
export const imageOf = ({ images, count }: Images, k: number): Uint8Array => {
  const size = images.length / count;
  return images.subarray(k * size, (k + 1) * size);
};

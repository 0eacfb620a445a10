/** The border of images: whether their ground is dark or bright. */

/** Number of images examined, enough to know the ground of a data set. */
const MOST_IMAGES = 1000;

/**
 * Mean of the outermost pixels, all around, of the first images among `pixels`: whole images one behind the other, each
 * of `shape` [channels, height, width]. In the unit of the pixels.
 */
export const borderMean = (
  pixels: Uint8Array,
  [channels, height, width]: readonly [number, number, number],
): number => {
  const plane = height * width;
  const planes = Math.min(pixels.length / plane, MOST_IMAGES * channels);
  let sum = 0;
  let count = 0;
  for (let start = 0; start < planes * plane; start += plane)
    for (let row = 0; row < height; row++) {
      const isEdge = row === 0 || row === height - 1;
      const step = isEdge ? 1 : Math.max(1, width - 1);
      for (let column = 0; column < width; column += step, count++)
        sum += pixels[start + row * width + column]!;
    }
  return sum / count;
};

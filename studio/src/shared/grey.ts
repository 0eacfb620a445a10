/** Grey ink of a coloured picture. */

/** Luma of ITU-R BT.601. */
const luma = (data: Uint8ClampedArray, at: number): number =>
  0.299 * data[at]! + 0.587 * data[at + 1]! + 0.114 * data[at + 2]!;

/** Whether the outermost pixels are bright, as paper is. */
const isOnPaper = (grey: Uint8Array, width: number): boolean => {
  const height = grey.length / width;
  const border = grey.filter((_, k) => {
    const [row, column] = [Math.floor(k / width), k % width];
    return row === 0 || row === height - 1 || column === 0 || column === width - 1;
  });
  return border.reduce((sum, value) => sum + value, 0) / border.length > 127;
};

/**
 * Bright ink on a dark ground, 0 to 255, of RGBA pixels in rows of `width`: a picture on bright ground is inverted. What is
 * transparent has no ink.
 */
export const greyOf = (data: Uint8ClampedArray, width: number): Uint8Array => {
  const inkBy = (ink: (at: number) => number): Uint8Array =>
    Uint8Array.from({ length: data.length / 4 }, (_, k) => Math.round((ink(4 * k) * data[4 * k + 3]!) / 255));
  const grey = inkBy((at) => luma(data, at));
  return isOnPaper(grey, width) ? inkBy((at) => 255 - luma(data, at)) : grey;
};

/**
 * Windows of a convolution as the rows of a matrix. Channels are innermost, so that windows are copied in
 * runs.
 */
import type { Geometry } from "./geometry.ts";
import { pad, reshape, transpose } from "./layout.ts";
import { take } from "./take.ts";
import type { Shape, Tensor } from "./tensor.ts";

/** Number of window positions along an axis of `size` elements, for `kernel` taps. */
export const windowCount = (
  size: number,
  kernel: number,
  stride: number,
  pad: number,
  dilation = 1,
): number => Math.floor((size + pad - dilation * (kernel - 1) - 1) / stride) + 1;

/** Maps [batch, channels, height, width] to [batch, height x width, channels]. */
export const pixels = (images: Tensor): Tensor =>
  transpose(reshape(images, [images.shape[0]!, images.shape[1]!, -1]), [0, 2, 1]);

/**
 * Windows of [rows, columns] taps: [batch x positions, taps x channels]. `order` lists the output's pixels;
 * default: row by row.
 */
export const windowRows = (
  x: Tensor,
  [rows, columns]: Shape,
  { strides, pads, dilations }: Geometry,
  order?: readonly number[],
): Tensor => {
  const image = pad(x, [0, 0, pads[0], pads[1]], [0, 0, pads[2], pads[3]]);
  const [, , height, width] = image.shape as [number, number, number, number];
  const down = windowCount(height, rows!, strides[0], 0, dilations[0]);
  const across = windowCount(width, columns!, strides[1], 0, dilations[1]);
  const indices: number[] = [];
  for (const position of order ?? Array(down * across).keys()) {
    const [i, j] = [Math.floor(position / across), position % across];
    for (let a = 0; a < rows!; a++)
      for (let b = 0; b < columns!; b++)
        indices.push((i * strides[0] + a * dilations[0]) * width + j * strides[1] + b * dilations[1]);
  }
  return reshape(take(pixels(image), 1, indices), [-1, rows! * columns! * x.shape[1]!]);
};

/** Filters [filters, channels, rows, columns] as rows that match `windowRows`: [filters, taps x channels]. */
export const filterRows = (w: Tensor): Tensor => reshape(transpose(w, [0, 2, 3, 1]), [w.shape[0]!, -1]);

/** The inverse of `filterRows`, for filters of [channels, rows, columns]. */
export const fromRows = (matrix: Tensor, [channels, rows, columns]: Shape): Tensor =>
  transpose(reshape(matrix, [-1, rows!, columns!, channels!]), [0, 3, 1, 2]);

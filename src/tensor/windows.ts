/** The windows of a convolution as the rows of a matrix. Channels are innermost: a window is copied by runs of them. */
import type { Geometry } from "./geometry.ts";
import { pad, reshape, transpose } from "./layout.ts";
import { take } from "./take.ts";
import type { Shape, Tensor } from "./tensor.ts";

/** Positions of a window of `kernel` taps along one axis of `size` elements. */
export const windowCount = (
  size: number,
  kernel: number,
  stride: number,
  pad: number,
  dilation = 1,
): number => Math.floor((size + pad - dilation * (kernel - 1) - 1) / stride) + 1;

/** [batch, channels, height, width] to [batch, height x width, channels]. */
export const pixels = (images: Tensor): Tensor =>
  transpose(reshape(images, [images.shape[0]!, images.shape[1]!, -1]), [0, 2, 1]);

/**
 * What the windows of [rows, columns] taps see: [batch x positions, taps x channels]. The positions of an image come
 * in the order of `order`, numbers of the output's pixels; row by row unless given.
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

/** Filters [filters, channels, rows, columns] as the rows that meet the windows': [filters, taps x channels]. */
export const filterRows = (w: Tensor): Tensor => reshape(transpose(w, [0, 2, 3, 1]), [w.shape[0]!, -1]);

/** The inverse of `filterRows`: filters of [channels, rows, columns] each. */
export const fromRows = (matrix: Tensor, [channels, rows, columns]: Shape): Tensor =>
  transpose(reshape(matrix, [-1, rows!, columns!, channels!]), [0, 3, 1, 2]);

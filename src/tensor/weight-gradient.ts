/** Weight gradients of a convolution as products with gathered windows. */
import { sum } from "./broadcast.ts";
import { gemm } from "./gemm.ts";
import type { Geometry } from "./geometry.ts";
import { concat, pad, part, reshape, transpose } from "./layout.ts";
import { matmul } from "./matmul.ts";
import { take } from "./take.ts";
import type { Shape, Tensor } from "./tensor.ts";
import { fromRows, pixels, windowRows } from "./windows.ts";

/**
 * Weight gradient as one product of the transposed g [positions, filters] with the windows of x:
 *
 *     dw[o, c, a, b] = sum_{n, i, j} g[n, o, i, j] x[n, c, i s + a d - p, j s + b d - p]
 */
export const weightGradientByWindows = (x: Tensor, g: Tensor, shape: Shape, geometry: Geometry): Tensor => {
  const windows = windowRows(x, shape.slice(2), geometry);
  const product = gemm(reshape(pixels(g), [-1, g.shape[1]!]), windows, { transA: true });
  return fromRows(product, shape.slice(1));
};

/**
 * Weight gradient for strides and dilations of 1, as one product per image and column of the window: the
 * inputs of the column's taps [channels x rows, positions] times g [positions, filters]. Neither factor is
 * transposed, which makes the product a third faster, and whole image rows are copied.
 */
export const weightGradientByColumns = (x: Tensor, g: Tensor, shape: Shape, { pads }: Geometry): Tensor => {
  const [, channels, rows, columns] = shape as readonly [number, number, number, number];
  const [batch, filters, height, width] = g.shape as readonly [number, number, number, number];
  const image = pad(x, [0, 0, pads[0], pads[1]], [0, 0, pads[2], pads[3]]);
  const tall = image.shape[2]!;
  const cotangents = pixels(g);
  const seen = Array.from({ length: channels * rows * height }, (_, k) => {
    const [channel, row, i] = [Math.floor(k / (rows * height)), Math.floor(k / height) % rows, k % height];
    return channel * tall + row + i;
  });
  const products = Array.from({ length: columns }, (_, column) => {
    const shifted = part(image, 3, column, column + width);
    const lines = reshape(shifted, [batch, channels * tall, width]);
    const windows = rows === 1 ? lines : take(lines, 1, seen);
    return sum(matmul(reshape(windows, [batch, channels * rows, -1]), cotangents), [0]);
  });
  return transpose(reshape(concat(products, 0), [columns, channels, rows, filters]), [3, 1, 2, 0]);
};

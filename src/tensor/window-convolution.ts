/** Convolution as one product of its windows with its filters. */
import { sum } from "./broadcast.ts";
import { inputGradient, weightGradient } from "./convolution.ts";
import { add } from "./elementwise.ts";
import { gemm } from "./gemm.ts";
import type { Geometry } from "./geometry.ts";
import { withGradient } from "./gradient.ts";
import { reshape, transpose } from "./layout.ts";
import { refuseShapes } from "./shape.ts";
import { take } from "./take.ts";
import type { Tensor } from "./tensor.ts";
import { filterRows, windowRows } from "./windows.ts";

const PLAIN: Geometry = { strides: [1, 1], pads: [0, 0, 0, 0], dilations: [1, 1], groups: 1 };

/**
 * `conv2d(x, w, {}, bias)` with filters innermost and the positions of an image in the order of `order`, a
 * permutation of the output's pixels: [batch, positions, filters]. A caller that needs another order need not
 * move the outputs. The weights' gradient gathers the windows again, because by then they would have left the
 * cache. Throws ShapeError unless `order` is a permutation.
 */
export const convolveInOrder = (x: Tensor, w: Tensor, bias: Tensor, order: readonly number[]): Tensor => {
  const [filters, , rows, columns] = w.shape as [number, number, number, number];
  const [batch, , height, width] = x.shape as [number, number, number, number];
  const positions = (height - rows + 1) * (width - columns + 1);
  const inverse = new Array<number>(positions).fill(-1);
  for (const [k, position] of order.entries()) inverse[position] = k;
  if (order.length !== positions || inverse.length !== positions || inverse.includes(-1))
    refuseShapes(
      "convolveInOrder",
      [x.shape, w.shape, `an order of ${order.length}`],
      `each of the ${positions} positions once`,
      "Correct the order.",
    );
  const windows = windowRows(x, [rows, columns], PLAIN, order);
  const value = add(gemm(windows, filterRows(w), { transB: true }), bias);
  return withGradient(reshape(value, [batch, order.length, filters]), [x, w, bias], (g) => {
    const matrix = reshape(g, [-1, filters]);
    const image = reshape(transpose(take(g, 1, inverse), [0, 2, 1]), [
      batch,
      filters,
      height - rows + 1,
      width - columns + 1,
    ]);
    return [
      inputGradient(image, w, x.shape, PLAIN),
      weightGradient(x, image, w.shape, PLAIN),
      sum(matrix, [0]),
    ];
  });
};

/** Gathering of elements by index. */

import { gemm } from "./gemm.ts";
import { reshape, transpose } from "./layout.ts";
import { axisOf, refuseShapes } from "./shape.ts";
import { apply, constant, type Tensor } from "./tensor.ts";

/**
 * Elements of `x` at `indices` along `axis`, in that order. Indices are whole numbers in [0, size) and may
 * repeat.
 */
export const take = (x: Tensor, axis: number, indices: readonly number[]): Tensor => {
  const along = axisOf("take", x.shape, axis);
  const size = x.shape[along]!;
  const stray = indices.find((index) => !Number.isInteger(index) || index < 0 || index >= size);
  if (indices.length === 0 || stray !== undefined)
    refuseShapes(
      "take",
      [x.shape, stray === undefined ? "no indices" : `index ${stray}`],
      `indices from 0 to ${size - 1} along axis ${along}`,
      "Correct the indices.",
    );
  return apply(
    {
      name: "take",
      onnx: { operator: "Gather", attributes: { axis: { int: along } }, constants: [indices] },
      gradient: (cotangent) => [untake(cotangent, along, size, indices)],
    },
    [x],
    x.shape.map((extent, k) => (k === along ? indices.length : extent)),
  );
};

/** The adjoint of `take`: sums the elements that were gathered from the same index. */
const untake = (x: Tensor, axis: number, size: number, indices: readonly number[]): Tensor => {
  const selection = new Float32Array(size * indices.length);
  for (const [k, index] of indices.entries()) selection[index * indices.length + k] = 1;
  const order = [axis, ...x.shape.keys()].filter((k, place) => place === 0 || k !== axis);
  const front = transpose(x, order);
  const summed = gemm(constant(selection, [size, indices.length]), reshape(front, [indices.length, -1]));
  const back = reshape(summed, [size, ...front.shape.slice(1)]);
  return transpose(
    back,
    order.map((_, k) => order.indexOf(k)),
  );
};

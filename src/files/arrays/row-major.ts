/** The order of an array's elements. */

import type { Elements } from "./element-type.ts";

/**
 * The elements of an array of that shape, the last index running fastest, out of `data`, in which the first one does
 * (Fortran order). Fewer than two dimensions have one order only: then it is `data` itself.
 */
export const rowMajor = (data: Elements, shape: readonly number[]): Elements => {
  if (shape.length < 2) return data;
  const reordered = data.slice() as Elements;
  const strides = shape.map((_, axis) => shape.slice(0, axis).reduce((product, side) => product * side, 1));
  const index = shape.map(() => 0);
  for (let to = 0, from = 0; to < data.length; to++) {
    reordered[to] = data[from]!;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      from += strides[axis]!;
      if (++index[axis]! < shape[axis]!) break;
      from -= strides[axis]! * shape[axis]!;
      index[axis] = 0;
    }
  }
  return reordered;
};

/** Broadcasting and summation; each is the other's gradient. */

import { gemm } from "./gemm.ts";
import { reshape } from "./layout.ts";
import { axesOf, broadcastShapes, refuseShapes, requireType, sameShape } from "./shape.ts";
import { apply, constant, type Shape, sizeOf, type Tensor } from "./tensor.ts";

/** `x` broadcast to `shape`. Throws ShapeError if `shape` is not a broadcast of x's shape. */
export const broadcastTo = (x: Tensor, shape: Shape): Tensor => {
  if (!sameShape(broadcastShapes("broadcastTo", x.shape, shape), shape))
    refuseShapes(
      "broadcastTo",
      [x.shape, shape],
      "a target that only repeats dimensions of size 1",
      "Sum it first.",
    );
  if (sameShape(x.shape, shape)) return x;
  return apply(
    {
      name: "broadcastTo",
      onnx: { operator: "Expand", constants: [shape] },
      gradient: (cotangent) => [sumTo(cotangent, x.shape)],
    },
    [x],
    shape,
  );
};

/** Repeats each row of x [own, ...] in place, [rows, ...]; `rows` is a multiple of the rows of x. */
export const repeatedRows = (x: Tensor, rows: number): Tensor => {
  const [own, ...rest] = x.shape as [number, ...number[]];
  if (own === rows) return x;
  const spread = broadcastTo(reshape(x, [own, 1, ...rest]), [own, rows / own, ...rest]);
  return reshape(spread, [rows, ...rest]);
};

/** Shape after a reduction over `axes`; with `keepDims` they stay as dimensions of size 1. */
export const reducedShape = (shape: Shape, axes: readonly number[], keepDims: boolean): Shape =>
  keepDims
    ? shape.map((size, axis) => (axes.includes(axis) ? 1 : size))
    : shape.filter((_, axis) => !axes.includes(axis));

/** Sum over `axes` (default: all); with `keepDims` they stay as dimensions of size 1. */
export const sum = (x: Tensor, axes?: readonly number[], keepDims = false): Tensor => {
  requireType("sum", x, "float32", "int64", "int32");
  const over = axesOf("sum", x.shape, axes);
  if (over.length === 0) return x;
  if (hasFewRows(x, over)) return reshape(rowSum(x), reducedShape(x.shape, over, keepDims));
  return apply(
    {
      name: "sum",
      onnx: { operator: "ReduceSum", attributes: { keepdims: { int: Number(keepDims) } }, constants: [over] },
      gradient: (cotangent) => [broadcastTo(reshape(cotangent, reducedShape(x.shape, over, true)), x.shape)],
    },
    [x],
    reducedShape(x.shape, over, keepDims),
  );
};

/**
 * Up to MAX_ROWS rows and from MIN_COLUMNS columns on, a product with ones is several times as fast as
 * ReduceSum.
 */
const [MAX_ROWS, MIN_COLUMNS] = [16, 4096];

const hasFewRows = ({ shape, type }: Tensor, over: readonly number[]): boolean =>
  type === "float32" && over.join() === "0" && shape[0]! <= MAX_ROWS && sizeOf(shape.slice(1)) >= MIN_COLUMNS;

const rowSum = (x: Tensor): Tensor => gemm(constant(1, [1, x.shape[0]!]), reshape(x, [x.shape[0]!, -1]));

/** The adjoint of broadcasting: sums `x` over the dimensions that broadcasting from `shape` repeated. */
export const sumTo = (x: Tensor, shape: Shape): Tensor => {
  const missing = x.shape.length - shape.length;
  const over = x.shape.flatMap((size, axis) =>
    axis < missing || (shape[axis - missing] === 1 && size !== 1) ? [axis] : [],
  );
  return reshape(sum(x, over, true), shape);
};

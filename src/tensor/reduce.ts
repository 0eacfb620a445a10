/** Mean, norm, maximum and argmax. The sum is in broadcast.ts. */
import { broadcastTo, reducedShape, sum } from "./broadcast.ts";
import { abs, divide, maximum, multiply, sqrt, square } from "./elementwise.ts";
import { withGradient } from "./gradient.ts";
import { reshape } from "./layout.ts";
import { cast, equal } from "./select.ts";
import { axesOf, axisOf, NUMBERS, requireType } from "./shape.ts";
import { apply, sizeOf, type Tensor } from "./tensor.ts";

/** Mean over `axes` (default: all). */
export const mean = (x: Tensor, axes?: readonly number[], keepDims = false): Tensor => {
  requireType("mean", x, "float32");
  const over = axesOf("mean", x.shape, axes);
  const count = sizeOf(over.map((axis) => x.shape[axis]!));
  if (count === 1) return reshape(x, reducedShape(x.shape, over, keepDims));
  return apply(
    {
      name: "mean",
      onnx: {
        operator: "ReduceMean",
        attributes: { axes: { ints: over }, keepdims: { int: Number(keepDims) } },
      },
      gradient: (g) => [
        broadcastTo(reshape(multiply(1 / count, g), reducedShape(x.shape, over, true)), x.shape),
      ],
    },
    [x],
    reducedShape(x.shape, over, keepDims),
  );
};

/**
 * Euclidean norm over `axes` (default: all), at least `min`. The gradient at 0 is undefined if `min` is 0.
 * Three ONNX operators are faster here than ReduceL2.
 */
export const norm = (x: Tensor, axes?: readonly number[], keepDims = false, min = 0): Tensor => {
  requireType("norm", x, "float32");
  const over = axesOf("norm", x.shape, axes);
  if (over.length === 0 && min === 0) return abs(x);
  const squares = sum(square(x), over, keepDims);
  const value = sqrt(min === 0 ? squares : maximum(squares, min ** 2));
  const kept = reducedShape(x.shape, over, true);
  return withGradient(value, [x], (g) => [multiply(x, reshape(divide(g, value), kept))]);
};

/** Maximum over `axes` (default: all). Elements that tie share the gradient equally. */
export const max = (x: Tensor, axes?: readonly number[], keepDims = false): Tensor => {
  requireType("max", x, ...NUMBERS);
  const over = axesOf("max", x.shape, axes);
  if (over.length === 0) return x;
  const kept = reducedShape(x.shape, over, true);
  return apply(
    {
      name: "max",
      onnx: {
        operator: "ReduceMax",
        attributes: { axes: { ints: over }, keepdims: { int: Number(keepDims) } },
      },
      gradient: (g, output) => {
        const winners = cast(equal(x, reshape(output, kept)), "float32");
        return [multiply(winners, divide(reshape(g, kept), sum(winners, over, true)))];
      },
    },
    [x],
    reducedShape(x.shape, over, keepDims),
  );
};

/** Index of the first maximum along `axis`, int64. No gradient. */
export const argmax = (x: Tensor, axis: number): Tensor => {
  requireType("argmax", x, ...NUMBERS);
  const along = axisOf("argmax", x.shape, axis);
  return apply(
    {
      name: "argmax",
      onnx: { operator: "ArgMax", attributes: { axis: { int: along }, keepdims: { int: 0 } } },
      gradient: () => [null],
    },
    [x],
    reducedShape(x.shape, [along], false),
    "int64",
  );
};

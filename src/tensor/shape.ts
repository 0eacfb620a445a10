/** Shape arithmetic, and checks of operands. */
import { ShapeError } from "../errors.ts";
import type { OnnxType } from "../onnx/model.ts";

export type ElementType = OnnxType;
export type Shape = readonly number[];

/** A shape as text, such as "[2, 3]". */
export const show = (shape: Shape): string => `[${shape.join(", ")}]`;

/** Throws ShapeError for an operator: `given` lists the shapes and whatever else was passed. */
export const refuseShapes = (
  operator: string,
  given: readonly (Shape | string)[],
  expected: string,
  remedy: string,
): never => {
  const words = given.map((item) => (typeof item === "string" ? item : show(item)));
  const list = [words.slice(0, -1).join(", "), words.at(-1)].filter(Boolean).join(" and ");
  throw new ShapeError(operator, { given: list, expected, remedy });
};

/** Throws ShapeError unless `tensor` has `rank` dimensions. */
export const requireRank = (
  operator: string,
  tensor: { readonly shape: Shape },
  rank: number,
  meaning: string,
): void => {
  if (tensor.shape.length !== rank)
    refuseShapes(operator, [tensor.shape], `${rank} dimensions, ${meaning}`, "Reshape it first.");
};

/** Element types that have an order and a sum. */
export const NUMBERS: readonly ElementType[] = ["float32", "float64", "int64", "int32", "uint8"];

/** Throws ShapeError unless `tensor` has one of the element types. */
export const requireType = (
  operator: string,
  tensor: { readonly type: ElementType },
  ...types: readonly ElementType[]
): void => {
  if (!types.includes(tensor.type))
    throw new ShapeError(operator, {
      given: `elements of type ${tensor.type}`,
      expected: types.join(" or "),
      remedy: "Cast it first.",
    });
};

/** Throws ShapeError unless `values` are `count` whole numbers, each at least `min`. */
export const requireWhole = (
  operator: string,
  name: string,
  values: readonly number[],
  count: number,
  min: number,
): void => {
  if (values.length !== count || values.some((value) => !Number.isInteger(value) || value < min))
    refuseShapes(
      operator,
      [`${name} ${count === 1 ? values : show(values)}`],
      `${count === 1 ? "a whole number" : `${count} whole numbers`} of at least ${min}`,
      `Correct the ${name}.`,
    );
};

/** Shape of an elementwise result by NumPy's rule: dimensions are aligned from the right and are equal or 1. */
export const broadcastShapes = (operator: string, ...shapes: readonly Shape[]): Shape => {
  const rank = Math.max(...shapes.map((shape) => shape.length));
  return Array.from({ length: rank }, (_, axis) => {
    const sizes = shapes.map((shape) => shape[shape.length - rank + axis] ?? 1).filter((size) => size !== 1);
    if (sizes.some((size) => size !== sizes[0]))
      refuseShapes(
        operator,
        shapes,
        "dimensions that are equal or 1, aligned from the right",
        "Reshape one of them.",
      );
    return sizes[0] ?? 1;
  });
};

/** Index of an axis from the front; a negative `axis` counts from the back. Throws ShapeError out of range. */
export const axisOf = (operator: string, shape: Shape, axis: number): number => {
  const positive = axis < 0 ? axis + shape.length : axis;
  if (shape.length === 0) refuseShapes(operator, [shape], "a tensor that has axes", "Reshape it first.");
  if (!Number.isInteger(axis) || positive < 0 || positive >= shape.length)
    refuseShapes(
      operator,
      [shape, `axis ${axis}`],
      `an axis from ${-shape.length} to ${shape.length - 1}`,
      "Name another axis.",
    );
  return positive;
};

/** Axes in ascending order (default: all). Throws ShapeError for a repeated axis. */
export const axesOf = (operator: string, shape: Shape, axes?: readonly number[]): readonly number[] => {
  const all = axes?.map((axis) => axisOf(operator, shape, axis)) ?? shape.map((_, axis) => axis);
  const sorted = [...new Set(all)].sort((a, b) => a - b);
  if (sorted.length !== all.length)
    refuseShapes(operator, [shape, `axes ${show(axes!)}`], "each axis once", "Drop the repeated axis.");
  return sorted;
};

/** Whether two shapes are equal. */
export const sameShape = (a: Shape, b: Shape): boolean =>
  a.length === b.length && a.every((size, axis) => size === b[axis]);

/** Shape arithmetic and the errors of operands that do not fit. */
import { ShapeError } from "../errors.ts";
import type { Shape, Tensor } from "./tensor.ts";

export const show = (shape: Shape): string => `[${shape.join(", ")}]`;

/** Refuses the operands of an operator: names it, their shapes, what it takes and what to do. */
export const refuseShapes = (
  operator: string,
  shapes: readonly Shape[],
  expected: string,
  remedy: string,
): never => {
  throw new ShapeError(operator, { given: shapes.map(show).join(" and "), expected, remedy });
};

/** Refuses unless `tensor` has `rank` dimensions. */
export const requireRank = (operator: string, tensor: Tensor, rank: number, meaning: string): void => {
  if (tensor.shape.length !== rank)
    refuseShapes(operator, [tensor.shape], `${rank} dimensions, ${meaning}`, "Reshape it first.");
};

export const requireType = (operator: string, tensor: Tensor, ...types: string[]): void => {
  if (!types.includes(tensor.type))
    throw new ShapeError(operator, {
      given: `elements of type ${tensor.type}`,
      expected: types.join(" or "),
      remedy: "Cast it first.",
    });
};

/** Shape of an elementwise result: dimensions are aligned from the right; equal, or one of them 1 (NumPy's rule). */
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

/** An axis counted from the front; negative ones count from the back. */
export const axisOf = (operator: string, shape: Shape, axis: number): number => {
  const positive = axis < 0 ? axis + shape.length : axis;
  if (!Number.isInteger(axis) || positive < 0 || positive >= shape.length)
    refuseShapes(
      operator,
      [shape],
      `an axis that shape has (axis ${axis} was asked for)`,
      "Name another axis.",
    );
  return positive;
};

/** Axes in ascending order, all of them when none are named. */
export const axesOf = (operator: string, shape: Shape, axes?: readonly number[]): readonly number[] => {
  const all = axes?.map((axis) => axisOf(operator, shape, axis)) ?? shape.map((_, axis) => axis);
  const sorted = [...new Set(all)].sort((a, b) => a - b);
  if (sorted.length !== all.length)
    refuseShapes(operator, [shape], `each axis once (got ${show(all)})`, "Drop the repeated axis.");
  return sorted;
};

export const sameShape = (a: Shape, b: Shape): boolean =>
  a.length === b.length && a.every((size, axis) => size === b[axis]);

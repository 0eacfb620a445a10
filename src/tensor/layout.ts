/** Operators that move elements without changing them: reshape, transpose, slice, pad, concat. */
import {
  axesOf,
  axisOf,
  refuseShapes,
  requireRank,
  requireType,
  requireWhole,
  sameShape,
  show,
} from "./shape.ts";
import { apply, type Shape, sizeOf, type Tensor } from "./tensor.ts";

/** Reshapes to `shape` in row-major order. One size may be -1 and is inferred. */
export const reshape = (x: Tensor, shape: Shape): Tensor => {
  const known = sizeOf(shape.filter((size) => size !== -1));
  const target = shape.map((size) => (size === -1 ? sizeOf(x.shape) / known : size));
  if (
    shape.filter((size) => size === -1).length > 1 ||
    sizeOf(target) !== sizeOf(x.shape) ||
    !target.every(isSize)
  )
    refuseShapes(
      "reshape",
      [x.shape, shape],
      `${sizeOf(x.shape)} elements on both sides, and at most one size -1`,
      "Check the target shape.",
    );
  if (sameShape(target, x.shape)) return x;
  return apply(
    {
      name: "reshape",
      onnx: { operator: "Reshape", constants: [target] },
      gradient: (cotangent) => [reshape(cotangent, x.shape)],
    },
    [x],
    target,
  );
};

const isSize = (size: number): boolean => Number.isInteger(size) && size >= 0;

/** Permutes axes: axis k of the result is axis `permutation[k]` of x. Default: reversed axes. */
export const transpose = (
  x: Tensor,
  permutation: readonly number[] = x.shape.map((_, k) => k).reverse(),
): Tensor => {
  const axes = permutation.map((axis) => axisOf("transpose", x.shape, axis));
  if (new Set(axes).size !== x.shape.length || axes.length !== x.shape.length)
    refuseShapes(
      "transpose",
      [x.shape, `permutation ${show(permutation)}`],
      "a permutation of all axes",
      "Name each axis once.",
    );
  if (axes.every((axis, k) => axis === k)) return x;
  return apply(
    {
      name: "transpose",
      onnx: { operator: "Transpose", attributes: { perm: { ints: axes } } },
      gradient: (cotangent) => [
        transpose(
          cotangent,
          axes.map((_, k) => axes.indexOf(k)),
        ),
      ],
    },
    [x],
    axes.map((axis) => x.shape[axis]!),
  );
};

/**
 * Elements starts, starts + steps, ... before ends, along every axis. Steps are positive; use `reverse` to
 * flip an axis. Ends may exceed the size; negative starts and ends count from the back.
 */
export const slice = (
  x: Tensor,
  starts: readonly number[],
  ends: readonly number[] = x.shape,
  steps: readonly number[] = x.shape.map(() => 1),
): Tensor => {
  const rank = x.shape.length;
  if (
    starts.length !== rank ||
    ends.length !== rank ||
    steps.length !== rank ||
    ![...starts, ...ends, ...steps].every(Number.isInteger) ||
    steps.some((step) => step < 1)
  )
    refuseShapes(
      "slice",
      [x.shape, `starts ${show(starts)}`, `ends ${show(ends)}`, `steps ${show(steps)}`],
      "a start, an end and a step for every axis, all whole, steps at least 1",
      "Name all of them.",
    );
  const clamp = (index: number, axis: number): number =>
    Math.min(Math.max(index < 0 ? index + x.shape[axis]! : index, 0), x.shape[axis]!);
  const from = starts.map(clamp);
  const to = ends.map(clamp);
  const shape = from.map((start, axis) => Math.max(0, Math.ceil((to[axis]! - start) / steps[axis]!)));
  if (sizeOf(shape) === 0)
    refuseShapes(
      "slice",
      [x.shape, `starts ${show(starts)}`, `ends ${show(ends)}`],
      "at least one element along every axis",
      "Move starts or ends.",
    );
  if (sameShape(shape, x.shape)) return x;
  const moved = x.shape.flatMap((size, axis) => (shape[axis] === size ? [] : [axis]));
  const pick = (values: readonly number[]): number[] => moved.map((axis) => values[axis]!);
  return apply(
    {
      name: "slice",
      onnx: { operator: "Slice", constants: [pick(from), pick(to), moved, pick(steps)] },
      ...(moved.join() === "0" && steps[0] === 1 && { firstRow: from[0]! }),
      gradient: (cotangent) => [unslice(cotangent, x.shape, from, steps)],
    },
    [x],
    shape,
  );
};

/** Elements [start, end) of `axis`, and all elements of the other axes. */
export const part = (x: Tensor, axis: number, start: number, end: number): Tensor =>
  slice(
    x,
    x.shape.map((_, k) => (k === axis ? start : 0)),
    x.shape.map((size, k) => (k === axis ? end : size)),
  );

/** Splits `axis` into `count` equal parts. */
export const equalParts = (x: Tensor, axis: number, count: number): readonly Tensor[] => {
  const size = x.shape[axis]! / count;
  return Array.from({ length: count }, (_, k) => part(x, axis, k * size, (k + 1) * size));
};

/** The adjoint of `slice`: a tensor of zeros of `shape` with `x` at positions starts + k steps. */
const unslice = (x: Tensor, shape: Shape, starts: readonly number[], steps: readonly number[]): Tensor => {
  const spread = steps.reduce((part, step, axis) => dilate(part, axis, step), x);
  const after = shape.map((size, axis) => size - starts[axis]! - spread.shape[axis]!);
  const padded = pad(spread, starts, after);
  const axes = shape.flatMap((size, axis) => (spread.shape[axis] === size ? [] : [axis]));
  if (padded === spread || axes.length !== 1 || typeof padded.operator === "string") return padded;
  const placement = { axis: axes[0]!, start: starts[axes[0]!]! };
  return { ...padded, operator: { ...padded.operator, placement } };
};

/** Inserts `step - 1` zeros after each element of `axis`. */
export const dilate = (x: Tensor, axis: number, step: number): Tensor => {
  const along = axisOf("dilate", x.shape, axis);
  requireWhole("dilate", "step", [step], 1, 1);
  if (step === 1) return x;
  const before = x.shape.slice(0, along);
  const behind = x.shape.slice(along + 1);
  const size = x.shape[along]!;
  const split = reshape(x, [...before, size, 1, ...behind]);
  const padded = pad(
    split,
    split.shape.map(() => 0),
    split.shape.map((_, k) => (k === along + 1 ? step - 1 : 0)),
  );
  const joined = reshape(padded, [...before, size * step, ...behind]);
  return part(joined, along, 0, (size - 1) * step + 1);
};

/** Flips `x` along `axes`. */
export const reverse = (x: Tensor, axes: readonly number[]): Tensor => {
  const turned = axesOf("reverse", x.shape, axes).filter((axis) => x.shape[axis] !== 1);
  if (turned.length === 0) return x;
  return apply(
    {
      name: "reverse",
      onnx: {
        operator: "Slice",
        constants: [turned.map(() => -1), turned.map(() => -(2 ** 31)), turned, turned.map(() => -1)],
      },
      gradient: (cotangent) => [reverse(cotangent, turned)],
    },
    [x],
    x.shape,
  );
};

/** Pads every axis with `value` on both sides; float32. Negative amounts crop. */
export const pad = (
  x: Tensor,
  before: readonly number[],
  after: readonly number[] = before,
  value = 0,
): Tensor => {
  requireType("pad", x, "float32");
  if (
    before.length !== x.shape.length ||
    after.length !== x.shape.length ||
    ![...before, ...after].every(Number.isInteger)
  )
    refuseShapes(
      "pad",
      [x.shape, `before ${show(before)}`, `after ${show(after)}`],
      "a whole amount before and after for every axis",
      "Name all of them.",
    );
  const shape = x.shape.map((size, axis) => size + before[axis]! + after[axis]!);
  if (shape.some((size) => size < 1))
    refuseShapes(
      "pad",
      [x.shape, `before ${show(before)}`, `after ${show(after)}`],
      "at least one element left along every axis",
      "Cut less off.",
    );
  if ([...before, ...after].every((amount) => amount === 0)) return x;
  const opposite = (amounts: readonly number[]): number[] => amounts.map((amount) => -amount);
  return apply(
    {
      name: "pad",
      onnx: { operator: "Pad", constants: [[...before, ...after], value] },
      gradient: (cotangent) => [pad(cotangent, opposite(before), opposite(after))],
    },
    [x],
    shape,
  );
};

/** Concatenates `parts` along `axis`. */
export const concat = (parts: readonly Tensor[], axis: number): Tensor => {
  const [first] = parts;
  if (!first) return refuseShapes("concat", ["nothing"], "at least one tensor", "Give one.");
  const along = axisOf("concat", first.shape, axis);
  for (const part of parts) {
    requireType("concat", part, first.type);
    requireRank("concat", part, first.shape.length, "as the first part has");
    if (part.shape.some((size, k) => k !== along && size !== first.shape[k]))
      refuseShapes(
        "concat",
        [first.shape, part.shape],
        `equal sizes along every axis but ${along}`,
        "Slice or pad a part.",
      );
  }
  if (parts.length === 1) return first;
  const offsets = parts.map((_, k) => parts.slice(0, k).reduce((sum, part) => sum + part.shape[along]!, 0));
  const total = parts.reduce((sum, part) => sum + part.shape[along]!, 0);
  return apply(
    {
      name: "concat",
      onnx: { operator: "Concat", attributes: { axis: { int: along } } },
      gradient: (cotangent) =>
        parts.map(({ shape }, k) => part(cotangent, along, offsets[k]!, offsets[k]! + shape[along]!)),
    },
    parts,
    first.shape.map((size, k) => (k === along ? total : size)),
  );
};

/** Operands that do not fit are refused when an expression is built, with an error that says why. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type NsmError, ShapeError } from "../../src/errors.ts";
import { broadcastTo, sum } from "../../src/tensor/broadcast.ts";
import { conv2d, convTranspose2d } from "../../src/tensor/convolution.ts";
import { add, erf, maximum } from "../../src/tensor/elementwise.ts";
import { gemm } from "../../src/tensor/gemm.ts";
import { concat, dilate, pad, reshape, reverse, slice, transpose } from "../../src/tensor/layout.ts";
import { matmul } from "../../src/tensor/matmul.ts";
import { averagePool2d, maxPool2d } from "../../src/tensor/pool.ts";
import { argmax, max, mean, norm } from "../../src/tensor/reduce.ts";
import { cast, equal, greater, where } from "../../src/tensor/select.ts";
import { broadcastShapes } from "../../src/tensor/shape.ts";
import { logSoftmax, softmax } from "../../src/tensor/softmax.ts";
import { depthToSpace, spaceToDepth } from "../../src/tensor/space-to-depth.ts";
import { take } from "../../src/tensor/take.ts";
import { constant, type ElementType, input, type Shape, type Tensor } from "../../src/tensor/tensor.ts";
import { shapes } from "./arbitraries.ts";

const of = (...shape: number[]): Tensor => input("x", shape);
const typed = (type: ElementType, ...shape: number[]): Tensor => input("x", shape, type);

const messageOf = (build: () => unknown): string => {
  try {
    build();
  } catch (error) {
    expect(error).toBeInstanceOf(ShapeError);
    const { given, expected, remedy } = error as NsmError;
    for (const part of [given, expected, remedy]) expect(part).not.toBe("");
    return (error as Error).message;
  }
  return "nothing was refused";
};

describe("shapes that do not fit", () => {
  const refused: Readonly<Record<string, () => Tensor>> = {
    "sizes of an input": () => of(2, 1.5),
    "an empty input": () => of(0, 3),
    "elements of a constant": () => constant(Float32Array.of(1, 2, 3), [2, 2]),
    "a constant without its shape": () => constant(Float32Array.of(1, 2, 3)),

    add: () => add(of(2, 3), of(3, 2)),
    maximum: () => maximum(of(4), of(3, 1, 5)),
    greater: () => greater(of(2), of(3)),
    where: () => where(typed("bool", 2, 1), of(3, 1), of(1, 4)),
    "broadcastTo, other sizes": () => broadcastTo(of(2, 3), [2, 4]),
    "broadcastTo, fewer dimensions": () => broadcastTo(of(2, 3), [3]),

    "sum over an axis that is not there": () => sum(of(2, 3), [2]),
    "sum over an axis twice": () => sum(of(2, 3), [1, -1]),
    mean: () => mean(of(2, 3), [-3]),
    norm: () => norm(of(2, 3), [0.5]),
    max: () => max(of(), [0]),
    argmax: () => argmax(of(2), 1),
    softmax: () => softmax(of()),
    logSoftmax: () => logSoftmax(of(2, 3), 4),

    "matmul of vectors": () => matmul(of(3), of(3)),
    "matmul, inner sizes": () => matmul(of(2, 3), of(2, 3)),
    "matmul, batches": () => matmul(of(2, 1, 3), of(4, 3, 1)),
    "gemm of a vector": () => gemm(of(3), of(3, 2)),
    "gemm, inner sizes": () => gemm(of(2, 3), of(2, 3)),
    "gemm, transposed": () => gemm(of(2, 3), of(3, 4), { transA: true }),
    "gemm, both transposed": () => gemm(of(2, 3), of(3, 4), { transA: true, transB: true }),

    "conv2d of a matrix": () => conv2d(of(28, 28), of(8, 1, 3, 3)),
    "conv2d with weights of three dimensions": () => conv2d(of(1, 1, 28, 28), of(8, 3, 3)),
    "conv2d, channels": () => conv2d(of(1, 3, 8, 8), of(4, 1, 3, 3)),
    "conv2d, groups": () => conv2d(of(1, 4, 8, 8), of(4, 1, 3, 3), { groups: 3 }),
    "conv2d, filters and groups": () => conv2d(of(1, 4, 8, 8), of(3, 2, 3, 3), { groups: 2 }),
    "conv2d, window": () => conv2d(of(1, 1, 4, 4), of(1, 1, 3, 3), { dilations: [2, 2] }),
    "conv2d, strides": () => conv2d(of(1, 1, 4, 4), of(1, 1, 3, 3), { strides: [0, 1] }),
    "conv2d, pads": () => conv2d(of(1, 1, 4, 4), of(1, 1, 3, 3), { pads: [0, -1, 0, 0] }),
    "conv2d, dilations": () => conv2d(of(1, 1, 4, 4), of(1, 1, 3, 3), { dilations: [1, 0.5] }),
    "conv2d, no groups": () => conv2d(of(1, 1, 4, 4), of(1, 1, 3, 3), { groups: 0 }),
    "conv2d, bias": () => conv2d(of(1, 1, 4, 4), of(2, 1, 3, 3), {}, of(3)),
    "convTranspose2d, size": () => convTranspose2d(of(1, 1, 2, 2), of(1, 1, 3, 3), [5, 4]),
    "convTranspose2d, filters": () => convTranspose2d(of(1, 2, 2, 2), of(1, 1, 3, 3), [4, 4]),
    "convTranspose2d, groups": () => convTranspose2d(of(1, 3, 2, 2), of(3, 1, 3, 3), [4, 4], { groups: 2 }),

    "maxPool2d of a matrix": () => maxPool2d(of(4, 4), { kernel: [2, 2] }),
    "maxPool2d, window": () => maxPool2d(of(1, 1, 2, 4), { kernel: [3, 3] }),
    "maxPool2d, padding": () => maxPool2d(of(1, 1, 4, 4), { kernel: [2, 2], pads: [2, 0, 0, 0] }),
    "maxPool2d, kernel": () => maxPool2d(of(1, 1, 4, 4), { kernel: [0, 2] }),
    averagePool2d: () => averagePool2d(of(1, 1, 4, 4), { kernel: [2, 2], strides: [2, 0] }),
    spaceToDepth: () => spaceToDepth(of(1, 1, 4, 5), 2),
    "spaceToDepth, block": () => spaceToDepth(of(1, 1, 4, 4), 0),
    depthToSpace: () => depthToSpace(of(1, 6, 4, 4), 2),

    reshape: () => reshape(of(2, 3), [4, 2]),
    "reshape, inferred": () => reshape(of(2, 3), [4, -1]),
    "reshape, two sizes inferred": () => reshape(of(2, 3), [-1, -1]),
    transpose: () => transpose(of(2, 3, 4), [0, 1]),
    "transpose, an axis twice": () => transpose(of(2, 3), [0, -2]),
    "slice, axes": () => slice(of(2, 3), [0], [1], [1]),
    "slice, steps": () => slice(of(2, 3), [0, 0], [2, 3], [1, 0]),
    "slice of nothing": () => slice(of(2, 3), [1, 3]),
    reverse: () => reverse(of(2, 3), [0, 0]),
    dilate: () => dilate(of(2, 3), 2, 2),
    "dilate, step": () => dilate(of(2, 3), 1, 0),
    pad: () => pad(of(2, 3), [1]),
    "pad, nothing left": () => pad(of(2, 3), [0, -2], [0, -1]),
    "take, index": () => take(of(2, 3), -1, [0, 3]),
    "take of nothing": () => take(of(2, 3), 0, []),
    "concat of nothing": () => concat([], 0),
    "concat, ranks": () => concat([of(2, 3), of(3)], 0),
    "concat, sizes": () => concat([of(2, 3), of(2, 4), of(3, 3)], 1),
  };

  test("are named, with what was expected and what to do", () => {
    const messages = Object.entries(refused).map(([name, build]) => `${name}\n    ${messageOf(build)}`);
    expect(messages.join("\n")).toMatchInlineSnapshot(`
      "sizes of an input
          input "x": got [2, 1.5]; expected whole sizes of at least 1. Correct the shape.
      an empty input
          input "x": got [0, 3]; expected whole sizes of at least 1. Correct the shape.
      elements of a constant
          constant: got [2, 2]; expected the shape of 3 elements. Give the elements' shape.
      a constant without its shape
          constant: got []; expected the shape of 3 elements. Give the elements' shape.
      add
          add: got [2, 3] and [3, 2]; expected dimensions that are equal or 1, aligned from the right. Reshape one of them.
      maximum
          maximum: got [4] and [3, 1, 5]; expected dimensions that are equal or 1, aligned from the right. Reshape one of them.
      greater
          greater: got [2] and [3]; expected dimensions that are equal or 1, aligned from the right. Reshape one of them.
      where
          where: got [2, 1], [3, 1] and [1, 4]; expected dimensions that are equal or 1, aligned from the right. Reshape one of them.
      broadcastTo, other sizes
          broadcastTo: got [2, 3] and [2, 4]; expected dimensions that are equal or 1, aligned from the right. Reshape one of them.
      broadcastTo, fewer dimensions
          broadcastTo: got [2, 3] and [3]; expected a target that only repeats dimensions of size 1. Sum it first.
      sum over an axis that is not there
          sum: got [2, 3] and axis 2; expected an axis from -2 to 1. Name another axis.
      sum over an axis twice
          sum: got [2, 3] and axes [1, -1]; expected each axis once. Drop the repeated axis.
      mean
          mean: got [2, 3] and axis -3; expected an axis from -2 to 1. Name another axis.
      norm
          norm: got [2, 3] and axis 0.5; expected an axis from -2 to 1. Name another axis.
      max
          max: got []; expected a tensor that has axes. Reshape it first.
      argmax
          argmax: got [2] and axis 1; expected an axis from -1 to 0. Name another axis.
      softmax
          softmax: got []; expected a tensor that has axes. Reshape it first.
      logSoftmax
          logSoftmax: got [2, 3] and axis 4; expected an axis from -2 to 1. Name another axis.
      matmul of vectors
          matmul: got [3] and [3]; expected at least two dimensions each. Reshape a vector to a matrix.
      matmul, inner sizes
          matmul: got [2, 3] and [2, 3]; expected equal inner sizes, not 3 and 2. Transpose one of them.
      matmul, batches
          matmul of [2, 1, 3] and [4, 3, 1], dimensions before the last two: got [2] and [4]; expected dimensions that are equal or 1, aligned from the right. Reshape one of them.
      gemm of a vector
          gemm: got [3]; expected 2 dimensions, a matrix. Reshape it first.
      gemm, inner sizes
          gemm: got [2, 3] and [2, 3]; expected equal inner sizes, not 3 and 2. Transpose or reshape one of them.
      gemm, transposed
          gemm, first transposed: got [2, 3] and [3, 4]; expected equal inner sizes, not 2 and 3. Transpose or reshape one of them.
      gemm, both transposed
          gemm, first transposed, second transposed: got [2, 3] and [3, 4]; expected equal inner sizes, not 2 and 4. Transpose or reshape one of them.
      conv2d of a matrix
          conv2d: got [28, 28]; expected 4 dimensions, [batch, channels, height, width]. Reshape it first.
      conv2d with weights of three dimensions
          conv2d: got [8, 3, 3]; expected 4 dimensions, [filters, channels / groups, rows, columns]. Reshape it first.
      conv2d, channels
          conv2d: got [1, 3, 8, 8], [4, 1, 3, 3] and groups 1; expected weights of shape [filters, 3, rows, columns]. Check channels and groups.
      conv2d, groups
          conv2d: got [1, 4, 8, 8], [4, 1, 3, 3] and groups 3; expected weights of shape [filters, 4 / 3, rows, columns], filters and channels divisible by 3. Check channels and groups.
      conv2d, filters and groups
          conv2d: got [1, 4, 8, 8], [3, 2, 3, 3] and groups 2; expected weights of shape [filters, 4 / 2, rows, columns], filters and channels divisible by 2. Check channels and groups.
      conv2d, window
          conv2d: got [1, 1, 4, 4], [1, 1, 3, 3], pads [0, 0, 0, 0] and dilations [2, 2]; expected a window no larger than the padded image. Shrink it or add padding.
      conv2d, strides
          conv2d: got strides [0, 1]; expected 2 whole numbers of at least 1. Correct the strides.
      conv2d, pads
          conv2d: got pads [0, -1, 0, 0]; expected 4 whole numbers of at least 0. Correct the pads.
      conv2d, dilations
          conv2d: got dilations [1, 0.5]; expected 2 whole numbers of at least 1. Correct the dilations.
      conv2d, no groups
          conv2d: got groups 0; expected a whole number of at least 1. Correct the groups.
      conv2d, bias
          conv2d: got [2, 1, 3, 3] and [3]; expected a bias of shape [2]. Reshape the bias.
      convTranspose2d, size
          convTranspose2d: got [1, 1, 2, 2], [1, 1, 3, 3], image [5, 4] and groups 1; expected an output of conv2d with these weights over an image of that size. Check sizes, strides, padding and groups.
      convTranspose2d, filters
          convTranspose2d: got [1, 2, 2, 2], [1, 1, 3, 3], image [4, 4] and groups 1; expected an output of conv2d with these weights over an image of that size. Check sizes, strides, padding and groups.
      convTranspose2d, groups
          convTranspose2d: got [1, 3, 2, 2], [3, 1, 3, 3], image [4, 4] and groups 2; expected an output of conv2d with these weights over an image of that size. Check sizes, strides, padding and groups.
      maxPool2d of a matrix
          maxPool2d: got [4, 4]; expected 4 dimensions, [batch, channels, height, width]. Reshape it first.
      maxPool2d, window
          maxPool2d: got [1, 1, 2, 4], kernel [3, 3] and pads [0, 0, 0, 0]; expected a window that fits in the padded image, padding below its size. Shrink it.
      maxPool2d, padding
          maxPool2d: got [1, 1, 4, 4], kernel [2, 2] and pads [2, 0, 0, 0]; expected a window that fits in the padded image, padding below its size. Shrink it.
      maxPool2d, kernel
          maxPool2d: got kernel [0, 2]; expected 2 whole numbers of at least 1. Correct the kernel.
      averagePool2d
          averagePool2d: got strides [2, 0]; expected 2 whole numbers of at least 1. Correct the strides.
      spaceToDepth
          spaceToDepth: got [1, 1, 4, 5] and block 2; expected height and width divisible by 2. Slice or pad it first.
      spaceToDepth, block
          spaceToDepth: got block 0; expected a whole number of at least 1. Correct the block.
      depthToSpace
          depthToSpace: got [1, 6, 4, 4] and block 2; expected channels divisible by 4. Check the block size.
      reshape
          reshape: got [2, 3] and [4, 2]; expected 6 elements on both sides, and at most one size -1. Check the target shape.
      reshape, inferred
          reshape: got [2, 3] and [4, -1]; expected 6 elements on both sides, and at most one size -1. Check the target shape.
      reshape, two sizes inferred
          reshape: got [2, 3] and [-1, -1]; expected 6 elements on both sides, and at most one size -1. Check the target shape.
      transpose
          transpose: got [2, 3, 4] and permutation [0, 1]; expected a permutation of all axes. Name each axis once.
      transpose, an axis twice
          transpose: got [2, 3] and permutation [0, -2]; expected a permutation of all axes. Name each axis once.
      slice, axes
          slice: got [2, 3], starts [0], ends [1] and steps [1]; expected a start, an end and a step for every axis, all whole, steps at least 1. Name all of them.
      slice, steps
          slice: got [2, 3], starts [0, 0], ends [2, 3] and steps [1, 0]; expected a start, an end and a step for every axis, all whole, steps at least 1. Name all of them.
      slice of nothing
          slice: got [2, 3], starts [1, 3] and ends [2, 3]; expected at least one element along every axis. Move starts or ends.
      reverse
          reverse: got [2, 3] and axes [0, 0]; expected each axis once. Drop the repeated axis.
      dilate
          dilate: got [2, 3] and axis 2; expected an axis from -2 to 1. Name another axis.
      dilate, step
          dilate: got step 0; expected a whole number of at least 1. Correct the step.
      pad
          pad: got [2, 3], before [1] and after [1]; expected a whole amount before and after for every axis. Name all of them.
      pad, nothing left
          pad: got [2, 3], before [0, -2] and after [0, -1]; expected at least one element left along every axis. Cut less off.
      take, index
          take: got [2, 3] and index 3; expected indices from 0 to 2 along axis 1. Correct the indices.
      take of nothing
          take: got [2, 3] and no indices; expected indices from 0 to 1 along axis 0. Correct the indices.
      concat of nothing
          concat: got nothing; expected at least one tensor. Give one.
      concat, ranks
          concat: got [3]; expected 2 dimensions, as the first part has. Reshape it first.
      concat, sizes
          concat: got [2, 3] and [3, 3]; expected equal sizes along every axis but 1. Slice or pad a part."
    `);
  });
});

describe("element types that do not fit", () => {
  const refused: Readonly<Record<string, () => Tensor>> = {
    add: () => add(typed("int64", 2), 1),
    "add, right": () => add(1, typed("bool", 2)),
    erf: () => erf(typed("uint8", 2)),
    greater: () => greater(typed("bool", 2), typed("bool", 2)),
    equal: () => equal(typed("int64", 2), 1),
    "where, condition": () => where(of(2), of(2), of(2)),
    "where, choices": () => where(typed("bool", 2), of(2), typed("int64", 2)),
    "where, booleans": () => where(typed("bool", 2), typed("bool", 2), typed("bool", 2)),
    sum: () => sum(typed("bool", 2)),
    mean: () => mean(typed("int64", 2)),
    norm: () => norm(typed("int64", 2)),
    max: () => max(typed("bool", 2)),
    argmax: () => argmax(typed("bool", 2), 0),
    softmax: () => softmax(typed("int32", 2)),
    logSoftmax: () => logSoftmax(typed("int32", 2)),
    matmul: () => matmul(typed("uint8", 2, 2), typed("uint8", 2, 2)),
    "matmul, mixed": () => matmul(of(2, 2), typed("int32", 2, 2)),
    gemm: () => gemm(of(2, 2), typed("int32", 2, 2)),
    conv2d: () => conv2d(typed("uint8", 1, 1, 4, 4), of(1, 1, 2, 2)),
    convTranspose2d: () => convTranspose2d(of(1, 1, 4, 4), typed("uint8", 1, 1, 1, 1), [4, 4]),
    maxPool2d: () => maxPool2d(typed("int64", 1, 1, 4, 4), { kernel: [2, 2] }),
    averagePool2d: () => averagePool2d(typed("int64", 1, 1, 4, 4), { kernel: [2, 2] }),
    spaceToDepth: () => spaceToDepth(typed("int64", 1, 1, 4, 4), 2),
    depthToSpace: () => depthToSpace(typed("bool", 1, 4, 4, 4), 2),
    pad: () => pad(typed("int64", 2), [1]),
    concat: () => concat([of(2), typed("int64", 2)], 0),
  };

  test("are named, with those that were expected", () => {
    const messages = Object.entries(refused).map(([name, build]) => `${name}\n    ${messageOf(build)}`);
    expect(messages.join("\n")).toMatchInlineSnapshot(`
      "add
          add: got elements of type int64; expected float32. Cast it first.
      add, right
          add: got elements of type bool; expected float32. Cast it first.
      erf
          erf: got elements of type uint8; expected float32. Cast it first.
      greater
          greater: got elements of type bool; expected float32 or float64 or int64 or int32 or uint8. Cast it first.
      equal
          equal: got elements of type float32; expected int64. Cast it first.
      where, condition
          where: got elements of type float32; expected bool. Cast it first.
      where, choices
          where: got elements of type int64; expected float32. Cast it first.
      where, booleans
          where: got elements of type bool; expected float32 or float64 or int64 or int32 or uint8. Cast it first.
      sum
          sum: got elements of type bool; expected float32 or int64 or int32. Cast it first.
      mean
          mean: got elements of type int64; expected float32. Cast it first.
      norm
          norm: got elements of type int64; expected float32. Cast it first.
      max
          max: got elements of type bool; expected float32 or float64 or int64 or int32 or uint8. Cast it first.
      argmax
          argmax: got elements of type bool; expected float32 or float64 or int64 or int32 or uint8. Cast it first.
      softmax
          softmax: got elements of type int32; expected float32. Cast it first.
      logSoftmax
          logSoftmax: got elements of type int32; expected float32. Cast it first.
      matmul
          matmul: got elements of type uint8; expected float32 or int64 or int32. Cast it first.
      matmul, mixed
          matmul: got elements of type int32; expected float32. Cast it first.
      gemm
          gemm: got elements of type int32; expected float32. Cast it first.
      conv2d
          conv2d: got elements of type uint8; expected float32. Cast it first.
      convTranspose2d
          convTranspose2d: got elements of type uint8; expected float32. Cast it first.
      maxPool2d
          maxPool2d: got elements of type int64; expected float32. Cast it first.
      averagePool2d
          averagePool2d: got elements of type int64; expected float32. Cast it first.
      spaceToDepth
          spaceToDepth: got elements of type int64; expected float32. Cast it first.
      depthToSpace
          depthToSpace: got elements of type bool; expected float32. Cast it first.
      pad
          pad: got elements of type int64; expected float32. Cast it first.
      concat
          concat: got elements of type int64; expected float32. Cast it first."
    `);
  });

  test("are those of the operands or of the result otherwise", () => {
    expect(greater(typed("int64", 2), typed("int64", 2)).type).toBe("bool");
    expect(where(typed("bool", 2), typed("uint8", 2), typed("uint8", 2)).type).toBe("uint8");
    expect(argmax(of(2), 0).type).toBe("int64");
    expect(cast(of(2), "int32").type).toBe("int32");
    expect(reshape(typed("bool", 2, 2), [4]).type).toBe("bool");
  });
});

describe("broadcasting", () => {
  /** NumPy's broadcasting rule, two shapes at a time; undefined if they do not broadcast. */
  const pairwise = (a: Shape | undefined, b: Shape): Shape | undefined => {
    if (!a) return undefined;
    const result: number[] = [];
    for (let k = 1; k <= Math.max(a.length, b.length); k++) {
      const [left, right] = [a.at(-k) ?? 1, b.at(-k) ?? 1];
      if (k <= a.length && k <= b.length && left !== right && left !== 1 && right !== 1) return undefined;
      result.unshift(left === 1 ? right : left);
    }
    return result;
  };

  test("follows NumPy's rule", () => {
    const some = fc.array(fc.array(fc.constantFrom(1, 1, 2, 3), { maxLength: 4 }), {
      minLength: 1,
      maxLength: 4,
    });
    let [accepted, denied] = [0, 0];
    fc.assert(
      fc.property(some, (all) => {
        const expected = all.reduce<Shape | undefined>(pairwise, []);
        if (expected) {
          accepted++;
          expect(broadcastShapes("test", ...all)).toEqual(expected);
        } else {
          denied++;
          expect(() => broadcastShapes("test", ...all)).toThrow(ShapeError);
        }
      }),
      { numRuns: 1000, seed: 3 },
    );
    expect(Math.min(accepted, denied)).toBeGreaterThan(200);
  });

  test("is symmetric, and leaves a shape as it is with itself and a scalar", () => {
    fc.assert(
      fc.property(shapes(), (shape) => {
        const x = input("x", shape);
        expect(add(x, x).shape).toEqual(shape);
        expect(add(x, 1).shape).toEqual(shape);
        expect(add(1, x).shape).toEqual(shape);
      }),
      { seed: 4 },
    );
  });
});

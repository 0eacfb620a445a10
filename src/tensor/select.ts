/** Comparison, selection and type conversion. Comparisons return booleans, which have no gradient. */

import { onnxTypeCode } from "../onnx/model.ts";
import { sumTo } from "./broadcast.ts";
import { broadcastShapes, NUMBERS, requireType } from "./shape.ts";
import { apply, asTensor, constant, type ElementType, type Operand, type Tensor } from "./tensor.ts";

const comparison =
  (name: string, operator: string, types: readonly ElementType[]) =>
  (left: Operand, right: Operand): Tensor => {
    const a = asTensor(left);
    const b = asTensor(right);
    requireType(name, a, ...types);
    requireType(name, b, a.type);
    return apply(
      { name, onnx: { operator }, gradient: () => [null, null] },
      [a, b],
      broadcastShapes(name, a.shape, b.shape),
      "bool",
    );
  };

export const greater = comparison("greater", "Greater", NUMBERS);
export const greaterEqual = comparison("greaterEqual", "GreaterOrEqual", NUMBERS);
export const less = comparison("less", "Less", NUMBERS);
export const lessEqual = comparison("lessEqual", "LessOrEqual", NUMBERS);
export const equal = comparison("equal", "Equal", [...NUMBERS, "bool"]);

/** `left` where the condition holds, `right` elsewhere. All three broadcast. */
export const where = (condition: Tensor, left: Operand, right: Operand): Tensor => {
  const a = asTensor(left);
  const b = asTensor(right);
  requireType("where", condition, "bool");
  requireType("where", a, ...NUMBERS);
  requireType("where", b, a.type);
  const zero = constant(0);
  return apply(
    {
      name: "where",
      onnx: { operator: "Where" },
      gradient: (cotangent) => [
        null,
        sumTo(where(condition, cotangent, zero), a.shape),
        sumTo(where(condition, zero, cotangent), b.shape),
      ],
    },
    [condition, a, b],
    broadcastShapes("where", condition.shape, a.shape, b.shape),
    a.type,
  );
};

/** Converts elements to `type`; true becomes 1 and false 0. */
export const cast = (x: Tensor, type: ElementType): Tensor =>
  x.type === type
    ? x
    : apply(
        {
          name: "cast",
          onnx: { operator: "Cast", attributes: { to: { int: onnxTypeCode(type) } } },
          gradient: (cotangent) => [x.type === "float32" && type === "float32" ? cotangent : null],
        },
        [x],
        x.shape,
        type,
      );

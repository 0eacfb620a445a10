/**
 * Symbolic tensors: immutable nodes of an expression graph with static shapes.
 * Nothing is computed here; `lower.ts` turns a graph into ONNX, `gradient.ts` differentiates it.
 */
import type { OnnxAttribute } from "../onnx/model.ts";
import { type ElementType, refuseShapes, type Shape } from "./shape.ts";

export type { ElementType, Shape };

/** An operator as one ONNX node. The node's inputs are the tensor's inputs, then `constants`. */
export interface OnnxForm {
  readonly operator: string;
  /** Operator set, such as a runtime's own; default: ONNX's. */
  readonly domain?: string;
  readonly attributes?: Readonly<Record<string, OnnxAttribute>>;
  /** Number of tensor inputs that the node takes; default: all. The gradient may use the others. */
  readonly arity?: number;
  /** Constant inputs after the tensor inputs: int64 vectors, such as axes, or a float32 scalar. */
  readonly constants?: readonly (readonly number[] | number)[];
}

/**
 * An operator: its ONNX form and its gradient. The shape rule is in the function that builds its tensors.
 * `gradient` maps the cotangent of the output to one cotangent for each input; null means that no gradient
 * flows.
 */
export interface Operator {
  readonly name: string;
  readonly onnx: OnnxForm;
  /** Index of the first row, if the output is consecutive rows of the first input. */
  readonly firstRow?: number;
  /** Position of the input along one axis, if the output is zero everywhere else. */
  readonly placement?: { readonly axis: number; readonly start: number };
  readonly gradient?: (cotangent: Tensor, output: Tensor) => readonly (Tensor | null)[];
}

/** A node of the graph: an operator applied to inputs, an input of the program, or a constant. */
export interface Tensor {
  readonly operator: Operator | "input" | "constant";
  readonly inputs: readonly Tensor[];
  readonly shape: Shape;
  readonly type: ElementType;
  /** Name under which an input is fed. */
  readonly name?: string;
  /** The elements of a constant, row-major. */
  readonly values?: TypedArray;
}

/** Elements of a tensor, row-major. Booleans are bytes 0 and 1. */
export type TypedArray = Float32Array | Float64Array | Int32Array | BigInt64Array | Uint8Array | Int8Array;

/** A tensor, or a number that stands for a float32 scalar. */
export type Operand = Tensor | number;

/** Number of elements of a shape. */
export const sizeOf = (shape: Shape): number => shape.reduce((product, size) => product * size, 1);

/** Tensors by name. */
export type TensorsByName = Readonly<Record<string, Tensor>>;

/** Number of elements of each named tensor. */
export const sizesOf = (tensors: TensorsByName): Readonly<Record<string, number>> =>
  Object.fromEntries(Object.entries(tensors).map(([name, { shape }]) => [name, sizeOf(shape)]));

/** An input, fed at every run under a name that is unique in its program. */
export const input = (name: string, shape: Shape, type: ElementType = "float32"): Tensor => {
  if (!shape.every((size) => Number.isInteger(size) && size >= 1))
    refuseShapes(`input "${name}"`, [shape], "whole sizes of at least 1", "Correct the shape.");
  return { operator: "input", inputs: [], shape, type, name };
};

/** A constant of the program. A single number fills the shape. */
export const constant = (values: TypedArray | number, shape: Shape = []): Tensor => {
  const array = typeof values === "number" ? new Float32Array(sizeOf(shape)).fill(values) : values;
  if (array.length !== sizeOf(shape))
    refuseShapes("constant", [shape], `the shape of ${array.length} elements`, "Give the elements' shape.");
  return { operator: "constant", inputs: [], shape, type: typeOf(array), values: array };
};

const typeOf = (values: TypedArray): ElementType => {
  if (values instanceof Float32Array) return "float32";
  if (values instanceof Float64Array) return "float64";
  if (values instanceof Int32Array) return "int32";
  if (values instanceof Int8Array) return "int8";
  if (values instanceof BigInt64Array) return "int64";
  return "uint8";
};

/** The operand as a tensor; a number becomes a float32 scalar. */
export const asTensor = (operand: Operand): Tensor =>
  typeof operand === "number" ? constant(operand) : operand;

/** The result of `operator` on `inputs`. Its type is that of the first input unless given. */
export const apply = (
  operator: Operator,
  inputs: readonly Tensor[],
  shape: Shape,
  type: ElementType = inputs[0]!.type,
): Tensor => ({ operator, inputs, shape, type });

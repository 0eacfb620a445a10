/**
 * Operators that ONNX Runtime's WebGPU provider leaves to the CPU, in terms of those that it has. Each of them would have a
 * tensor copied to the host and back in the midst of a run.
 */
import { sum } from "./broadcast.ts";
import { exp, log, multiply, subtract } from "./elementwise.ts";
import { reshape, transpose } from "./layout.ts";
import type { Outputs } from "./lower.ts";
import { max } from "./reduce.ts";
import { rewrite } from "./rewrite.ts";
import { cast, greaterEqual } from "./select.ts";
import { constant, type Shape, type Tensor } from "./tensor.ts";

/** `outputs` by operators of the provider. The graph cannot be differentiated afterwards. */
export const gpuOperators = (outputs: Outputs): Outputs => rewrite(outputs, replaced);

const nameOf = ({ operator }: Tensor): string => (typeof operator === "string" ? operator : operator.name);

const axisOf = ({ operator }: Tensor): number => {
  const axis = typeof operator === "string" ? undefined : operator.onnx.attributes?.axis;
  return axis && "int" in axis ? axis.int : 0;
};

const replaced = (tensor: Tensor): Tensor => {
  const [x] = tensor.inputs;
  if (nameOf(tensor) === "logSoftmax") return logSoftmax(x!, axisOf(tensor));
  if (nameOf(tensor) === "cast" && nameOf(x!) === "argmax" && tensor.type === "int32")
    return firstMaximum(x!.inputs[0]!, axisOf(x!));
  if (nameOf(tensor) === "spaceToDepth") return spaceToDepth(x!, tensor.shape);
  return tensor;
};

const logSoftmax = (x: Tensor, axis: number): Tensor => {
  const shifted = subtract(x, max(x, [axis], true));
  return subtract(shifted, log(sum(exp(shifted), [axis], true)));
};

/** Index of the first maximum, int32, without the int64 of ArgMax: the first has the largest weight. */
const firstMaximum = (x: Tensor, axis: number): Tensor => {
  const size = x.shape[axis]!;
  const shape = x.shape.map((_, k) => (k === axis ? size : 1));
  const weights = constant(
    Float32Array.from({ length: size }, (_, k) => size - k),
    shape,
  );
  const isLargest = cast(greaterEqual(x, max(x, [axis], true)), "float32");
  return cast(subtract(size, max(multiply(weights, isLargest), [axis])), "int32");
};

const spaceToDepth = (x: Tensor, shape: Shape): Tensor => {
  const [batch, channels, height, width] = x.shape as [number, number, number, number];
  const [rows, columns] = shape.slice(2) as [number, number];
  const blocks = reshape(x, [batch, channels, rows, height / rows, columns, width / columns]);
  return reshape(transpose(blocks, [0, 3, 5, 1, 2, 4]), shape);
};

/**
 * Convolutions on images with blocked channels, [batch, channels / block, height, width, block]: the layout
 * of ONNX Runtime's vectorised kernels. The runtime converts constant weights itself; this file converts
 * weights that a training step computes. The block size is the one that the processor's kernels use
 * (runtime/channel-block.ts).
 */
import type { OnnxAttribute } from "../onnx/model.ts";
import { reshape, transpose } from "./layout.ts";
import type { Outputs } from "./lower.ts";
import { rewrite } from "./rewrite.ts";
import { apply, type Shape, type Tensor } from "./tensor.ts";

/** Domain of ONNX Runtime's blocked operators. */
const DOMAIN = "com.microsoft.nchwc";

/** Minimum output width. Narrower convolutions gain nothing: docs/results.md, "Speed". */
const MIN_WIDTH = 16;

/**
 * Replaces each convolution of `outputs` by a blocked one where that is faster; returns `outputs` unchanged
 * without a block size. The replaced graph cannot be differentiated.
 */
export const blockConvolutions = (outputs: Outputs, block: number | undefined): Outputs => {
  if (block === undefined) return outputs;
  return rewrite(outputs, (tensor) =>
    isFasterBlocked(tensor, block) ? blockedConvolution(tensor, block) : tensor,
  );
};

const attributesOf = ({ operator }: Tensor): Readonly<Record<string, OnnxAttribute>> =>
  typeof operator === "string" ? {} : operator.onnx.attributes!;

const isFasterBlocked = (tensor: Tensor, block: number): boolean => {
  if (typeof tensor.operator === "string" || tensor.operator.name !== "conv2d") return false;
  const [filters, channels, rows, columns] = tensor.inputs[1]!.shape as [number, number, number, number];
  // Grouped convolutions have fewer channels in a filter than in the image; they are not converted.
  const isWhole = channels === tensor.inputs[0]!.shape[1];
  const fits = channels % block === 0 && filters % block === 0;
  return isWhole && fits && rows * columns > 1 && tensor.shape[3]! >= MIN_WIDTH;
};

/**
 * Filters [filters, channels, rows, columns], reordered to [filter blocks, channel blocks, taps, channels,
 * filters].
 */
const blockedFilters = (w: Tensor, block: number): Tensor => {
  const [filters, channels, rows, columns] = w.shape as [number, number, number, number];
  const split = reshape(w, [filters / block, block, channels / block, block, rows, columns]);
  return reshape(transpose(split, [0, 2, 4, 5, 3, 1]), w.shape);
};

/**
 * A blocked `conv2d`: converts the image to blocks and the result back. The runtime reorders filters that
 * several convolutions share only once.
 */
export const blockedConvolution = (convolution: Tensor, block: number): Tensor => {
  const [x, w, ...bias] = convolution.inputs as [Tensor, Tensor, ...Tensor[]];
  const operator = (name: string, inputs: readonly Tensor[], shape: Shape, attributes = {}): Tensor =>
    apply({ name, onnx: { domain: DOMAIN, operator: name, attributes } }, inputs, shape);
  const image = operator("ReorderInput", [x], x.shape);
  const y = operator(
    "Conv",
    [image, blockedFilters(w, block), ...bias],
    convolution.shape,
    attributesOf(convolution),
  );
  return operator("ReorderOutput", [y], y.shape, { channels: { int: y.shape[1]! } });
};

/**
 * Convolutions on images whose channels lie in blocks, [batch, channels / block, height, width, block], as a processor's
 * vectors want them: ONNX Runtime's own layout for weights that are constant, here for those that a step computes. A
 * block has as many channels as the processor's kernels take (runtime/channel-block.ts).
 */
import type { OnnxAttribute } from "../onnx/model.ts";
import { topologicalOrder } from "./gradient.ts";
import { reshape, transpose } from "./layout.ts";
import type { Outputs } from "./lower.ts";
import { apply, type Shape, type Tensor } from "./tensor.ts";

/** The runtime's operators on blocks. */
const DOMAIN = "com.microsoft.nchwc";

/** Of the output: narrower ones gain nothing. docs/results.md, "Speed". */
const LEAST_WIDTH = 16;

/**
 * The same outputs, by blocks of channels where that is faster; without a block as they are. What comes out is no longer
 * to be differentiated.
 */
export const blockConvolutions = (outputs: Outputs, block: number | undefined): Outputs => {
  if (block === undefined) return outputs;
  const found = new Map<Tensor, Tensor>();
  for (const tensor of topologicalOrder(Object.values(outputs))) {
    const inputs = tensor.inputs.map((each) => found.get(each)!);
    const same = inputs.every((each, k) => each === tensor.inputs[k]);
    const moved = same ? tensor : { ...tensor, inputs };
    found.set(tensor, gainsByBlocks(moved, block) ? inBlocks(moved, block) : moved);
  }
  return Object.fromEntries(Object.entries(outputs).map(([name, tensor]) => [name, found.get(tensor)!]));
};

const attributesOf = ({ operator }: Tensor): Readonly<Record<string, OnnxAttribute>> =>
  typeof operator === "string" ? {} : operator.onnx.attributes!;

const gainsByBlocks = (tensor: Tensor, block: number): boolean => {
  if (typeof tensor.operator === "string" || tensor.operator.name !== "conv2d") return false;
  const [filters, channels, rows, columns] = tensor.inputs[1]!.shape as [number, number, number, number];
  // A group's filters have fewer channels than the image.
  const isWhole = channels === tensor.inputs[0]!.shape[1];
  const fits = channels % block === 0 && filters % block === 0;
  return isWhole && fits && rows * columns > 1 && tensor.shape[3]! >= LEAST_WIDTH;
};

/** [filters, channels, rows, columns] in the order of the kernels: blocks of filters, of channels, taps, channels, filters. */
const filtersInBlocks = (w: Tensor, block: number): Tensor => {
  const [filters, channels, rows, columns] = w.shape as [number, number, number, number];
  const split = reshape(w, [filters / block, block, channels / block, block, rows, columns]);
  return reshape(transpose(split, [0, 2, 4, 5, 3, 1]), w.shape);
};

/**
 * A `conv2d` by blocks: its image is put in blocks, and what comes out of them again. The runtime orders filters once that
 * several convolutions share.
 */
export const inBlocks = (convolution: Tensor, block: number): Tensor => {
  const [x, w, ...bias] = convolution.inputs as [Tensor, Tensor, ...Tensor[]];
  const operator = (name: string, inputs: readonly Tensor[], shape: Shape, attributes = {}): Tensor =>
    apply({ name, onnx: { domain: DOMAIN, operator: name, attributes } }, inputs, shape);
  const image = operator("ReorderInput", [x], x.shape);
  const y = operator(
    "Conv",
    [image, filtersInBlocks(w, block), ...bias],
    convolution.shape,
    attributesOf(convolution),
  );
  return operator("ReorderOutput", [y], y.shape, { channels: { int: y.shape[1]! } });
};

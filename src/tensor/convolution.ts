/**
 * Two-dimensional convolution (mathematically a cross-correlation), its transpose and their gradients.
 * Several algorithms compute the weights' gradient; the shapes decide which one is used.
 */

import { sum } from "./broadcast.ts";
import { type ConvolutionOptions, type Geometry, geometryOf } from "./geometry.ts";
import { concat, pad, part, reshape, reverse, transpose } from "./layout.ts";
import { matmul } from "./matmul.ts";
import { refuseShapes, requireRank, requireType, sameShape, show } from "./shape.ts";
import { apply, constant, type Shape, sizeOf, type Tensor } from "./tensor.ts";
import { weightGradientByColumns, weightGradientByWindows } from "./weight-gradient.ts";
import { windowCount } from "./windows.ts";

export type { ConvolutionOptions };

const onnxAttributes = ({ strides, pads, dilations, groups }: Geometry) => ({
  strides: { ints: strides },
  pads: { ints: pads },
  dilations: { ints: dilations },
  group: { int: groups },
});

/**
 * Number of zero channels to append to the input and the weights. Works around ONNX Runtime 1.30, which
 * computes wrong sums on WebGPU for channel counts that are multiples of 3 but not of 4 (6, 9, 15, 18, ..)
 * when the number of filters is a multiple of 4: test/runtime/webgpu.test.ts.
 */
const spareChannels = (channels: number, filters: number): number =>
  channels > 3 && channels % 3 === 0 && filters % 4 === 0 ? -channels & 3 : 0;

/**
 * Two-dimensional convolution with an optional bias [filters]:
 *
 *     y[n, o, i, j] = sum_{c, a, b} w[o, c, a, b] x[n, c, i s + a d - p, j s + b d - p] + bias[o]
 *
 * x: [batch, channels, height, width]; w: [filters, channels / groups, rows, columns]. Throws ShapeError for
 * shapes that do not fit.
 */
export const conv2d = (x: Tensor, w: Tensor, options: ConvolutionOptions = {}, bias?: Tensor): Tensor => {
  for (const tensor of bias ? [x, w, bias] : [x, w]) requireType("conv2d", tensor, "float32");
  requireRank("conv2d", x, 4, "[batch, channels, height, width]");
  requireRank("conv2d", w, 4, "[filters, channels / groups, rows, columns]");
  const geometry = geometryOf("conv2d", options);
  const { strides, pads, dilations, groups } = geometry;
  const [batch, channels, height, width] = x.shape as [number, number, number, number];
  const [filters, perGroup, rows, columns] = w.shape as [number, number, number, number];
  if (perGroup * groups !== channels || filters % groups !== 0)
    refuseShapes(
      "conv2d",
      [x.shape, w.shape, `groups ${groups}`],
      groups === 1
        ? `weights of shape [filters, ${channels}, rows, columns]`
        : `weights of shape [filters, ${channels} / ${groups}, rows, columns], filters and channels divisible by ${groups}`,
      "Check channels and groups.",
    );
  if (bias && !sameShape(bias.shape, [filters]))
    refuseShapes("conv2d", [w.shape, bias.shape], `a bias of shape [${filters}]`, "Reshape the bias.");
  const outHeight = windowCount(height, rows, strides[0], pads[0] + pads[2], dilations[0]);
  const outWidth = windowCount(width, columns, strides[1], pads[1] + pads[3], dilations[1]);
  if (outHeight < 1 || outWidth < 1)
    refuseShapes(
      "conv2d",
      [x.shape, w.shape, `pads ${show(pads)}`, `dilations ${show(dilations)}`],
      "a window no larger than the padded image",
      "Shrink it or add padding.",
    );
  const spare = groups === 1 ? spareChannels(channels, filters) : 0;
  if (spare > 0) {
    const [none, behind] = [
      [0, 0, 0, 0],
      [0, spare, 0, 0],
    ];
    return conv2d(pad(x, none, behind), pad(w, none, behind), options, bias);
  }
  return apply(
    {
      name: "conv2d",
      onnx: {
        operator: "Conv",
        attributes: { kernel_shape: { ints: [rows, columns] }, ...onnxAttributes(geometry) },
      },
      gradient: (g) => [
        inputGradient(g, w, x.shape, geometry),
        weightGradient(x, g, w.shape, geometry),
        ...(bias ? [sum(g, [0, 2, 3])] : []),
      ],
    },
    bias ? [x, w, bias] : [x, w],
    [batch, filters, outHeight, outWidth],
  );
};

/**
 * The adjoint of `conv2d` in x: maps y [batch, filters, h, w] to images [batch, channels, height, width]. w
 * is the weight of the convolution, [filters, channels / groups, rows, columns].
 */
export const convTranspose2d = (
  y: Tensor,
  w: Tensor,
  [height, width]: readonly [number, number],
  options: ConvolutionOptions = {},
): Tensor => {
  const geometry = geometryOf("convTranspose2d", options);
  const { strides, pads, dilations, groups } = geometry;
  for (const tensor of [y, w]) requireType("convTranspose2d", tensor, "float32");
  requireRank("convTranspose2d", y, 4, "[batch, filters, height, width]");
  requireRank("convTranspose2d", w, 4, "[filters, channels / groups, rows, columns]");
  const [rows, columns] = w.shape.slice(2) as [number, number];
  const reach = (axis: 0 | 1, taps: number): number =>
    (y.shape[2 + axis]! - 1) * strides[axis] +
    dilations[axis] * (taps - 1) +
    1 -
    pads[axis] -
    pads[axis + 2]!;
  const rest = [height - reach(0, rows), width - reach(1, columns)] as const;
  const divisible = y.shape[1] === w.shape[0] && w.shape[0]! % groups === 0;
  if (!divisible || rest.some((count, axis) => count < 0 || count >= strides[axis]!))
    refuseShapes(
      "convTranspose2d",
      [y.shape, w.shape, `image ${show([height, width])}`, `groups ${groups}`],
      "an output of conv2d with these weights over an image of that size",
      "Check sizes, strides, padding and groups.",
    );
  const channels = w.shape[1]! * groups;
  return apply(
    {
      name: "convTranspose2d",
      onnx: {
        operator: "ConvTranspose",
        attributes: {
          kernel_shape: { ints: [rows, columns] },
          output_padding: { ints: rest },
          ...onnxAttributes(geometry),
        },
      },
      gradient: (g) => [conv2d(g, w, geometry), weightGradient(g, y, w.shape, geometry)],
    },
    [y, w],
    [y.shape[0]!, channels, height, width],
  );
};

/**
 * Windows of a convolution (im2col), extracted by a convolution with the identity: [batch, taps, height,
 * width], with taps in the order of `window` = [channels, rows, columns].
 */
export const windowsOf = (x: Tensor, window: Shape, options: ConvolutionOptions): Tensor => {
  const taps = sizeOf(window);
  const identity = new Float32Array(taps ** 2);
  for (let k = 0; k < taps; k++) identity[k * taps + k] = 1;
  return conv2d(x, constant(identity, [taps, ...window]), options);
};

/**
 * Maximum factor by which padding may inflate the work of a convolution with flipped, transposed weights. Up
 * to it, that convolution computes the input's gradient faster than ConvTranspose.
 */
const MAX_INFLATION = 1.5;

/** Gradient of sum(g * conv2d(x, w)) with respect to x: [batch, channels, height, width] = `shape`. */
export const inputGradient = (g: Tensor, w: Tensor, shape: Shape, geometry: Geometry): Tensor => {
  const { strides, pads, dilations, groups } = geometry;
  const [height, width] = shape.slice(2) as [number, number];
  const reach = [dilations[0] * (w.shape[2]! - 1), dilations[1] * (w.shape[3]! - 1)] as const;
  const turned = [reach[0] - pads[0], reach[1] - pads[1], reach[0] - pads[2], reach[1] - pads[3]] as const;
  const inflation = (height * width) / (g.shape[2]! * g.shape[3]!);
  const plain = strides[0] === 1 && strides[1] === 1 && groups === 1 && turned.every((amount) => amount >= 0);
  if (plain && inflation <= MAX_INFLATION)
    return conv2d(g, transpose(reverse(w, [2, 3]), [1, 0, 2, 3]), { pads: turned, dilations });
  return convTranspose2d(g, w, [height, width], geometry);
};

/** Gradient of sum(g * conv2d(x, w)) with respect to w: [filters, channels / groups, rows, columns] = `shape`. */
export const weightGradient = (x: Tensor, g: Tensor, shape: Shape, geometry: Geometry): Tensor => {
  const { groups } = geometry;
  const channels = (tensor: Tensor, group: number): Tensor => {
    const size = tensor.shape[1]! / groups;
    return part(tensor, 1, group * size, (group + 1) * size);
  };
  const parts = Array.from({ length: groups }, (_, group) =>
    weightGradientOfGroup(channels(x, group), channels(g, group), shape, geometry),
  );
  return concat(parts, 0);
};

const weightGradientOfGroup = (x: Tensor, g: Tensor, shape: Shape, geometry: Geometry): Tensor => {
  if (sizeOf(shape.slice(1)) <= MAX_WINDOW_ELEMENTS) return weightGradientByImages(x, g, shape, geometry);
  const hasUnitSteps = [...geometry.strides, ...geometry.dilations].every((step) => step === 1);
  const isLarge = g.shape[2]! * g.shape[3]! >= MIN_POSITIONS;
  return (hasUnitSteps && isLarge ? weightGradientByColumns : weightGradientByWindows)(x, g, shape, geometry);
};

/** Minimum number of output positions for which one product per image runs at full speed. */
const MIN_POSITIONS = 256;

/**
 * Maximum number of window elements for which copying windows by a convolution is cheaper than gathering
 * them.
 */
const MAX_WINDOW_ELEMENTS = 64;

/**
 * Weight gradient as one product per image, of g [filters, positions] with the transposed windows of x,
 * summed over images.
 */
const weightGradientByImages = (x: Tensor, g: Tensor, shape: Shape, geometry: Geometry): Tensor => {
  const windows = windowsOf(x, shape.slice(1), { ...geometry, groups: 1 });
  const flat = (images: Tensor): Tensor => reshape(images, [images.shape[0]!, images.shape[1]!, -1]);
  const product = sum(matmul(flat(g), transpose(flat(windows), [0, 2, 1])), [0]);
  return reshape(product, [g.shape[1]!, ...shape.slice(1)]);
};

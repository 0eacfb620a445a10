/**
 * Gradients of the convolution, written with convolutions and matrix products.
 * Several ways compute the same sums; the shapes decide which is fast.
 */
import { sum } from "./broadcast.ts";
import { conv2d, convTranspose2d, type Geometry, windowsOf } from "./convolution.ts";
import { concat, pad, part, reshape, reverse, transpose } from "./layout.ts";
import { gemm, matmul } from "./matmul.ts";
import { take } from "./take.ts";
import { type Shape, sizeOf, type Tensor } from "./tensor.ts";
import { fromRows, pixels, windowRows } from "./windows.ts";

/**
 * A convolution with flipped, transposed weights computes the input's gradient faster than ConvTranspose, unless
 * the padding that it needs inflates the work by more than this factor.
 */
const WORTHWHILE_INFLATION = 1.5;

/** d/dx of sum(g conv2d(x, w)): [batch, channels, height, width] = `shape`. */
export const inputGradient = (g: Tensor, w: Tensor, shape: Shape, geometry: Geometry): Tensor => {
  const { strides, pads, dilations, groups } = geometry;
  const [height, width] = shape.slice(2) as [number, number];
  const reach = [dilations[0] * (w.shape[2]! - 1), dilations[1] * (w.shape[3]! - 1)] as const;
  const turned = [reach[0] - pads[0], reach[1] - pads[1], reach[0] - pads[2], reach[1] - pads[3]] as const;
  const inflation = (height * width) / (g.shape[2]! * g.shape[3]!);
  const plain = strides[0] === 1 && strides[1] === 1 && groups === 1 && turned.every((amount) => amount >= 0);
  if (plain && inflation <= WORTHWHILE_INFLATION)
    return conv2d(g, transpose(reverse(w, [2, 3]), [1, 0, 2, 3]), { pads: turned, dilations });
  return convTranspose2d(g, w, [height, width], geometry);
};

/** d/dw of sum(g conv2d(x, w)): [filters, channels / groups, rows, columns] = `shape`. */
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
  if (sizeOf(shape.slice(1)) <= FEW_WINDOW_ELEMENTS) return weightGradientByImages(x, g, shape, geometry);
  const hasUnitSteps = [...geometry.strides, ...geometry.dilations].every((step) => step === 1);
  const isLarge = g.shape[2]! * g.shape[3]! >= MANY_POSITIONS;
  return (hasUnitSteps && isLarge ? weightGradientByColumns : weightGradientByWindows)(x, g, shape, geometry);
};

/** Positions of an image from which on a product for each image keeps its speed. */
const MANY_POSITIONS = 256;

/** Up to this many elements a window, a convolution that only copies windows is cheaper than gathering them. */
const FEW_WINDOW_ELEMENTS = 64;

/** One product an image of g [filters, positions] with the transposed windows of x, then the sum over images. */
const weightGradientByImages = (x: Tensor, g: Tensor, shape: Shape, geometry: Geometry): Tensor => {
  const windows = windowsOf(x, shape.slice(1), { ...geometry, groups: 1 });
  const flat = (images: Tensor): Tensor => reshape(images, [images.shape[0]!, images.shape[1]!, -1]);
  const product = sum(matmul(flat(g), transpose(flat(windows), [0, 2, 1])), [0]);
  return reshape(product, [g.shape[1]!, ...shape.slice(1)]);
};

/**
 * dw[o, c, a, b] = sum_{n, i, j} g[n, o, i, j] x[n, c, i s + a d - p, j s + b d - p]: one product of g
 * [positions, filters], transposed, with the windows of x.
 */
const weightGradientByWindows = (x: Tensor, g: Tensor, shape: Shape, geometry: Geometry): Tensor => {
  const windows = windowRows(x, shape.slice(2), geometry);
  const product = gemm(reshape(pixels(g), [-1, g.shape[1]!]), windows, { transA: true });
  return fromRows(product, shape.slice(1));
};

/**
 * The same sums for windows with steps of 1, image by image and one product for each column of the window: what its taps
 * [channels, rows] see, [channels rows, positions], with g [positions, filters]. Neither is transposed in the product,
 * which is a third faster so, and a row of an image is copied as a whole.
 */
const weightGradientByColumns = (x: Tensor, g: Tensor, shape: Shape, { pads }: Geometry): Tensor => {
  const [, channels, rows, columns] = shape as readonly [number, number, number, number];
  const [batch, filters, height, width] = g.shape as readonly [number, number, number, number];
  const image = pad(x, [0, 0, pads[0], pads[1]], [0, 0, pads[2], pads[3]]);
  const tall = image.shape[2]!;
  const cotangents = pixels(g);
  const seen = Array.from({ length: channels * rows * height }, (_, k) => {
    const [channel, row, i] = [Math.floor(k / (rows * height)), Math.floor(k / height) % rows, k % height];
    return channel * tall + row + i;
  });
  const products = Array.from({ length: columns }, (_, column) => {
    const shifted = part(image, 3, column, column + width);
    const lines = reshape(shifted, [batch, channels * tall, width]);
    const windows = rows === 1 ? lines : take(lines, 1, seen);
    return sum(matmul(reshape(windows, [batch, channels * rows, -1]), cotangents), [0]);
  });
  return transpose(reshape(concat(products, 0), [columns, channels, rows, filters]), [3, 1, 2, 0]);
};

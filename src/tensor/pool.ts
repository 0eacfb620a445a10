/** Pooling over windows of images [batch, channels, height, width]. */

import { broadcastTo } from "./broadcast.ts";
import { add, divide, maximum, multiply } from "./elementwise.ts";
import { pullback, withGradient } from "./gradient.ts";
import { concat, equalParts, pad, reshape, slice } from "./layout.ts";
import { cast, equal } from "./select.ts";
import { refuseShapes, requireRank, requireType, requireWhole, show } from "./shape.ts";
import { depthToSpace } from "./space-to-depth.ts";
import { apply, type Shape, type Tensor } from "./tensor.ts";
import { windowCount } from "./windows.ts";

export interface PoolOptions {
  /** Window size [rows, columns]. */
  readonly kernel: readonly [number, number];
  /** Strides [rows, columns]; default: the window size. */
  readonly strides?: readonly [number, number];
  /** Padding [top, left, bottom, right]; default 0. */
  readonly pads?: readonly [number, number, number, number];
}

type PoolGeometry = Required<PoolOptions>;

const NO_PADDING = [0, 0, 0, 0] as const;

const pooled = (name: string, x: Tensor, { kernel, strides, pads }: PoolGeometry): Shape => {
  requireType(name, x, "float32");
  requireRank(name, x, 4, "[batch, channels, height, width]");
  requireWhole(name, "kernel", kernel, 2, 1);
  requireWhole(name, "strides", strides, 2, 1);
  requireWhole(name, "pads", pads, 4, 0);
  const height = windowCount(x.shape[2]!, kernel[0], strides[0], pads[0] + pads[2]);
  const width = windowCount(x.shape[3]!, kernel[1], strides[1], pads[1] + pads[3]);
  if (height < 1 || width < 1 || pads.some((amount, side) => amount >= kernel[side % 2]!))
    refuseShapes(
      name,
      [x.shape, `kernel ${show(kernel)}`, `pads ${show(pads)}`],
      "a window that fits in the padded image, padding below its size",
      "Shrink it.",
    );
  return [x.shape[0]!, x.shape[1]!, height, width];
};

const onnxAttributes = ({ kernel, strides, pads }: PoolGeometry) => ({
  kernel_shape: { ints: kernel },
  strides: { ints: strides },
  pads: { ints: pads },
});

/** Elements of `x` at each position in the window: kernel rows x columns tensors of `shape`. */
const windows = (
  x: Tensor,
  shape: Shape,
  { kernel, strides, pads }: PoolGeometry,
  outside: number,
): readonly Tensor[] => {
  const padded = pad(x, [0, 0, pads[0], pads[1]], [0, 0, pads[2], pads[3]], outside);
  return Array.from({ length: kernel[0] * kernel[1] }, (_, k) => {
    const [top, left] = [Math.floor(k / kernel[1]), k % kernel[1]];
    const ends = [top + (shape[2]! - 1) * strides[0] + 1, left + (shape[3]! - 1) * strides[1] + 1] as const;
    return slice(padded, [0, 0, top, left], [shape[0]!, shape[1]!, ...ends], [1, 1, ...strides]);
  });
};

/** Whether windows do not overlap and there is no padding. */
const tiles = ({ kernel, strides, pads }: PoolGeometry): boolean =>
  kernel.every((size, axis) => strides[axis] === size) && pads.every((amount) => amount === 0);

/** Pads with zeros, at the bottom and right, to the size of `image`. */
const toImage = (x: Tensor, image: Shape): Tensor =>
  pad(
    x,
    [0, 0, 0, 0],
    image.map((size, axis) => size - x.shape[axis]!),
  );

/** Gradient of a maximum over tiles: shared equally by the elements that attain it. */
const maximaOfTiles = (x: Tensor, g: Tensor, output: Tensor, kernel: readonly [number, number]): Tensor => {
  const [rows, columns] = [output.shape[2]! * kernel[0], output.shape[3]! * kernel[1]];
  const covered = slice(x, [0, 0, 0, 0], [x.shape[0]!, x.shape[1]!, rows, columns]);
  const winners = cast(equal(covered, repeated(output, kernel)), "float32");
  const count = multiply(kernel[0] * kernel[1], averagePool2d(winners, { kernel }));
  return toImage(multiply(winners, repeated(divide(g, count), kernel)), x.shape);
};

/** Maximum size of square windows for which copies are faster than broadcasting. */
const MAX_COPIED_SIZE = 4;

/** Repeats each element over its window (nearest-neighbour upsampling). */
const repeated = (x: Tensor, [rows, columns]: readonly [number, number]): Tensor => {
  if (rows === columns && rows <= MAX_COPIED_SIZE)
    return depthToSpace(concat(new Array<Tensor>(rows ** 2).fill(x), 1), rows);
  const [batch, channels, height, width] = x.shape as [number, number, number, number];
  const split = [batch, channels, height, rows, width, columns];
  const image = [batch, channels, height * rows, width * columns];
  return reshape(broadcastTo(reshape(x, split.with(3, 1).with(5, 1)), split), image);
};

/** Maximum over every window. Elements that tie share the gradient equally. */
export const maxPool2d = (x: Tensor, options: PoolOptions): Tensor => {
  const geometry = { strides: options.kernel, pads: NO_PADDING, ...options };
  const shape = pooled("maxPool2d", x, geometry);
  return apply(
    {
      name: "maxPool2d",
      onnx: { operator: "MaxPool", attributes: onnxAttributes(geometry) },
      gradient: (g, output) => {
        if (tiles(geometry)) return [maximaOfTiles(x, g, output, geometry.kernel)];
        const places = windows(x, shape, geometry, Number.NEGATIVE_INFINITY);
        const winners = places.map((place) => cast(equal(place, output), "float32"));
        const share = divide(g, winners.reduce(add));
        return pullback(
          places,
          winners.map((winner) => multiply(winner, share)),
          [x],
        );
      },
    },
    [x],
    shape,
  );
};

/** Mean over every window. Padding counts as zeros. */
export const averagePool2d = (x: Tensor, options: PoolOptions): Tensor => {
  const geometry = { strides: options.kernel, pads: NO_PADDING, ...options };
  const shape = pooled("averagePool2d", x, geometry);
  const scale = 1 / (geometry.kernel[0] * geometry.kernel[1]);
  return apply(
    {
      name: "averagePool2d",
      onnx: {
        operator: "AveragePool",
        attributes: { ...onnxAttributes(geometry), count_include_pad: { int: 1 } },
      },
      gradient: (g) => {
        const share = multiply(scale, g);
        if (tiles(geometry)) return [toImage(repeated(share, geometry.kernel), x.shape)];
        const places = windows(x, shape, geometry, 0);
        return pullback(
          places,
          places.map(() => share),
          [x],
        );
      },
    },
    [x],
    shape,
  );
};

/** Elementwise maximum over the `count` equal parts of axis 1. Elements that tie share the gradient equally. */
export const maximumOfParts = (x: Tensor, count: number): Tensor => {
  const parts = equalParts(x, 1, count);
  const largest = parts.reduce(maximum);
  return withGradient(largest, [x], (g) => {
    const winners = parts.map((each) => cast(equal(each, largest), "float32"));
    const share = divide(g, winners.reduce(add));
    return [
      concat(
        winners.map((winner) => multiply(winner, share)),
        1,
      ),
    ];
  });
};

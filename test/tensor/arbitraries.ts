/** Arbitraries of shapes, axes and geometries for fast-check. */
import fc from "fast-check";
import type { Shape } from "../../src/tensor/tensor.ts";

export const between = (min: number, max: number) => fc.integer({ min, max });
const pairOf = (min: number, max: number) => fc.tuple(between(min, max), between(min, max));

/** Shapes with a rank in [minRank, maxRank] and sizes up to 5. */
export const shapes = (minRank = 0, maxRank = 4): fc.Arbitrary<Shape> =>
  fc.array(between(1, 5), { minLength: minRank, maxLength: maxRank });

/** Shapes that broadcast to `shape`: leading axes are dropped, others set to 1. */
const narrower = (shape: Shape): fc.Arbitrary<Shape> =>
  fc
    .tuple(between(0, shape.length), fc.subarray([...shape.keys()]))
    .map(([dropped, repeated]) =>
      shape.map((size, axis) => (repeated.includes(axis) ? 1 : size)).slice(dropped),
    );

/** Lists of `count` shapes that broadcast together. */
export const broadcastable = (count: number, maxRank = 4): fc.Arbitrary<Shape[]> =>
  shapes(0, maxRank).chain((shape) => fc.array(narrower(shape), { minLength: count, maxLength: count }));

/** A shape and a target to which it broadcasts. */
export const widening: fc.Arbitrary<readonly [Shape, Shape]> = shapes().chain((target) =>
  fc.tuple(narrower(target), fc.constant(target)),
);

/** A shape and some of its axes, counted from the front or the back; undefined stands for all. */
export const shapeAndAxes = shapes(0, 4).chain((shape) =>
  fc.record({
    shape: fc.constant(shape),
    axes: fc.option(fc.subarray(shape.flatMap((_, axis) => (axis % 2 ? [axis - shape.length] : [axis]))), {
      nil: undefined,
    }),
    keepDims: fc.boolean(),
  }),
);

/** A shape and one of its axes. */
export const shapeAndAxis = shapes(1, 4).chain((shape) =>
  fc.record({ shape: fc.constant(shape), axis: between(-shape.length, shape.length - 1) }),
);

/** A shape and a permutation of its axes. */
export const permuted = shapes(0, 4).chain((shape) => {
  const axes = shape.map((_, axis) => axis);
  return fc.record({
    shape: fc.constant(shape),
    permutation: fc.shuffledSubarray(axes, { minLength: axes.length, maxLength: axes.length }),
  });
});

/** Starts, ends and steps along an axis of `size` elements that select at least one element. */
const range = (size: number) =>
  between(0, size - 1)
    .chain((from) => fc.tuple(fc.constant(from), between(from + 1, size), between(1, 3), fc.boolean()))
    .map(([from, to, step, fromBack]) => {
      const behind = to === size ? size + 3 : to - size;
      return fromBack ? { start: from - size, end: behind, step } : { start: from, end: to, step };
    });

export const slices = shapes(0, 4).chain((shape) =>
  fc.tuple(...shape.map(range)).map((ranges) => ({
    shape,
    starts: ranges.map(({ start }) => start),
    ends: ranges.map(({ end }) => end),
    steps: ranges.map(({ step }) => step),
  })),
);

/** Indices along an axis, with repetitions. */
export const takes = shapeAndAxis.chain(({ shape, axis }) =>
  fc.record({
    shape: fc.constant(shape),
    axis: fc.constant(axis),
    indices: fc.array(between(0, shape.at(axis)! - 1), { minLength: 1, maxLength: 8 }),
  }),
);

/** The shapes of an image before and after spaceToDepth. */
export const blocks = fc
  .record({ channels: pairOf(1, 3), places: pairOf(1, 3), block: between(1, 3) })
  .map(({ channels: [batch, channels], places: [height, width], block }) => ({
    image: [batch, channels, height * block, width * block] as const,
    depth: [batch, channels * block ** 2, height, width] as const,
    block,
  }));

/** Padding before and after each axis, possibly negative, that leaves at least one element. */
export const paddings = shapes(0, 4).chain((shape) => {
  const amounts = shape.map((size) => pairOf(-size, 2).filter(([a, b]) => size + a + b >= 1));
  return fc.record({ sides: fc.tuple(...amounts), value: between(-2, 2) }).map(({ sides, value }) => ({
    shape,
    before: sides.map(([before]) => before),
    after: sides.map(([, after]) => after),
    value,
  }));
});

/** One to four shapes that differ along one axis. */
export const concatenable = shapeAndAxis.chain(({ shape, axis }) =>
  fc.array(between(1, 4), { minLength: 1, maxLength: 4 }).map((extents) => {
    const along = axis < 0 ? axis + shape.length : axis;
    return { axis, parts: extents.map((extent) => shape.map((size, k) => (k === along ? extent : size))) };
  }),
);

const pads = (max: number) => fc.tuple(...([0, 1, 2, 3].map(() => between(0, max)) as Four));
type Four = [fc.Arbitrary<number>, fc.Arbitrary<number>, fc.Arbitrary<number>, fc.Arbitrary<number>];

/** Size of an image axis along which a window takes `count` positions and leaves `rest` elements at the end. */
const extent = (count: number, stride: number, reach: number, padding: number, rest: number): number =>
  (count - 1) * stride + reach + 1 - padding + (rest % stride);

/** Convolutions within the given ranges, with the shapes of their operands. */
const convolutionsWith = ({
  groups = [1, 3],
  perGroup = [1, 3],
  kernel = [1, 4],
  strides = [1, 3],
  dilations = [1, 2],
  output = [1, 4],
}: Ranges) =>
  fc
    .record({
      batch: between(1, 3),
      groups: between(...groups),
      perGroup: between(...perGroup),
      filtersPerGroup: between(1, 2),
      kernel: pairOf(...kernel),
      strides: pairOf(...strides),
      dilations: pairOf(...dilations),
      pads: pads(3),
      output: pairOf(...output),
      rest: pairOf(0, 2),
    })
    .map(({ batch, groups, perGroup, filtersPerGroup, kernel, output, rest, ...geometry }) => {
      const { strides, dilations, pads } = geometry;
      const size = (axis: 0 | 1) =>
        extent(
          output[axis],
          strides[axis],
          dilations[axis] * (kernel[axis] - 1),
          pads[axis] + pads[axis + 2]!,
          rest[axis],
        );
      const filters = filtersPerGroup * groups;
      return {
        image: [batch, perGroup * groups, size(0), size(1)] as const,
        weights: [filters, perGroup, ...kernel] as const,
        output: [batch, filters, ...output] as const,
        options: { ...geometry, groups },
      };
    })
    .filter(({ image }) => image.every((size) => size >= 1));

type Ranges = Readonly<
  Partial<
    Record<"groups" | "perGroup" | "kernel" | "strides" | "dilations" | "output", readonly [number, number]>
  >
>;

/** Strides, asymmetric padding, dilations and groups. */
export const convolutions = convolutionsWith({});

/** Convolutions whose gradient in x may be a convolution. */
export const plainConvolutions = convolutionsWith({ groups: [1, 1], strides: [1, 1] });

/** Convolutions with more than 64 elements in a window. */
export const wideConvolutions = convolutionsWith({ groups: [1, 2], perGroup: [8, 10], kernel: [3, 4] });

/** Convolutions with more than 64 elements in a window and many positions. */
export const largeConvolutions = convolutionsWith({
  ...{
    groups: [1, 2],
    perGroup: [8, 9],
    kernel: [3, 4],
    strides: [1, 1],
    dilations: [1, 1],
    output: [16, 18],
  },
});

/** Pooling with overlapping or spaced windows, and padding smaller than the window. */
export const pools = fc
  .record({
    channels: pairOf(1, 3),
    kernel: pairOf(1, 3),
    strides: pairOf(1, 4),
    pads: pads(2),
    output: pairOf(1, 4),
    rest: pairOf(0, 3),
  })
  .map(({ channels, kernel, strides, pads, output, rest }) => {
    const size = (axis: 0 | 1) =>
      extent(output[axis], strides[axis], kernel[axis] - 1, pads[axis] + pads[axis + 2]!, rest[axis]);
    return {
      image: [...channels, size(0), size(1)] as const,
      output: [...channels, ...output] as const,
      options: { kernel, strides, pads },
    };
  })
  .filter(
    ({ image, options: { kernel, pads } }) =>
      image.every((size) => size >= 1) && pads.every((amount, side) => amount < kernel[side % 2]!),
  );

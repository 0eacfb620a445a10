/**
 * Augmentation of training images: random changes, at each use, that leave the class as it is.
 * Padding and cropping: He et al., CVPR 2016, section 4.2; cut-out: DeVries & Taylor, arXiv 1708.04552.
 */
import * as z from "zod";
import { eventAugmentationSchema } from "../events/transforms/transform.ts";
import { type Images, PIXEL_VALUES } from "../networks/images.ts";
import { randomBelow } from "../random/permutation.ts";

const MOST_PIXELS = 10_000;
const pixels = z.int().min(0).max(MOST_PIXELS).default(0);

export const augmentationSchema = z.strictObject({
  pad: pixels.describe(
    "zero pixels added on every side before a crop of the original size at a random place",
  ),
  flip: z.boolean().default(false).describe("mirror half of the images left to right"),
  cutOut: pixels.describe("side of a square around a random pixel that is set to zero"),
  events: z
    .array(eventAugmentationSchema)
    .optional()
    .describe("random transforms of the events before they are framed, for event recordings"),
});

/** Settings of an augmentation with every default filled in. */
export type Augmentation = z.infer<typeof augmentationSchema>;

/** Settings of an augmentation. Each has a default. */
export interface AugmentationDescription {
  /** Zero pixels added on every side before a crop of the original size at a random place, 0 to 10,000. Default 0. */
  readonly pad?: number | undefined;
  /** Mirrors half of the images left to right. Default false. */
  readonly flip?: boolean | undefined;
  /** Side in pixels of a square around a random pixel that is set to zero, 0 to 10,000. Default 0. */
  readonly cutOut?: number | undefined;
  /** Random transforms of the events before they are framed; needs a data set of event recordings. Default: none. */
  readonly events?: z.input<typeof eventAugmentationSchema>[] | undefined;
}

/** Change of one image. */
export interface Change {
  /** Shift of the content, in pixels. */
  readonly down: number;
  readonly right: number;
  readonly mirrored: boolean;
  /** Centre of the square that is cut out. */
  readonly row: number;
  readonly column: number;
}

/** Draws the change of an image of [height, width]. `next` returns 32 random bits. */
export const drawChange = (
  { pad, flip, cutOut }: Augmentation,
  [height, width]: readonly [number, number],
  next: () => number,
): Change => ({
  down: pad > 0 ? randomBelow(2 * pad + 1, next) - pad : 0,
  right: pad > 0 ? randomBelow(2 * pad + 1, next) - pad : 0,
  mirrored: flip && randomBelow(2, next) === 1,
  row: cutOut > 0 ? randomBelow(height, next) : 0,
  column: cutOut > 0 ? randomBelow(width, next) : 0,
});

/**
 * Writes image number `index`, changed and encoded by `table`, into row `row` of `out`, [rows, ...shape]. Pixels from
 * outside the image and those that are cut out are 0 before they are encoded.
 */
export const encodeChanged = (
  { images, shape }: Images,
  index: number,
  { down, right, mirrored, row: centreRow, column: centreColumn }: Change,
  cutOut: number,
  table: Float32Array,
  out: Float32Array,
  row: number,
): void => {
  const [channels, height, width] = shape as readonly [number, number, number];
  const [top, bottom] = inside(down, height);
  const [left, end] = inside(right, width);
  const [cutTop, cutBottom] = square(centreRow, cutOut, height);
  const [cutLeft, cutRight] = square(centreColumn, cutOut, width);
  const step = mirrored ? -1 : 1;
  const plane = height * width;
  for (let channel = 0; channel < channels; channel++) {
    const base = channel * PIXEL_VALUES;
    const blank = table[base]!;
    const to = (row * channels + channel) * plane;
    const from = (index * channels + channel) * plane;
    if (top > 0 || bottom < height || left > 0 || end < width) out.fill(blank, to, to + plane);
    for (let y = top; y < bottom; y++) {
      let source = from + (y - down) * width + (mirrored ? width - 1 - (left - right) : left - right);
      const last = to + y * width + end;
      for (let k = to + y * width + left; k < last; k++, source += step)
        out[k] = table[base + images[source]!]!;
    }
    for (let y = cutTop; y < cutBottom; y++)
      out.fill(blank, to + y * width + cutLeft, to + y * width + cutRight);
  }
};

/** Places [start, end) of `size` that content shifted by `shift` covers. */
const inside = (shift: number, size: number): readonly [number, number] => [
  Math.min(size, Math.max(0, shift)),
  Math.max(0, Math.min(size, size + shift)),
];

/** Places [start, end) of `size` that a square with side `side` around `centre` covers. */
const square = (centre: number, side: number, size: number): readonly [number, number] => {
  const start = centre - Math.floor(side / 2);
  return [Math.max(0, start), Math.min(size, start + side)];
};

/** Streams of digits for online learning: each digit once, in an order by the seed, with or without drift. */
import type { ImageSplit } from "../datasets/dataset.ts";
import { rotated } from "../datasets/perturb.ts";
import { key } from "../random/key.ts";
import { permutation } from "../random/permutation.ts";
import { sizeOf } from "../tensor/tensor.ts";

/** Transforms the image of example `k` of `count`. */
type Drift = (image: Uint8Array, k: number, count: number) => Uint8Array;

export interface Stream {
  readonly name: string;
  readonly title: string;
  /** Makes the transform for images of shape [1, height, width]; its randomness is keyed by the seed. */
  readonly driftOf: (shape: readonly number[], seed: number) => Drift;
}

/** Number of tasks of the permuted stream. */
const TASKS = 10;
/** Last rotation of the rotated stream, in degrees. */
const WIDEST = 180;

export const STREAMS: readonly Stream[] = [
  { name: "still", title: "nothing drifts", driftOf: () => (image) => image },
  {
    name: "permuted",
    title: `the pixels change places ${TASKS - 1} times`,
    driftOf: (shape, seed) => {
      const orders = Array.from({ length: TASKS }, (_, task) =>
        permutation(key(seed, "permuted task", task), sizeOf(shape)),
      );
      return (image, k, count) => {
        const order = orders[Math.floor((k * TASKS) / count)]!;
        return image.map((_, pixel) => image[order[pixel]!]!);
      };
    },
  },
  {
    name: "rotated",
    title: `digits turn from 0 to ${WIDEST} degrees`,
    driftOf: (shape) => (images, k, count) =>
      rotated({ name: "digit", images, count: 1, shape }, (WIDEST * k) / Math.max(1, count - 1)).images,
  },
];

export interface Example {
  readonly image: Uint8Array;
  readonly label: number;
}

/** `count` examples of the split, each once, in the order of the seed, as the stream shows them. */
export function* examplesOf(
  split: ImageSplit,
  { driftOf }: Stream,
  count: number,
  seed: number,
): Generator<Example, void, void> {
  const order = permutation(key(seed, "stream"), split.count);
  const drift = driftOf(split.shape, seed);
  const pixels = split.images.length / split.count;
  for (let k = 0; k < count; k++) {
    const at = order[k]!;
    const image = split.images.subarray(at * pixels, (at + 1) * pixels);
    yield { image: drift(image, k, count), label: split.labels[at]! };
  }
}

/** Images as a network takes them. */
import { DataError } from "../errors.ts";
import { sizeOf } from "../tensor/tensor.ts";
import type { Network } from "./network.ts";

/** Pixels 0..255, one image behind the other, each [channels, height, width]. */
export interface Images {
  /** What they are, for messages. */
  readonly name: string;
  readonly images: Uint8Array;
  readonly count: number;
  readonly shape: readonly number[];
}

/** The class of each image, from 0. */
export interface ImageLabels {
  readonly name: string;
  readonly labels: Uint8Array | Uint16Array;
}

/** What a pixel 0..255 enters as: sgn(2x - 1) with sgn(0) = +1, or x itself, where x = pixel / 255. */
export const encodingTable = (encoding: Network["encoding"]): Float32Array =>
  Float32Array.from({ length: 256 }, (_, pixel) =>
    encoding === "real" ? pixel / 255 : 2 * pixel >= 255 ? 1 : -1,
  );

/** Writes image number `index`, encoded, into row `row` of `out`, [rows, ...shape]. */
export const encodeImage = (
  { images, shape }: Images,
  index: number,
  table: Float32Array,
  out: Float32Array,
  row: number,
): void => {
  const elements = sizeOf(shape);
  const from = index * elements;
  const to = row * elements;
  for (let k = 0; k < elements; k++) out[to + k] = table[images[from + k]!]!;
};

/** Refuses what is no images, images whose shape is not that of the network's input, and none at all. */
export const checkImages = (network: Network, split: Images): void => {
  const { name, images, count, shape } = split;
  if (!(images instanceof Uint8Array) || !Array.isArray(shape))
    throw new DataError(`images for network ${network.name}`, {
      given: `an object with ${Object.keys(split).join(", ") || "nothing"}`,
      expected: "images, such as the train or test of a data set",
      remedy: "Give one of its splits.",
    });
  const expected = sizeOf(network.input);
  if (shape.join() === network.input.join() && count > 0 && images.length === count * expected) return;
  throw new DataError(`images for network ${network.name}: ${name}`, {
    given: `${count} images of ${shape.join(" x ")}`,
    expected: `at least one image of ${network.input.join(" x ")} (channels x height x width)`,
    remedy: "Choose a network for these images, or images for this network.",
  });
};

/** Refuses labels that are no class of the network. */
export const checkLabels = (network: Network, { name, labels }: ImageLabels): void => {
  for (let k = 0; k < labels.length; k++)
    if (labels[k]! >= network.classes)
      throw new DataError(`labels for network ${network.name}: ${name}`, {
        given: `label ${labels[k]} of image ${k}`,
        expected: `labels from 0 to ${network.classes - 1}`,
        remedy: "Give the network as many classes as the data have.",
      });
};

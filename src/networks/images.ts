/** Images as inputs of a network. */
import { ConfigError, DataError } from "../errors.ts";
import { sizeOf } from "../tensor/tensor.ts";
import type { Network } from "./network.ts";

/** Pixels 0..255, image after image, each [channels, height, width]. */
export interface Images {
  /** Name for error messages. */
  readonly name: string;
  readonly images: Uint8Array;
  readonly count: number;
  readonly shape: readonly number[];
}

/** Class of each image, from 0. */
export interface ImageLabels {
  readonly name: string;
  readonly labels: Uint8Array | Uint16Array;
}

/** Number of values of a pixel. */
export const PIXEL_VALUES = 256;

type Encoded = Pick<Network, "name" | "encoding" | "pixels" | "input">;

/**
 * Encoded pixel values [channels, 256]. With x = pixel / 255 they are sgn(2x - 1) with sgn(0) = +1, x itself,
 * or (x - mean) / deviation of the channel.
 */
export const encodingTable = (network: Encoded): Float32Array => {
  const encode = encoder(network);
  return Float32Array.from({ length: network.input[0] * PIXEL_VALUES }, (_, k) =>
    encode((k % PIXEL_VALUES) / 255, Math.floor(k / PIXEL_VALUES)),
  );
};

const encoder = (network: Encoded): ((x: number, channel: number) => number) => {
  if (network.encoding === "sign") return (x) => (x >= 0.5 ? 1 : -1);
  if (network.encoding === "real") return (x) => x;
  const { mean, deviation } = pixelsOf(network);
  return (x, channel) => (x - mean[channel]!) / deviation[channel]!;
};

/**
 * Mean and standard deviation of each channel, for the standard encoding. Throws ConfigError if the network
 * has none.
 */
export const pixelsOf = ({ name, input, pixels }: Encoded): NonNullable<Network["pixels"]> => {
  const [channels] = input;
  if (pixels?.mean.length === channels && pixels.deviation.length === channels) return pixels;
  throw new ConfigError(`network ${name}, standard encoding`, {
    given: pixels ? `statistics of ${pixels.mean.length} channels` : "no statistics of the pixels",
    expected: `mean and standard deviation of ${channels} channels`,
    remedy: "Use a trained model: training computes them from its images.",
  });
};

/** Encodes image number `index` into row `row` of `out`, [rows, ...shape]. */
export const encodeImage = (
  { images, shape }: Images,
  index: number,
  table: Float32Array,
  out: Float32Array,
  row: number,
): void => {
  const elements = sizeOf(shape);
  const plane = elements / shape[0]!;
  const from = index * elements;
  const to = row * elements;
  for (let start = 0, base = 0; start < elements; start += plane, base += PIXEL_VALUES)
    for (let k = start; k < start + plane; k++) out[to + k] = table[base + images[from + k]!]!;
};

/** Concatenates separate images of the network's input size into one array. Throws DataError for another size. */
export const concatenateImages = (
  { name, input }: Pick<Network, "name" | "input">,
  images: readonly Uint8Array[],
): Images => {
  const elements = sizeOf(input);
  if (!Array.isArray(images)) throw notPixels(`images for network ${name}`, images, elements);
  const pixels = new Uint8Array(images.length * elements);
  for (const [k, image] of images.entries()) {
    if (!(image instanceof Uint8Array)) throw notPixels(`image ${k} for network ${name}`, image, elements);
    if (image.length !== elements)
      throw new DataError(`image ${k} for network ${name}`, {
        given: `${image.length} pixels`,
        expected: `${elements}, an image of ${input.join(" x ")}`,
        remedy: "Scale it to that size.",
      });
    pixels.set(image, k * elements);
  }
  return { name: `${images.length} images`, images: pixels, count: images.length, shape: input };
};

/** Error of a value that is no image. JavaScript callers, whose arguments no compiler checks, meet it. */
const notPixels = (subject: string, value: unknown, elements: number): DataError =>
  new DataError(subject, {
    given: `no Uint8Array of pixels, but ${Object.prototype.toString.call(value).slice("[object ".length, -1)}`,
    expected: `a Uint8Array of ${elements} pixels from 0 to 255 for each image`,
    remedy: "Convert the pixels by Uint8Array.from; in Node, `readImage` reads a PNG or JPEG file.",
  });

/** Throws DataError unless there is at least one image, and images have the shape of the network's input. */
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
    remedy: "Choose another network, or images of this size.",
  });
};

/** Throws DataError for labels that are not a class of the network. */
export const checkLabels = (network: Network, { name, labels }: ImageLabels): void => {
  for (let k = 0; k < labels.length; k++)
    if (labels[k]! >= network.classes)
      throw new DataError(`labels for network ${network.name}: ${name}`, {
        given: `label ${labels[k]} of image ${k}`,
        expected: `labels from 0 to ${network.classes - 1}`,
        remedy: "Give the network as many classes as the data have.",
      });
};

/**
 * Images at half their size, for the first epochs of a convolutional network: a step takes a quarter of the work, and
 * what the filters learn carries over. Small pictures first: Howard, 2018 ("progressive resizing", in DAWNBench).
 */
import type { ImageSplit } from "../datasets/dataset.ts";
import { ConfigError, ShapeError } from "../errors.ts";
import { parametersOf } from "../networks/layers.ts";
import { type Network, parseNetwork } from "../networks/network.ts";

/** Each pixel the mean of 2 x 2, rounded; without recordings. Height and width are even. */
export const halfSizeSplit = ({ recordings: _, ...split }: ImageSplit): ImageSplit => {
  const [channels, height, width] = split.shape;
  const shape = [channels, height / 2, width / 2] as const;
  const images = new Uint8Array(split.images.length / 4);
  for (let pixel = 0, row = 0; pixel < images.length; row++) {
    let at = 2 * row * width;
    for (const end = pixel + width / 2; pixel < end; pixel++, at += 2)
      images[pixel] = (four(split.images, at, width) + 2) >> 2;
  }
  return { ...split, name: `${split.name}, half size`, images, shape };
};

/** The sum of the pixel at `at`, its right neighbour and the two below. */
const four = (images: Uint8Array, at: number, width: number): number =>
  images[at]! + images[at + 1]! + images[at + width]! + images[at + width + 1]!;

/**
 * The network for images of half the size, with the same parameters: a mean over places is over half of them on each
 * side. Throws ConfigError where that cannot be.
 */
export const halfSizeNetwork = (network: Network): Network => {
  const [channels, height, width] = network.input;
  const sizes = network.layers.flatMap((layer) => (layer.type === "averagePool" ? [layer.size] : []));
  if ([height, width, ...sizes].every((size) => size % 2 === 0)) {
    const half = parseNetwork({
      ...network,
      input: [channels, height / 2, width / 2],
      layers: network.layers.map((layer) =>
        layer.type === "averagePool" ? { ...layer, size: layer.size / 2 } : layer,
      ),
    });
    if (shapesOf(half) === shapesOf(network)) return half;
  }
  throw new ConfigError(`network ${network.name}, images of half the size`, {
    given: `layers that do not fit ${height / 2} x ${width / 2} pixels with the same parameters`,
    expected:
      "convolutions, a mean over an even number of places on each side, no dense layer or gain of a location that sees more than one place",
    remedy: "Train it without half-size epochs.",
  });
};

/** The shapes of all parameters; undefined for layers that their input is too small for. */
const shapesOf = (network: Network): string | undefined => {
  try {
    return JSON.stringify(parametersOf(network).map(({ shape }) => shape));
  } catch (cause) {
    if (cause instanceof ShapeError) return undefined;
    throw cause;
  }
};

/** Networks whose parameters also fit images of half the size: convolutions, and means over locations. */
import { ConfigError, ShapeError } from "../errors.ts";
import { kindOf, type Layer } from "./layers/kinds.ts";
import { type Network, parseNetwork } from "./network.ts";
import { parametersOf } from "./plan.ts";

/**
 * The network for images of half the size, with the same parameters. Means over locations cover half as many
 * in each dimension. Throws ConfigError if the parameters do not fit.
 */
export const halfSizeNetwork = (network: Network): Network => {
  const [channels, height, width] = network.input;
  const layers = network.layers.map(halfSizeLayer);
  if (height % 2 === 0 && width % 2 === 0 && layers.every((layer) => layer !== undefined)) {
    const half = parseNetwork({ ...network, input: [channels, height / 2, width / 2], layers });
    if (shapesOf(half) === shapesOf(network)) return half;
  }
  throw new ConfigError(`network ${network.name}, images of half the size`, {
    given: `layers that do not fit ${height / 2} x ${width / 2} pixels with the same parameters`,
    expected:
      "convolutions, means over an even number of locations in each dimension, and no dense layer or per-location gain on more than one location",
    remedy: "Train it without half-size epochs.",
  });
};

const halfSizeLayer = (layer: Layer): Layer | undefined => {
  const { halfSize } = kindOf(layer);
  return halfSize ? halfSize(layer) : layer;
};

/** Shapes of all parameters as text; undefined if a layer is too large for its input. */
const shapesOf = (network: Network): string | undefined => {
  try {
    return JSON.stringify(parametersOf(network).map(({ shape }) => shape));
  } catch (cause) {
    if (cause instanceof ShapeError) return undefined;
    throw cause;
  }
};

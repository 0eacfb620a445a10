/** Networks whose parameters serve images of other sizes too: those of convolutions and means over places. */
import { ConfigError, ShapeError } from "../errors.ts";
import { kindOf, type Layer } from "./layers/kinds.ts";
import { type Network, parseNetwork } from "./network.ts";
import { parametersOf } from "./plan.ts";

/**
 * The network for images of half the size, with the same parameters: a mean over places is over half of them on each
 * side. Throws ConfigError where that cannot be.
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
      "convolutions, a mean over an even number of places on each side, no dense layer or gain of a location that sees more than one place",
    remedy: "Train it without half-size epochs.",
  });
};

const halfSizeLayer = (layer: Layer): Layer | undefined => {
  const { halfSize } = kindOf(layer);
  return halfSize ? halfSize(layer) : layer;
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

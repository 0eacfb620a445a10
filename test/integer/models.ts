/** Small models with random parameters that integers can compute: each kind of layer, border and encoding. */
import type { Model } from "../../src/networks/model.ts";
import { type NetworkDescription, parseNetwork } from "../../src/networks/network.ts";
import { parametersOf } from "../../src/networks/plan.ts";
import { sizeOf } from "../../src/tensor/tensor.ts";
import { uniform } from "../nn/draw.ts";

const RANGES: Readonly<Record<string, readonly [number, number]>> = {
  gain: [-2, 3],
  variance: [0.5, 2],
};

export const modelOf = (
  description: NetworkDescription,
  change: Partial<Model["parameters"]> = {},
): Model => {
  const network = parseNetwork(description);
  const parameters = parametersOf(network).map(({ name, shape, kind }) => {
    const [low, high] = RANGES[kind] ?? [-1, 1];
    return [name, change[name] ?? uniform(name, sizeOf(shape), low, high)] as const;
  });
  return { network, parameters: Object.fromEntries(parameters) };
};

const frame: Pick<NetworkDescription, "name" | "encoding" | "input" | "classes"> = {
  name: "tiny",
  encoding: "sign",
  input: [1, 8, 8],
  classes: 3,
};

/** Networks by what they show. */
export const MODELS: Readonly<Record<string, Model>> = {
  "signs of pixels, pooled windows": modelOf({
    ...frame,
    layers: [
      { type: "conv2d", channels: 4, kernel: 3, pool: 2 },
      { type: "conv2d", channels: 5, kernel: 2, pool: 2 },
      { type: "dense", units: 6 },
    ],
  }),
  "real pixels, dense layers": modelOf({
    ...frame,
    encoding: "real",
    layers: [
      { type: "dense", units: 7 },
      { type: "dense", units: 6 },
    ],
  }),
  "real pixels, pooled windows with a stride": modelOf({
    ...frame,
    encoding: "real",
    layers: [
      { type: "conv2d", channels: 3, kernel: 2, stride: 2, pool: 2 },
      { type: "dense", units: 6 },
    ],
  }),
  "standardised pixels, sign neurons, borders, sums": modelOf({
    ...frame,
    input: [3, 8, 8],
    encoding: "standard",
    pixels: { mean: [0.4, 0.5, 0.6], deviation: [0.2, 0.25, 0.3] },
    layers: [
      { type: "conv2d", channels: 4, kernel: 3, padding: 1, neuron: "sign", normalization: "batch" },
      { type: "conv2d", channels: 5, kernel: 3, padding: 1, pool: 2 },
      { type: "conv2d", channels: 4, kernel: 3, padding: 1, stride: 2 },
      { type: "conv2d", channels: 4, kernel: 1 },
      { type: "averagePool", size: 2 },
    ],
  }),
  "signs with borders": modelOf({
    ...frame,
    input: [2, 8, 8],
    layers: [
      { type: "conv2d", channels: 3, kernel: 5, padding: 2, pool: 2 },
      { type: "dense", units: 6 },
    ],
  }),
};

/** Images of uniform pixels, the first of them black. */
export const imagesFor = ({ network }: Model, count: number): readonly Uint8Array[] =>
  Array.from({ length: count }, (_, k) =>
    Uint8Array.from(uniform(`image ${k}`, sizeOf(network.input), 0, k === 0 ? 0 : 256)),
  );

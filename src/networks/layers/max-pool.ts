/** Max-pooling. Of spikes, the result is +1 if any of the window fires. */
import * as z from "zod";
import { ConfigError } from "../../errors.ts";
import { binaryMoments } from "../../nn/moments.ts";
import { windowUnits } from "../../nn/pooled-convolution.ts";
import { multiply, subtract } from "../../tensor/elementwise.ts";
import { equalParts } from "../../tensor/layout.ts";
import { maxPool2d } from "../../tensor/pool.ts";
import { extent } from "./extent.ts";
import type { LayerKind } from "./kind.ts";
import { imageShape, pooledShape } from "./shapes.ts";

const schema = z
  .strictObject({ type: z.literal("maxPool"), size: extent })
  .describe("max-pooling over windows of size x size");

type MaxPool = z.infer<typeof schema>;

export const maxPool = {
  schema,
  inputs: "one",
  plan(layer, [input], _network, place) {
    const shape = pooledShape(imageShape(input!, `${place} (maxPool)`), layer.size, place);
    return { unitShape: shape, outputShape: shape, spikes: input!.spikes, parameters: [] };
  },
  window: ({ size }) => ({ kernel: size, stride: size, padding: 0 }),
  compute:
    ({ layer: { size } }) =>
    ([z]) =>
      maxPool2d(z!, { kernel: [size, size] }),
  /** P(any fires) = 1 - prod_k (1 - P_k) for independent spikes with P_k = (1 + m_k) / 2. */
  moments({ name, inputSpikes, layer: { size } }, _parameters, [z]) {
    if (inputSpikes !== 1)
      throw new ConfigError(`moment propagation, ${name}`, {
        given: inputSpikes === 0 ? "max-pooling of stochastic real values" : "max-pooling of populations",
        expected: "max-pooling of single spikes or of deterministic values",
        remedy: "Sample the network instead, or pool in the layer of the neurons.",
      });
    const silence = multiply(0.5, subtract(1, windowUnits(z!.mean, size)));
    return binaryMoments(subtract(1, multiply(2, equalParts(silence, 1, size ** 2).reduce(multiply))));
  },
  halfSize: (layer) => (layer.size % 2 === 0 ? { ...layer, size: layer.size / 2 } : undefined),
} satisfies LayerKind<MaxPool>;

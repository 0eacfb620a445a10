/** Average pooling. */
import * as z from "zod";
import { divide } from "../../tensor/elementwise.ts";
import { averagePool2d } from "../../tensor/pool.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { extent } from "./extent.ts";
import type { LayerKind } from "./kind.ts";
import { imageShape, pooledShape } from "./shapes.ts";

const schema = z
  .strictObject({ type: z.literal("averagePool"), size: extent })
  .describe("average pooling over windows of size x size");

type AveragePool = z.infer<typeof schema>;

const average = (x: Tensor, { size }: AveragePool): Tensor => averagePool2d(x, { kernel: [size, size] });

export const averagePool = {
  schema,
  inputs: "one",
  plan(layer, [input], _network, place) {
    const shape = pooledShape(imageShape(input!, `${place} (averagePool)`), layer.size, place);
    return { unitShape: shape, outputShape: shape, spikes: 0, parameters: [] };
  },
  window: ({ size }) => ({ kernel: size, stride: size, padding: 0 }),
  compute:
    ({ layer }) =>
    ([z]) =>
      average(z!, layer),
  /** The variance of a mean of n independent units is the mean of their variances divided by n. */
  moments: ({ layer }, _parameters, [z]) => ({
    mean: average(z!.mean, layer),
    ...(z!.variance && { variance: divide(average(z!.variance, layer), layer.size ** 2) }),
  }),
  halfSize: (layer) => (layer.size % 2 === 0 ? { ...layer, size: layer.size / 2 } : undefined),
} satisfies LayerKind<AveragePool>;

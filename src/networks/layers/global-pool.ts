/** Global pooling: the mean or maximum of each channel over all locations. */
import * as z from "zod";
import { ConfigError } from "../../errors.ts";
import { divide } from "../../tensor/elementwise.ts";
import { max, mean } from "../../tensor/reduce.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { LayerKind } from "./kind.ts";
import { imageShape } from "./shapes.ts";

const schema = z
  .strictObject({
    type: z.literal("globalPool"),
    by: z
      .enum(["average", "maximum"])
      .default("average")
      .describe("statistic over all locations of a channel"),
  })
  .describe("global pooling: one number per channel");

type GlobalPool = z.infer<typeof schema>;

const overPlaces = (x: Tensor): Tensor => mean(x, [2, 3], true);

export const globalPool = {
  schema,
  inputs: "one",
  plan(layer, [input], _network, place) {
    const [channels] = imageShape(input!, `${place} (globalPool)`);
    const shape = [channels, 1, 1];
    const spikes = layer.by === "maximum" ? input!.spikes : 0;
    return { unitShape: shape, outputShape: shape, spikes, parameters: [] };
  },
  compute:
    ({ layer: { by } }) =>
    ([z]) =>
      by === "average" ? overPlaces(z!) : max(z!, [2, 3], true),
  moments({ name, layer: { by }, inputShape }, _parameters, [z]) {
    if (by === "maximum")
      throw new ConfigError(`moment propagation, ${name}`, {
        given: "global max-pooling of stochastic values",
        expected: "global average pooling",
        remedy: "Sample the network instead.",
      });
    return {
      mean: overPlaces(z!.mean),
      ...(z!.variance && { variance: divide(overPlaces(z!.variance), inputShape[1]! * inputShape[2]!) }),
    };
  },
} satisfies LayerKind<GlobalPool>;

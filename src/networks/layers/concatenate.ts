/** Concatenation of several layers' outputs, along the channels of images or the units of dense layers. */
import * as z from "zod";
import { multiply } from "../../tensor/elementwise.ts";
import { concat } from "../../tensor/layout.ts";
import { type LayerKind, SAME_PLACE } from "./kind.ts";
import { spikesOf } from "./neuron-options.ts";
import { requireSameShapes } from "./shapes.ts";

const schema = z
  .strictObject({ type: z.literal("concatenate") })
  .describe("concatenation of the inputs along the channels");

type Concatenate = z.infer<typeof schema>;

export const concatenate = {
  schema,
  inputs: "several",
  plan(_layer, inputs, _network, place) {
    const locations = inputs.map((input) => ({ ...input, shape: input.shape.slice(1) }));
    requireSameShapes(locations, `${place} (concatenate), besides the channels`);
    const channels = inputs.reduce((total, { shape }) => total + shape[0]!, 0);
    const shape = [channels, ...locations[0]!.shape];
    return { unitShape: shape, outputShape: shape, spikes: spikesOf(inputs), parameters: [] };
  },
  window: () => SAME_PLACE,
  compute: () => (inputs) => concat(inputs, 1),
  moments: (_plan, _parameters, inputs) => ({
    mean: concat(
      inputs.map(({ mean }) => mean),
      1,
    ),
    variance: concat(
      inputs.map(({ mean, variance }) => variance ?? multiply(0, mean)),
      1,
    ),
  }),
} satisfies LayerKind<Concatenate>;

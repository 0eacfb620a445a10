/** The linear readout, [batch, classes]: the logits. A description that does not end with it gets it from its last layer. */
import { z } from "zod";
import { sizeOf } from "../../tensor/tensor.ts";
import { denseSum } from "./dense.ts";
import type { LayerKind } from "./kind.ts";
import { weightedComputations, weightedGeometry } from "./weighted.ts";

/** The name of the readout in every network. */
export const READOUT = "readout";

const schema = z
  .strictObject({ type: z.literal(READOUT) })
  .describe("the linear readout, the last of all layers; implied where it is left out");

type Readout = z.infer<typeof schema>;

export const readout = {
  schema,
  inputs: "one",
  plan: (_layer, [input], network, place) =>
    weightedGeometry({ type: READOUT, neuron: "linear" }, network, place, {
      unitShape: [network.classes],
      outputShape: [network.classes],
      inputs: [sizeOf(input!.shape)],
    }),
  ...weightedComputations<Readout>(denseSum),
} satisfies LayerKind<Readout>;

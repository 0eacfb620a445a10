/** The linear readout: logits [batch, classes]. It is implied if a description does not end with it. */
import * as z from "zod";
import { sizeOf } from "../../tensor/tensor.ts";
import { denseSum } from "./dense.ts";
import type { LayerKind } from "./kind.ts";
import { weightedComputations } from "./weighted.ts";
import { weightedGeometry } from "./weighted-geometry.ts";

/** Name of the readout in every network. */
export const READOUT = "readout";

const schema = z
  .strictObject({ type: z.literal(READOUT) })
  .describe("the linear readout, the last layer; implied if it is left out");

type Readout = z.infer<typeof schema>;

export const readout = {
  schema,
  inputs: "one",
  plan: (_layer, [input], network, place) =>
    weightedGeometry({ type: READOUT, neuron: "linear" }, network, place, {
      unitShape: [network.classes],
      outputShape: [network.classes],
      inputs: [sizeOf(input!.shape)],
      inputSpikes: input!.spikes,
    }),
  ...weightedComputations<Readout>(denseSum),
} satisfies LayerKind<Readout>;

/** A fully connected layer with neurons. */
import * as z from "zod";
import { densePotentialMoments } from "../../nn/moments.ts";
import { densePotential } from "../../nn/potential.ts";
import { denseSynapses } from "../../nn/synapse.ts";
import { add } from "../../tensor/elementwise.ts";
import { gemm } from "../../tensor/gemm.ts";
import { reshape } from "../../tensor/layout.ts";
import { sizeOf, type Tensor } from "../../tensor/tensor.ts";
import { count } from "./extent.ts";
import type { LayerKind } from "./kind.ts";
import { type WeightedSum, weightedComputations } from "./weighted.ts";
import { weightedGeometry, weightedOptions } from "./weighted-geometry.ts";

const schema = z
  .strictObject({ type: z.literal("dense"), units: count, ...weightedOptions })
  .describe("a fully connected layer");

type Dense = z.infer<typeof schema>;

const flat = (z: Tensor): Tensor => reshape(z, [z.shape[0]!, -1]);

/** Weighted sum over all inputs, for dense layers and the readout. */
export const denseSum: WeightedSum<unknown> = {
  product: (_plan, z, weight, bias) => {
    const y = gemm(flat(z), weight, { transB: true });
    return bias ? add(y, bias) : y;
  },
  potential: ({ noise, inputSpikes }, synapses) => {
    const potential = densePotential(synapses, noise, inputSpikes > 0);
    return (z) => potential(flat(z));
  },
  potentialMoments: ({ noise, inputSpikes }, synapses, { mean, variance }) =>
    densePotentialMoments(synapses, noise, inputSpikes > 1, {
      mean: flat(mean),
      ...(variance && { variance: flat(variance) }),
    }),
  synapses: ({ noise, unitShape, inputShape }, synapses) => ({
    shape: [unitShape[0]!, sizeOf(inputShape)],
    sum: (z, xi) => denseSynapses(flat(z), xi, synapses, noise),
  }),
};

export const dense = {
  schema,
  inputs: "one",
  plan: (layer, [input], network, place) =>
    weightedGeometry(layer, network, place, {
      unitShape: [layer.units],
      outputShape: [layer.units],
      inputs: [sizeOf(input!.shape)],
      inputSpikes: input!.spikes,
    }),
  ...weightedComputations<Dense>(denseSum),
} satisfies LayerKind<Dense>;

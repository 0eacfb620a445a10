/**
 * Neurons without synapses of their own, on the potentials of another layer or on a sum of them: z = sgn(v + n),
 * n ~ N(0, 1/2), for stochastic ones, which is the draw of equation (2). A shortcut of potentials between stochastic
 * layers is such a sum: v_l = convolution(z_(l-1)) + v_(l-1), z_l = spike(v_l).
 */
import { z } from "zod";
import { extent } from "./extent.ts";
import type { LayerKind } from "./kind.ts";
import {
  dropoutOption,
  isBinary,
  isStochastic,
  pooledActivation,
  poolingOption,
  refuseForeign,
} from "./neuron.ts";
import { NEURONS } from "./neuron-names.ts";
import { imageShape, pooledShape } from "./shapes.ts";
import { refuseNeurons } from "./weighted.ts";

const schema = z
  .strictObject({
    type: z.literal("neurons"),
    neuron: z.enum(NEURONS).optional().describe("the kind of neuron; the network's unless given"),
    pool: extent.default(1).describe("max-pooling of the outputs over windows of pool x pool"),
    pooling: poolingOption,
    dropout: dropoutOption,
  })
  .describe("neurons on the potentials, or the sums, that another layer puts out");

type Neurons = z.infer<typeof schema>;

export const neurons = {
  schema,
  inputs: "one",
  plan(layer, [input], network, place) {
    const neuron = layer.neuron ?? network.neuron;
    if (neuron === "nsm") refuseForeign(place, layer);
    const unitShape = input!.shape;
    const outputShape =
      layer.pool === 1 ? unitShape : pooledShape(imageShape(input!, `${place} (neurons)`), layer.pool, place);
    return { unitShape, outputShape, binaryOutput: isBinary(neuron, layer), neuron, parameters: [] };
  },
  compute: (plan, _parameters, { estimator }) =>
    isStochastic(plan) ? ([v]) => v! : pooledActivation(plan, estimator),
  moments(plan, _parameters, [v]) {
    if (!isStochastic(plan)) refuseNeurons(plan);
    return v!;
  },
} satisfies LayerKind<Neurons>;

/**
 * Neurons without synapses, on the potentials of another layer or on a sum of potentials. Stochastic neurons
 * compute z = sgn(v + n), n ~ N(0, 1/2), which samples equation (2). Shortcuts of potentials between
 * stochastic layers use it: v_l = convolution(z_(l-1)) + v_(l-1), z_l = spike(v_l).
 */
import * as z from "zod";
import { extent } from "./extent.ts";
import { type LayerKind, SAME_PLACE } from "./kind.ts";
import { pooledActivation } from "./neuron.ts";
import { NEURONS } from "./neuron-names.ts";
import {
  dropoutOption,
  isStochastic,
  poolingOption,
  populationOption,
  refusePopulation,
  refuseUnsupported,
  spikesOfNeurons,
} from "./neuron-options.ts";
import { imageShape, pooledShape } from "./shapes.ts";
import { thresholdParameters } from "./stochastic.ts";
import { refuseNeurons } from "./weighted.ts";

const schema = z
  .strictObject({
    type: z.literal("neurons"),
    neuron: z.enum(NEURONS).optional().describe("kind of neuron; default: the network's"),
    pool: extent.default(1).describe("max-pooling of the outputs over windows of pool x pool"),
    pooling: poolingOption,
    population: populationOption,
    dropout: dropoutOption,
  })
  .describe("neurons on the potentials or sums of another layer");

type Neurons = z.infer<typeof schema>;

export const neurons = {
  schema,
  inputs: "one",
  plan(layer, [input], network, place) {
    const neuron = layer.neuron ?? network.neuron;
    if (neuron === "nsm") refuseUnsupported(place, layer);
    refusePopulation(place, neuron, layer);
    const unitShape = input!.shape;
    const outputShape =
      layer.pool === 1 ? unitShape : pooledShape(imageShape(input!, `${place} (neurons)`), layer.pool, place);
    return {
      unitShape,
      outputShape,
      spikes: spikesOfNeurons(neuron, layer),
      neuron,
      parameters: thresholdParameters(neuron, layer, unitShape[0]!),
    };
  },
  window: () => SAME_PLACE,
  compute: (plan, _parameters, { estimator }) =>
    isStochastic(plan) ? ([v]) => v! : pooledActivation(plan, estimator),
  moments(plan, _parameters, [v]) {
    if (!isStochastic(plan)) refuseNeurons(plan);
    return v!;
  },
} satisfies LayerKind<Neurons>;

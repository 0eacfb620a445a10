/** Options, shapes and parameters of layers with weights and neurons. */
import * as z from "zod";
import { ConfigError } from "../../errors.ts";
import { type Shape, sizeOf } from "../../tensor/tensor.ts";
import type { LayerGeometry, NetworkFacts } from "./kind.ts";
import { NEURONS, type Neuron } from "./neuron-names.ts";
import {
  dropoutOption,
  populationOption,
  refusePopulation,
  refuseUnsupported,
  spikesOfNeurons,
} from "./neuron-options.ts";
import { thresholdParameters } from "./stochastic.ts";

/** Options of layers with weights and neurons. */
export const weightedOptions = {
  neuron: z
    .enum([...NEURONS, "linear"])
    .optional()
    .describe(
      "kind of neuron, if not the network's: stochastic binary (nsm), rectifier (relu), deterministic sgn(v) (sign), noisy rectifier (noisyRelu), or none (linear)",
    ),
  potential: z
    .literal(true)
    .optional()
    .describe(
      "outputs the potentials v of stochastic neurons instead of spikes; a layer of type neurons samples from them or from a sum of them",
    ),
  population: populationOption,
  centred: z
    .literal(true)
    .optional()
    .describe(
      "stochastic neurons on spikes only: centres their potentials over the batch in training, and by a shift of the bias in use",
    ),
  normalization: z
    .enum(["batch", "weight"])
    .optional()
    .describe(
      "batch or weight normalization before the neurons; not with stochastic neurons, which normalise themselves",
    ),
  dropout: dropoutOption,
  dropConnect: z
    .number()
    .gt(0)
    .lt(1)
    .optional()
    .describe("dropout rate of the weights (DropConnect) in training; not with stochastic neurons"),
};

interface WeightedLayer {
  readonly type: string;
  readonly neuron?: Neuron | "linear" | undefined;
  readonly potential?: true | undefined;
  readonly pool?: number;
  readonly centred?: true | undefined;
  readonly normalization?: "batch" | "weight" | undefined;
}

/** Neurons and parameters of a weighted layer. `inputs` is the shape of one unit's synapses. */
export const weightedGeometry = (
  layer: WeightedLayer,
  network: NetworkFacts,
  place: string,
  shapes: Pick<LayerGeometry, "unitShape" | "outputShape"> & {
    readonly inputs: Shape;
    readonly inputSpikes: number;
    readonly gain?: Shape;
  },
): LayerGeometry => {
  const kind = layer.neuron ?? network.neuron;
  const neuron = kind === "linear" || layer.potential ? undefined : kind;
  const noisySynapses = kind === "nsm";
  if (noisySynapses) refuseUnsupported(place, layer);
  refusePopulation(place, neuron ?? (layer.potential ? "no" : kind), layer);
  if (layer.potential) checkPotential(layer, kind, place);
  if (layer.centred) checkCentred(kind, shapes.inputSpikes, place);
  const units = shapes.unitShape[0]!;
  const normalized = layer.normalization === "batch";
  return {
    unitShape: shapes.unitShape,
    outputShape: shapes.outputShape,
    spikes: spikesOfNeurons(neuron, layer),
    noisySynapses,
    neuron,
    parameters: [
      { kind: "weight", shape: [units, ...shapes.inputs], fanIn: sizeOf(shapes.inputs) },
      ...(noisySynapses ? [{ kind: "gain", shape: shapes.gain ?? [units] } as const] : []),
      ...(normalized || layer.normalization === "weight" ? [{ kind: "gain", shape: [units] } as const] : []),
      { kind: "bias", shape: [units] },
      ...thresholdParameters(neuron, layer, units),
      ...(normalized
        ? [{ kind: "mean", shape: [units] } as const, { kind: "variance", shape: [units] } as const]
        : []),
      ...(layer.centred ? [{ kind: "mean", shape: [units] } as const] : []),
    ],
  };
};

const checkPotential = ({ pool = 1 }: WeightedLayer, neuron: string, place: string): void => {
  if (neuron === "nsm" && pool === 1) return;
  throw new ConfigError(place, {
    given:
      neuron === "nsm" ? `potentials with pooling over ${pool} x ${pool}` : `potentials of ${neuron} neurons`,
    expected: "potentials of stochastic neurons, unpooled",
    remedy:
      neuron === "nsm" ? "Pool in the layer of type neurons." : "Use neuron linear, which outputs its sums.",
  });
};

const checkCentred = (neuron: string, inputSpikes: number, place: string): void => {
  if (neuron === "nsm" && inputSpikes > 0) return;
  throw new ConfigError(place, {
    given: neuron === "nsm" ? "centred potentials of real inputs" : `centred ${neuron} neurons`,
    expected: "stochastic neurons whose inputs are spikes",
    remedy:
      neuron === "nsm"
        ? 'Remove "centred", or set "encoding": "sign" for a first layer.'
        : 'Remove "centred".',
  });
};

/** The layers of a network as rows for people. */
import { sizeOf } from "../tensor/tensor.ts";
import { layerText } from "./layers/kinds.ts";
import type { Neuron } from "./layers/neuron-names.ts";
import type { Network } from "./network.ts";
import { parametersOf, planOf } from "./plan.ts";

export interface LayerInfo {
  readonly name: string;
  /** The layer in words, such as "conv2d 32 of 5 x 5, pool 2". */
  readonly layer: string;
  /** Kind of the layer's neurons; absent for layers without neurons. */
  readonly neuron?: Neuron;
  /** Shape of one image's input and output. */
  readonly inputShape: readonly number[];
  readonly outputShape: readonly number[];
  /** Number of trainable values. */
  readonly parameters: number;
}

export const layerTable = (network: Network): readonly LayerInfo[] => {
  const parameters = parametersOf(network);
  return planOf(network).map((plan) => ({
    name: plan.name,
    layer: layerText(plan.layer),
    ...(plan.neuron && { neuron: plan.neuron }),
    inputShape: plan.inputShape,
    outputShape: plan.outputShape,
    parameters: parameters
      .filter(({ name }) => name.startsWith(`${plan.name}.`))
      .reduce((sum, { shape }) => sum + sizeOf(shape), 0),
  }));
};

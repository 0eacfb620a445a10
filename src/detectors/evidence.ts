/** Evidence of detectors on images: the outcome of their passes, one row an image. */
import { type ObservedLayer, observationSize, observedLayers } from "../networks/interpreters/observe.ts";
import { READOUT } from "../networks/layers/readout.ts";
import type { Network } from "../networks/network.ts";
import { part } from "../tensor/layout.ts";
import { input, type Tensor } from "../tensor/tensor.ts";

/** Evidence on images. Value: numbers, or the tensors of a program. */
export interface Evidence<Value> {
  /** [images, classes]: mean probabilities. */
  readonly probabilities: Value;
  /** [images]: mutual information of label and noise, in nats. */
  readonly mutualInformation: Value;
  /** [images]: share of the passes that voted for the label. */
  readonly agreement: Value;
  /** [images, numbers]: means and variances over the passes of what is observed of a pass (observe.ts). */
  readonly means: Value;
  readonly variances: Value;
}

/** Evidence on `rows` images as inputs of a program. */
export const evidenceInputs = (network: Network, rows: number): Evidence<Tensor> => {
  const numbers = observationSize(network);
  return {
    probabilities: input("probabilities", [rows, network.classes]),
    mutualInformation: input("mutualInformation", [rows]),
    agreement: input("agreement", [rows]),
    means: input("means", [rows, numbers]),
    variances: input("variances", [rows, numbers]),
  };
};

/** Hidden layers in an observation, in its order. */
export const hiddenLayers = (network: Network): readonly ObservedLayer[] =>
  observedLayers(network).slice(0, -1);

/** Numbers of all hidden layers in an observation: the logits come after them. */
export const hiddenSize = (network: Network): number => layerOf(network, READOUT).start;

/** The part of an observation that comes from the hidden layers. */
export const hiddenPart = (network: Network, observed: Tensor): Tensor =>
  part(observed, 1, 0, hiddenSize(network));

/** Place of a layer in an observation. */
export const layerOf = (network: Network, name: string): ObservedLayer =>
  observedLayers(network).find((layer) => layer.name === name)!;

/** Place of the last hidden layer in an observation. */
export const lastHiddenOf = (network: Network): ObservedLayer => hiddenLayers(network).at(-1)!;

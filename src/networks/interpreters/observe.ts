/**
 * What is observed of a pass: outputs of the hidden layers and logits, one row of numbers an image. Detectors of
 * unfamiliar images work on their means over the passes.
 */
import { concat, reshape } from "../../tensor/layout.ts";
import { mean } from "../../tensor/reduce.ts";
import { type Shape, sizeOf, type Tensor, type TensorsByName } from "../../tensor/tensor.ts";
import { READOUT } from "../layers/readout.ts";
import type { Network } from "../network.ts";
import { INPUT } from "../order.ts";
import { planOf } from "../plan.ts";

/** A layer and its place in an observation. */
export interface ObservedLayer {
  /** Name of the layer, such as "layers.0", or "readout". */
  readonly name: string;
  /** Its numbers: `start` to `end` - 1. */
  readonly start: number;
  readonly end: number;
}

/** Layers with neurons, what the readout reads, and the readout, which comes last. */
export const observedLayers = (network: Network): readonly ObservedLayer[] => {
  const plans = planOf(network);
  const read = plans.at(-1)!.inputs[0]!;
  let end = 0;
  return plans
    .filter(
      ({ name, neuron }) => neuron !== undefined || name === READOUT || (name === read && read !== INPUT),
    )
    .map(({ name, outputShape }) => {
      const start = end;
      end += observedSize(outputShape);
      return { name, start, end };
    });
};

/** Numbers of an observation. */
export const observationSize = (network: Network): number => observedLayers(network).at(-1)!.end;

/** Maps are observed by their means over the locations. */
const observedSize = (shape: Shape): number => (shape.length === 3 ? shape[0]! : sizeOf(shape));

/** Observations [rows, numbers] of passes whose layers have the given outputs, [rows, ...]. */
export const observation = (network: Network, outputs: TensorsByName): Tensor =>
  concat(
    observedLayers(network).map(({ name }) => {
      const z = outputs[name]!;
      return reshape(z.shape.length === 4 ? mean(z, [2, 3]) : z, [z.shape[0]!, -1]);
    }),
    1,
  );

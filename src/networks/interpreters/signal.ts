/** A forward pass that also returns what its layers pass on of an image: outputs, potentials and slopes. */
import { sum } from "../../tensor/broadcast.ts";
import { multiply } from "../../tensor/elementwise.ts";
import { gradient, stopGradient } from "../../tensor/gradient.ts";
import { mean } from "../../tensor/reduce.ts";
import { sizeOf, type Tensor, type TensorsByName } from "../../tensor/tensor.ts";
import type { AnyPlan } from "../layers/kinds.ts";
import { isStochastic } from "../layers/neuron-options.ts";
import { drawnMean, outputMean } from "../layers/stochastic.ts";
import type { Network } from "../network.ts";
import { type Mode, noiseOfLayer } from "../noise-inputs.ts";
import { drawn, layerMap, potentialOf } from "./draw.ts";
import { dropConnections, layerInTraining, potentialInTraining } from "./train.ts";
import { walk } from "./walk.ts";

/** Response of stochastic neurons to their inputs. */
export interface StochasticResponse {
  /** Potentials v: [batch, ...units]. */
  readonly potential: Tensor;
  /**
   * Slope of the neuron: dE(z)/dv for a shift of v, the mean over outputs z. For one neuron it is 2/sqrt(pi) exp(-v^2);
   * an output of several potentials, such as a pooled window, has the sum of their derivatives.
   */
  readonly slope: Tensor;
}

/** A layer with neurons in one pass. */
export interface LayerResponse {
  /** Output z after pooling: [batch, ...outputs]. */
  readonly output: Tensor;
  /** Only of stochastic neurons. */
  readonly stochastic?: StochasticResponse;
}

/** A forward pass with the responses of all layers with neurons, by layer name, such as "layers.0". */
export interface SignalPass {
  /** [batch, classes] */
  readonly logits: Tensor;
  readonly layers: Readonly<Record<string, LayerResponse>>;
}

/**
 * One pass under the unit law over encoded images x, with the random numbers of `noiseInputs` of the same mode. In
 * training mode batches are normalised by their own statistics, in inference by the running ones. The gradient of
 * spikes is dE(z)/dv.
 */
export const signalForward = (
  network: Network,
  parameters: TensorsByName,
  x: Tensor,
  noise: TensorsByName,
  mode: Mode,
): SignalPass => {
  const connected = dropConnections(network, parameters, noise);
  const [mapOf, potentials] =
    mode === "train" ? [layerInTraining, potentialInTraining] : [layerMap, potentialOf];
  const layers: Record<string, LayerResponse> = {};
  const logits = walk<Tensor>(network, x, (plan, inputs) => {
    const own = noiseOfLayer(plan, noise);
    if (!isStochastic(plan)) {
      const output = mapOf(plan, connected)(inputs, own);
      if (plan.neuron !== undefined) layers[plan.name] = { output };
      return output;
    }
    const potential = potentials(plan, connected)(inputs, {});
    const output = drawn(plan, drawnMean(plan, potential, connected), own.uniform!);
    layers[plan.name] = { output, stochastic: { potential, slope: slopeOf(plan, potential, connected) } };
    return output;
  });
  return { logits, layers };
};

const slopeOf = (plan: AnyPlan, potential: Tensor, parameters: TensorsByName): Tensor => {
  const v = stopGradient(potential);
  const [derivative] = gradient(sum(outputMean(plan, v, parameters)), [v]);
  return multiply(sizeOf(plan.unitShape) / sizeOf(plan.outputShape), mean(derivative!));
};

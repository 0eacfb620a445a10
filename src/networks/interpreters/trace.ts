/** A forward pass that also returns what every layer computed: its output, and of stochastic layers means and spikes. */
import { spike } from "../../nn/neuron.ts";
import type { Tensor, TensorsByName } from "../../tensor/tensor.ts";
import { isStochastic } from "../layers/neuron-options.ts";
import { READOUT } from "../layers/readout.ts";
import { pooledSpikes } from "../layers/stochastic.ts";
import type { Network } from "../network.ts";
import { noiseOfLayer } from "../noise-inputs.ts";
import { layerMap, meanOf } from "./draw.ts";
import { type Walked, walkAll } from "./walk.ts";

/** The sample of one stochastic layer: windows, or units that are pooled afterwards. */
export interface LayerTrace {
  /** E(z) given the layer's inputs, in [-1, 1]. */
  readonly mean: Tensor;
  /** Spikes z, -1 or +1. */
  readonly spikes: Tensor;
}

/** A traced forward pass. */
export interface Trace {
  /** Samples by layer name, such as "layers.0". */
  readonly layers: Readonly<Record<string, LayerTrace>>;
  /** Outputs by layer name, after pooling; "input" is the image. */
  readonly outputs: Walked<Tensor>;
  /** Logits [batch, classes]: the output of the readout. */
  readonly logits: Tensor;
}

/** One pass under the unit law over encoded images x, equal to `forward`. */
export const traceForward = (
  network: Network,
  parameters: TensorsByName,
  x: Tensor,
  noise: TensorsByName,
): Trace => {
  const layers: Record<string, LayerTrace> = {};
  const outputs = walkAll<Tensor>(network, x, (plan, inputs) => {
    const own = noiseOfLayer(plan, noise);
    if (!isStochastic(plan)) return layerMap(plan, parameters)(inputs, own);
    const mean = meanOf(plan, parameters)(inputs, own);
    const spikes = spike(mean, own.uniform!);
    layers[plan.name] = { mean, spikes };
    return pooledSpikes(plan, spikes);
  });
  return { layers, outputs, logits: outputs.get(READOUT)! };
};

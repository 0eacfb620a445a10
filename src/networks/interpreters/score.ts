/** A pass whose spikes are numbers like any other: no gradient flows through them, and others may be put in their place. */
import { ConfigError } from "../../errors.ts";
import { sampledSpike } from "../../nn/estimators.ts";
import type { Tensor, TensorsByName } from "../../tensor/tensor.ts";
import { isBatchNormalized, isStochastic, pooledSpikes } from "../layers/neuron.ts";
import { READOUT } from "../layers/readout.ts";
import type { Network } from "../network.ts";
import { noiseOfLayer } from "../noise-inputs.ts";
import { planOf } from "../plan.ts";
import { WHOLE } from "../tiling.ts";
import { layerMap, meanOf } from "./draw.ts";
import { type Visit, walkAll, walkFrom } from "./walk.ts";

/** What one stochastic layer drew. */
export interface DrawnLayer {
  /** E(z) given the layer's inputs. */
  readonly mean: Tensor;
  /** The numbers that decided: z = +1 where mean > uniform. */
  readonly uniform: Tensor;
  readonly spikes: Tensor;
  /** The logits, had the layer drawn these spikes, the layers that depend on it by the same numbers. */
  readonly logitsFrom: (spikes: Tensor) => Tensor;
}

export interface DrawnPass {
  readonly logits: Tensor;
  readonly layers: readonly DrawnLayer[];
}

/** Throws ConfigError for a network with batch normalization, by which the rows of a batch depend on each other. */
export const drawnForward = (
  network: Network,
  parameters: TensorsByName,
  x: Tensor,
  noise: TensorsByName,
): DrawnPass => {
  refuseBatchNormalization(network);
  const maps = new Map(
    planOf(network).map((plan) => [plan.name, layerMap(plan, parameters, WHOLE, "reinforce")]),
  );
  const visit: Visit<Tensor> = (plan, inputs) => maps.get(plan.name)!(inputs, noiseOfLayer(plan, noise));
  const draws: {
    readonly name: string;
    readonly layer: Omit<DrawnLayer, "logitsFrom">;
    readonly plan: Parameters<typeof visit>[0];
  }[] = [];
  const walked = walkAll<Tensor>(network, x, (plan, inputs) => {
    if (!isStochastic(plan)) return visit(plan, inputs);
    const { uniform } = noiseOfLayer(plan, noise);
    const mean = meanOf(plan, parameters)(inputs, {});
    const spikes = sampledSpike(mean, uniform!);
    draws.push({ name: plan.name, layer: { mean, uniform: uniform!, spikes }, plan });
    return pooledSpikes(plan, spikes);
  });
  return {
    logits: walked.get(READOUT)!,
    layers: draws.map(({ layer, plan }) => ({
      ...layer,
      logitsFrom: (spikes) => walkFrom(network, walked, plan.name, pooledSpikes(plan, spikes), visit),
    })),
  };
};

const refuseBatchNormalization = (network: Network): void => {
  const normalized = planOf(network).find(isBatchNormalized);
  if (!normalized) return;
  throw new ConfigError(`score functions, network ${network.name}, ${normalized.name}`, {
    given: "batch normalization",
    expected: "layers in which every example goes by itself",
    remedy: "Take another estimator of the gradient, or another network.",
  });
};

/** A forward pass for score-function estimators. Spikes have no gradient and can be replaced by others. */
import { ConfigError } from "../../errors.ts";
import { sampledSpike } from "../../nn/estimators.ts";
import type { Tensor, TensorsByName } from "../../tensor/tensor.ts";
import { isBatchNormalized, isStochastic } from "../layers/neuron-options.ts";
import { READOUT } from "../layers/readout.ts";
import { pooledSpikes } from "../layers/stochastic.ts";
import type { Network } from "../network.ts";
import { noiseOfLayer } from "../noise-inputs.ts";
import { planOf } from "../plan.ts";
import { WHOLE } from "../tiling.ts";
import { layerMap, meanOf } from "./draw.ts";
import { type Visit, walkAll, walkFrom } from "./walk.ts";

/** The sample of one stochastic layer. */
export interface DrawnLayer {
  /** E(z), given the layer's inputs. */
  readonly mean: Tensor;
  /** The layer's random numbers: z = +1 where mean > uniform. */
  readonly uniform: Tensor;
  readonly spikes: Tensor;
  /** Logits that these spikes would give, with the same random numbers in all dependent layers. */
  readonly logitsFrom: (spikes: Tensor) => Tensor;
}

/** Logits [batch, classes] of a forward pass, and its samples. */
export interface DrawnPass {
  readonly logits: Tensor;
  readonly layers: readonly DrawnLayer[];
}

/**
 * The forward pass with its samples. Throws ConfigError for batch normalization, which makes the rows of a
 * batch dependent.
 */
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
    expected: "layers that treat every example independently",
    remedy: "Choose another gradient estimator, or another network.",
  });
};

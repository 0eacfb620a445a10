/** A forward pass that returns what layers with weights sum up, for looking at one layer after the other. */
import type { Tensor, TensorsByName } from "../../tensor/tensor.ts";
import type { LayerMap } from "../layers/kind.ts";
import { type AnyPlan, kindOf } from "../layers/kinds.ts";
import type { Network } from "../network.ts";
import { noiseOfLayer } from "../noise-inputs.ts";
import { planOf } from "../plan.ts";
import { WHOLE } from "../tiling.ts";
import { layerMap } from "./draw.ts";
import { walk } from "./walk.ts";

/** Whether a layer has weights, and so sums. */
const hasSums = ({ parameters }: Pick<AnyPlan, "parameters">): boolean =>
  parameters.some(({ kind }) => kind === "weight");

/**
 * Sums of the layers with weights in one pass over encoded images x, by layer name, [batch, ...units]: potentials v where
 * synapses are noisy, else normalised sums w z + b before neurons and pooling.
 */
export const sumsForward = (
  network: Network,
  parameters: TensorsByName,
  x: Tensor,
  noise: TensorsByName,
): TensorsByName => {
  const sums: Record<string, Tensor> = {};
  walk<Tensor>(network, x, (plan, inputs) => {
    if (hasSums(plan)) sums[plan.name] = sumOf(plan, parameters)(inputs, {});
    return layerMap(plan, parameters)(inputs, noiseOfLayer(plan, noise));
  });
  return sums;
};

const sumOf = (plan: AnyPlan, parameters: TensorsByName): LayerMap => {
  const { pool: _pool, ...layer } = plan.layer as typeof plan.layer & { pool?: number };
  const { neuron: _neuron, ...rest } = plan;
  const bare = { ...rest, layer } as AnyPlan;
  return kindOf(plan.layer).compute(bare, parameters, { tiling: WHOLE, estimator: "erf" });
};

/** Layers with sums, in their order. */
export const layersWithSums = (network: Network): readonly AnyPlan[] => planOf(network).filter(hasSums);

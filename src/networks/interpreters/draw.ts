/** Stochastic layers as their mean and a draw: what every interpreter needs of them. */
import type { Estimator } from "../../nn/estimators.ts";
import {
  binaryConcrete,
  isStraightThrough,
  sampledSpike,
  straightThroughSpike,
} from "../../nn/estimators.ts";
import { spike } from "../../nn/neuron.ts";
import type { Tensor, TensorsByName } from "../../tensor/tensor.ts";
import type { LayerMap } from "../layers/kind.ts";
import { type AnyPlan, kindOf } from "../layers/kinds.ts";
import { drawnMean, isStochastic, pooledSpikes } from "../layers/neuron.ts";
import { type Tiling, WHOLE } from "../tiling.ts";

/** Maps the inputs of a layer with noisy synapses, or of stochastic neurons, to v of its units. */
export const potentialOf = (plan: AnyPlan, parameters: TensorsByName): LayerMap =>
  kindOf(plan.layer).compute(plan, parameters, { tiling: WHOLE, estimator: "erf" });

/** Maps the inputs of a stochastic layer to E(z) of what it draws, of whole windows where those are drawn. */
export const meanOf = (plan: AnyPlan, parameters: TensorsByName, tiling: Tiling = WHOLE): LayerMap => {
  const mean = kindOf(plan.layer).mean?.(plan, parameters, tiling);
  if (mean) return mean;
  const potential = potentialOf(plan, parameters);
  return (inputs, noise) => drawnMean(plan, potential(inputs, noise));
};

/** A layer as it is computed in a pass: stochastic neurons draw, and the estimator leads the gradient through them. */
export const layerMap = (
  plan: AnyPlan,
  parameters: TensorsByName,
  tiling: Tiling = WHOLE,
  estimator: Estimator = "erf",
): LayerMap => {
  if (!isStochastic(plan)) return kindOf(plan.layer).compute(plan, parameters, { tiling, estimator });
  if (isStraightThrough(estimator)) {
    const potential = potentialOf(plan, parameters);
    return (inputs, noise) =>
      pooledSpikes(plan, straightThroughSpike(potential(inputs, noise), noise.uniform!, estimator));
  }
  const mean = meanOf(plan, parameters, tiling);
  const draw = estimator === "concrete" ? binaryConcrete : estimator === "erf" ? spike : sampledSpike;
  return (inputs, noise) => pooledSpikes(plan, draw(mean(inputs, noise), noise.uniform!));
};

/** What a stochastic layer of mean m puts out. */
export const drawn = (plan: AnyPlan, m: Tensor, uniform: Tensor): Tensor =>
  pooledSpikes(plan, spike(m, uniform));

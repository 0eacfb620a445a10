/** Stochastic layers as a mean and a sample, for all interpreters. */
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
import { isStochastic } from "../layers/neuron-options.ts";
import { drawnMean, drawnPotential, pooledSpikes } from "../layers/stochastic.ts";
import { type Tiling, WHOLE } from "../tiling.ts";

/** Potentials v of a layer with noisy synapses or stochastic neurons, as a function of its inputs. */
export const potentialOf = (plan: AnyPlan, parameters: TensorsByName): LayerMap =>
  kindOf(plan.layer).compute(plan, parameters, { tiling: WHOLE, estimator: "erf" });

/** Mean E(z) of a stochastic layer's samples (units, or whole windows), as a function of its inputs. */
export const meanOf = (plan: AnyPlan, parameters: TensorsByName, tiling: Tiling = WHOLE): LayerMap => {
  const mean = kindOf(plan.layer).mean?.(plan, parameters, tiling);
  if (mean) return mean;
  const potential = potentialOf(plan, parameters);
  return (inputs, noise) => drawnMean(plan, potential(inputs, noise), parameters);
};

/** A layer in a forward pass: stochastic neurons sample, and the estimator defines their gradient. */
export const layerMap = (
  plan: AnyPlan,
  parameters: TensorsByName,
  tiling: Tiling = WHOLE,
  estimator: Estimator = "erf",
): LayerMap => {
  if (!isStochastic(plan)) return kindOf(plan.layer).compute(plan, parameters, { tiling, estimator });
  if (isStraightThrough(estimator)) {
    const potential = potentialOf(plan, parameters);
    const draw = drawnFromPotential(plan, parameters, estimator);
    return (inputs, noise) => draw([potential(inputs, noise)], noise);
  }
  const mean = meanOf(plan, parameters, tiling);
  return (inputs, noise) => pooledSpikes(plan, drawBy(estimator)(mean(inputs, noise), noise.uniform!));
};

const drawBy = (estimator: Estimator): ((m: Tensor, uniform: Tensor) => Tensor) =>
  estimator === "concrete" ? binaryConcrete : estimator === "erf" ? spike : sampledSpike;

/** Samples a stochastic layer, given its potentials. */
export const drawnFromPotential =
  (plan: AnyPlan, parameters: TensorsByName, estimator: Estimator = "erf"): LayerMap =>
  ([v], { uniform }) =>
    pooledSpikes(
      plan,
      isStraightThrough(estimator)
        ? straightThroughSpike(drawnPotential(plan, v!, parameters), uniform!, estimator)
        : drawBy(estimator)(drawnMean(plan, v!, parameters), uniform!),
    );

/** Output of a stochastic layer with mean m. */
export const drawn = (plan: AnyPlan, m: Tensor, uniform: Tensor): Tensor =>
  pooledSpikes(plan, spike(m, uniform));

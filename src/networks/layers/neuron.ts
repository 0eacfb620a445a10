/** Deterministic neurons and noisy rectifiers of a layer, and max-pooling. */
import { drop } from "../../nn/dropout.ts";
import { type Estimator, isStraightThrough, straightThrough } from "../../nn/estimators.ts";
import { hardSpike, signOf } from "../../nn/neuron.ts";
import { withNoise } from "../../nn/noisy-rectifier.ts";
import { relu } from "../../tensor/elementwise.ts";
import { maxPool2d } from "../../tensor/pool.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { LayerMap, LayerNoise, LayerPlan } from "./kind.ts";
import { dropoutOf, poolOf } from "./neuron-options.ts";

/** Max-pools z if the layer pools. */
export const maxPooled = (plan: LayerPlan, z: Tensor): Tensor => {
  const pool = poolOf(plan);
  return pool > 1 ? maxPool2d(z, { kernel: [pool, pool] }) : z;
};

/** Adds the noise of noisy rectifiers to y, [batch, ...units]; other neurons leave y unchanged. */
export const withRectifierNoise = (
  { neuron }: LayerPlan,
  y: Tensor,
  { uniform }: LayerNoise,
  deviation?: Tensor,
): Tensor => (neuron === "noisyRelu" ? withNoise(y, uniform!, deviation) : y);

/** Deterministic neurons on their potentials, with dropout; the identity for a layer without neurons. */
export const activation = (
  plan: LayerPlan,
  estimator: Estimator,
): ((y: Tensor, noise: LayerNoise) => Tensor) => {
  const sign = (y: Tensor): Tensor =>
    isStraightThrough(estimator) ? straightThrough(signOf(y), y, estimator) : hardSpike(y);
  const activate = plan.neuron === undefined ? (y: Tensor) => y : plan.neuron === "sign" ? sign : relu;
  return (y, { dropout }) => {
    const z = activate(y);
    return dropout ? drop(z, dropoutOf(plan)!, dropout) : z;
  };
};

/**
 * Noise, of the `deviation` of `withRectifierNoise`, max-pooling and neurons. The order is exact because all these neurons are
 * monotone.
 */
export const pooledActivation = (plan: LayerPlan, estimator: Estimator, deviation?: Tensor): LayerMap => {
  const activate = activation(plan, estimator);
  return ([y], noise) => activate(maxPooled(plan, withRectifierNoise(plan, y!, noise, deviation)), noise);
};

/** Forward pass in training mode: batch statistics, dropout and DropConnect. */
import { drop } from "../../nn/dropout.ts";
import type { Estimator } from "../../nn/estimators.ts";
import type { Tensor, TensorsByName } from "../../tensor/tensor.ts";
import type { BatchNormalizedMaps, LayerMap, LayerNoise, NormalizedBy } from "../layers/kind.ts";
import { type AnyPlan, kindOf } from "../layers/kinds.ts";
import { dropConnectOf, isBatchNormalized, isStochastic } from "../layers/neuron-options.ts";
import { READOUT } from "../layers/readout.ts";
import type { Network } from "../network.ts";
import { noiseOfLayer } from "../noise-inputs.ts";
import { INPUT } from "../order.ts";
import { planOf } from "../plan.ts";
import { CACHED, type Tiling, WHOLE } from "../tiling.ts";
import { drawnFromPotential, layerMap, potentialOf } from "./draw.ts";
import { stepOf } from "./sample.ts";
import { runSteps, type Step } from "./steps.ts";

/** Options of a forward pass in training. */
export interface TrainingPass {
  readonly tiling?: Tiling | undefined;
  /** Batch normalization in training; default: the whole batch as one part. */
  readonly normalizedBy?: NormalizedBy;
  readonly estimator?: Estimator;
}

/** Logits in training mode, with the batch's statistics by the names of the running ones. */
export const trainingForward = (
  network: Network,
  parameters: TensorsByName,
  x: Tensor,
  noise: TensorsByName,
  { tiling = CACHED, normalizedBy = 1, estimator = "erf" }: TrainingPass = {},
): { readonly logits: Tensor; readonly statistics: TensorsByName } => {
  const statistics: Record<string, Tensor> = {};
  const connected = dropConnections(network, parameters, noise);
  const steps = planOf(network).flatMap((plan): readonly Step[] => {
    const options = { tiling, estimator };
    const normalized = kindOf(plan.layer).batchNormalized?.(plan, connected, normalizedBy, options);
    if (!normalized) return [stepOf(plan, layerMap(plan, connected, tiling, estimator), noise)];
    const whole: LayerMap = ([y]) => {
      const found = normalized.normalize(y!);
      for (const [kind, value] of Object.entries(found.statistics))
        statistics[`${plan.name}.${kind}`] = value!;
      return found.normalized;
    };
    const [sums, standard] = [`${plan.name}: sums`, `${plan.name}: normalized`];
    return [
      { ...stepOf(plan, normalized.before, {}), name: sums },
      { ...stepOf(plan, whole, {}), name: standard, inputs: [sums], tiled: false },
      {
        ...stepOf(plan, afterNormalization(plan, connected, normalized, estimator), noise),
        inputs: [standard],
      },
    ];
  });
  const logits = runSteps(steps, { [INPUT]: x }, [READOUT], tiling)[READOUT]!;
  return { logits, statistics };
};

/** A layer in training mode, with the whole batch as one part of its normalisation. */
export const layerInTraining = (plan: AnyPlan, parameters: TensorsByName): LayerMap => {
  const normalized = batchNormalizedOf(plan, parameters);
  if (!normalized) return layerMap(plan, parameters);
  const after = afterNormalization(plan, parameters, normalized);
  return (inputs, noise) => after([normalizedSums(normalized, inputs, noise)], noise);
};

/** Potentials of a stochastic layer in training mode. */
export const potentialInTraining = (plan: AnyPlan, parameters: TensorsByName): LayerMap => {
  const normalized = batchNormalizedOf(plan, parameters);
  if (!normalized) return potentialOf(plan, parameters);
  return (inputs, noise) => normalizedSums(normalized, inputs, noise);
};

const normalizedSums = (
  { before, normalize }: BatchNormalizedMaps,
  inputs: readonly Tensor[],
  noise: LayerNoise,
): Tensor => normalize(before(inputs, noise)).normalized;

/** The rest of a layer after its normalisation. */
const afterNormalization = (
  plan: AnyPlan,
  parameters: TensorsByName,
  { after }: BatchNormalizedMaps,
  estimator: Estimator = "erf",
): LayerMap => (isStochastic(plan) ? drawnFromPotential(plan, parameters, estimator) : after);

/** A noise-free layer in training mode, before its neurons and pooling. */
export const sumsInTraining = (plan: AnyPlan, parameters: TensorsByName): LayerMap => {
  const normalized = batchNormalizedOf(plan, parameters);
  if (normalized) return (inputs, noise) => normalizedSums(normalized, inputs, noise);
  const { pool: _pool, ...layer } = plan.layer as typeof plan.layer & { pool?: number };
  const { neuron: _neuron, ...rest } = plan;
  return layerMap({ ...rest, layer } as AnyPlan, parameters);
};

const batchNormalizedOf = (plan: AnyPlan, parameters: TensorsByName) =>
  isBatchNormalized(plan)
    ? kindOf(plan.layer).batchNormalized?.(plan, parameters, 1, { tiling: WHOLE, estimator: "erf" })
    : undefined;

/** The parameters with DropConnect applied to the weights. */
export const dropConnections = (
  network: Network,
  parameters: TensorsByName,
  noise: TensorsByName,
): TensorsByName => {
  const dropped = planOf(network).flatMap((plan) => {
    const { dropConnect } = noiseOfLayer(plan, noise);
    const name = `${plan.name}.weight`;
    return dropConnect ? [[name, drop(parameters[name]!, dropConnectOf(plan)!, dropConnect)] as const] : [];
  });
  return { ...parameters, ...Object.fromEntries(dropped) };
};

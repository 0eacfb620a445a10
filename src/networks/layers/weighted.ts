/** Layers of weighted sums: convolutions, dense layers and the readout. */
import { ConfigError } from "../../errors.ts";
import {
  alongUnits,
  foldedNormalization,
  normalizeBatch,
  normalizeRunning,
  type Statistics,
} from "../../nn/batch-norm.ts";
import { centreBatch, centreRunning } from "../../nn/centring.ts";
import { converted } from "../../nn/converter.ts";
import type { Moments } from "../../nn/moments.ts";
import { withPresynaptic } from "../../nn/population.ts";
import type { Folded, Potential, Synapses } from "../../nn/potential.ts";
import { scaledUnits } from "../../nn/scaled-units.ts";
import { normalizedWeight } from "../../nn/weight-norm.ts";
import { add, multiply, square, subtract } from "../../tensor/elementwise.ts";
import { constant, type Tensor, type TensorsByName } from "../../tensor/tensor.ts";
import type { Tiling } from "../tiling.ts";
import { chipTensorsOf } from "./chip-tensors.ts";
import type {
  BatchNormalizedMaps,
  LayerKind,
  LayerMap,
  LayerPlan,
  NormalizedBy,
  SynapseSums,
} from "./kind.ts";
import { activation, maxPooled, pooledActivation, withRectifierNoise } from "./neuron.ts";
import { isBatchNormalized, isCentred, isWeightNormalized, poolOf } from "./neuron-options.ts";

/** The weighted sum of a kind of layer. */
export interface WeightedSum<Layer> {
  /** Sums w z + b, [batch, ...unitShape]. */
  readonly product: (plan: LayerPlan<Layer>, z: Tensor, weight: Tensor, bias?: Tensor) => Tensor;
  /** Potentials v of equation (3), [batch, ...unitShape]. */
  readonly potential: (plan: LayerPlan<Layer>, synapses: Synapses) => Potential;
  /** Moments of the potentials v. */
  readonly potentialMoments: (plan: LayerPlan<Layer>, synapses: Synapses, z: Moments) => Moments;
  /** Max-pooled sums w z + b, computed in pooling order, if that is faster. */
  readonly pooledProduct?: (
    plan: LayerPlan<Layer>,
    weights: Folded,
    tiling: Tiling,
  ) => ((z: Tensor) => Tensor) | undefined;
  readonly synapses: (plan: LayerPlan<Layer>, synapses: Synapses) => SynapseSums;
}

/** Name of the precomputed norms of a layer's weights among the parameters. */
export const normName = (layer: string): string => `${layer}.norm`;

/** The layer's parameters by kind, with precomputed norms and what a chip adds if given. */
const learnedOf = ({ name }: Pick<LayerPlan, "name">, parameters: TensorsByName): Synapses => {
  const norm = parameters[normName(name)];
  const { squares, constantPower } = chipTensorsOf({ name }, parameters);
  return {
    weight: parameters[`${name}.weight`]!,
    gain: parameters[`${name}.gain`]!,
    bias: parameters[`${name}.bias`]!,
    ...(norm && { norm }),
    ...(squares && { squares }),
    ...(constantPower && { constantPower }),
  };
};

/** Synapses of a layer in use: the bias of a centred one is less its mean drive. */
const inUse = (plan: LayerPlan, parameters: TensorsByName): Synapses => {
  const learned = learnedOf(plan, parameters);
  if (!isCentred(plan)) return learned;
  return { ...learned, bias: subtract(learned.bias, parameters[`${plan.name}.mean`]!) };
};

/** Noisy synapses of a layer, whose potentials are those of equation (3). */
export const synapsesOf = (plan: LayerPlan, parameters: TensorsByName): Synapses =>
  withPresynaptic(inUse(plan, parameters), plan.inputSpikes);

/** The running statistics of a batch-normalised layer. */
export const runningStatistics = (
  { name }: Pick<LayerPlan, "name">,
  parameters: TensorsByName,
): Statistics => ({
  mean: parameters[`${name}.mean`]!,
  variance: parameters[`${name}.variance`]!,
});

/** Weight and bias of the layer as one linear map with its normalisation folded in, for inference. */
const foldedWeights = (plan: LayerPlan, parameters: TensorsByName): Folded => {
  const { weight, gain, bias, norm } = learnedOf(plan, parameters);
  const { slope } = chipTensorsOf(plan, parameters);
  if (slope) return { weight: scaledUnits(weight, slope), bias: digitalBias(plan, parameters) };
  if (isBatchNormalized(plan))
    return foldedNormalization(weight, runningStatistics(plan, parameters), { gain, bias });
  return isWeightNormalized(plan) ? { weight: normalizedWeight(weight, gain, norm), bias } : { weight, bias };
};

/** The computation of a weighted layer in each mode. */
export const weightedComputations = <Layer extends { readonly type: string }>(
  own: WeightedSum<Layer>,
): Pick<LayerKind<Layer>, "compute" | "batchNormalized" | "moments" | "synapses"> => ({
  compute(plan, parameters, { tiling, estimator }) {
    if (plan.noisySynapses) {
      const potential = own.potential(plan, synapsesOf(plan, parameters));
      return ([z]) => potential(z!);
    }
    const { deviation, levels } = chipTensorsOf(plan, parameters);
    const drive = levels
      ? readDrive(own, plan, parameters)
      : pooledDrive(own, plan, foldedWeights(plan, parameters), tiling, deviation);
    const activate = activation(plan, estimator);
    return (inputs, noise) => activate(drive(inputs, noise), noise);
  },
  batchNormalized(plan, parameters, by, { estimator }) {
    if (!isBatchNormalized(plan)) return undefined;
    if (isCentred(plan)) return centredMaps(own, plan, parameters, by);
    const learned = learnedOf(plan, parameters);
    return {
      before: ([z]) => own.product(plan, z!, learned.weight),
      normalize: (y) =>
        by === "running"
          ? normalizeRunning(y, runningStatistics(plan, parameters), learned)
          : normalizeBatch(y, learned, by),
      after: pooledActivation(plan, estimator, chipTensorsOf(plan, parameters).deviation),
    };
  },
  moments(plan, parameters, [z]) {
    if (plan.noisySynapses) return own.potentialMoments(plan, synapsesOf(plan, parameters), z!);
    refuseNeurons(plan);
    const { weight, bias } = foldedWeights(plan, parameters);
    const mean = own.product(plan, z!.mean, weight, bias);
    return z!.variance ? { mean, variance: own.product(plan, z!.variance, square(weight)) } : { mean };
  },
  synapses: (plan, parameters) => own.synapses(plan, inUse(plan, parameters)),
});

/** A layer of centred potentials in training. */
const centredMaps = <Layer>(
  own: WeightedSum<Layer>,
  plan: LayerPlan<Layer>,
  parameters: TensorsByName,
  by: NormalizedBy,
): BatchNormalizedMaps => {
  const learned = learnedOf(plan, parameters);
  const potential = (gain: Tensor, bias: Tensor): Potential =>
    own.potential(plan, withPresynaptic({ ...learned, gain, bias }, plan.inputSpikes));
  const [none, unit] = [constant(0, learned.bias.shape), constant(1, learned.bias.shape)];
  const drive = potential(learned.gain, none);
  const response = potential(constant(0, learned.gain.shape), unit)(constant(1, [1, ...plan.inputShape]));
  return {
    before: ([z]) => drive(z!),
    normalize: (v) => {
      const { normalized, mean } =
        by === "running"
          ? centreRunning(v, response, learned.bias, parameters[`${plan.name}.mean`]!)
          : centreBatch(v, response, learned.bias, by);
      return { normalized, statistics: { mean } };
    },
    after: ([v]) => v!,
  };
};

/** Max-pooled input of the neurons, including noise. */
const pooledDrive = <Layer>(
  own: WeightedSum<Layer>,
  plan: LayerPlan<Layer>,
  weights: Folded,
  tiling: Tiling,
  deviation?: Tensor,
): LayerMap => {
  // Noisy rectifiers have noise per location, so that their units are computed in image order.
  if (poolOf(plan) > 1 && plan.neuron !== "noisyRelu") {
    const pooledProduct = own.pooledProduct?.(plan, weights, tiling);
    if (pooledProduct) return ([z]) => pooledProduct(z!);
  }
  return ([z], noise) => {
    const y = own.product(plan, z!, weights.weight, weights.bias);
    return maxPooled(plan, withRectifierNoise(plan, y, noise, deviation));
  };
};

/** Max-pooled input of the neurons on a chip whose converters read the sums w z: what follows these is digital. */
const readDrive = <Layer>(
  own: WeightedSum<Layer>,
  plan: LayerPlan<Layer>,
  parameters: TensorsByName,
): LayerMap => {
  const { deviation, levels, amplifierOffset, slope } = chipTensorsOf(plan, parameters);
  const { weight } = learnedOf(plan, parameters);
  const bias = digitalBias(plan, parameters);
  return ([z], noise) => {
    const sums = own.product(plan, z!, weight, amplifierOffset);
    const read = converted(withRectifierNoise(plan, sums, noise, deviation), levels!);
    const y = add(multiply(read, alongUnits(slope!, read.shape)), alongUnits(bias, read.shape));
    return maxPooled(plan, y);
  };
};

/** Summand of a chip's sums after their digital factor: the bias, less the running mean of a normalisation by batches. */
const digitalBias = (plan: LayerPlan, parameters: TensorsByName): Tensor => {
  const { bias } = learnedOf(plan, parameters);
  if (!isBatchNormalized(plan)) return bias;
  const { slope } = chipTensorsOf(plan, parameters);
  return subtract(bias, multiply(slope!, runningStatistics(plan, parameters).mean));
};

/** Throws ConfigError for neurons after stochastic layers whose outputs have no closed-form moments. */
export const refuseNeurons = (plan: LayerPlan): void => {
  if (plan.neuron === undefined && poolOf(plan) === 1) return;
  throw new ConfigError(`moment propagation, ${plan.name}`, {
    given:
      plan.neuron === undefined
        ? "max-pooling of stochastic sums"
        : `${plan.neuron} neurons after stochastic ones`,
    expected: "layers without noise before all stochastic layers, and stochastic neurons or sums after them",
    remedy: "Sample the network instead.",
  });
};

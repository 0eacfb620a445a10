/**
 * Training with an analog device in the loop: in the forward pass of every step, weights, switches and comparators deviate as
 * on a chip of their own (substrate/statistics.ts), and all rows of a batch share the chip. Rectifiers have amplifiers in place
 * of comparators, of the same offset and noise. In the backward pass the deviation of weights is the identity
 * (straight-through), so that the weights as they are to be programmed are trained. Numbers of mean 0 and variance 1 are
 * uniform: sums over many synapses are normal anyway.
 */
import { chipTensorName } from "../networks/layers/chip-tensors.ts";
import type { AnyPlan, Layer } from "../networks/layers/kinds.ts";
import { isBatchNormalized, isWeightNormalized } from "../networks/layers/neuron-options.ts";
import { normName, runningStatistics } from "../networks/layers/weighted.ts";
import type { Network } from "../networks/network.ts";
import { planOf } from "../networks/plan.ts";
import { scaleOf } from "../nn/batch-norm.ts";
import { noiseVariance } from "../nn/noise/noise.ts";
import { DEVIATION } from "../nn/noisy-rectifier.ts";
import { weightNorm } from "../nn/weight-norm.ts";
import type { DeviceStatistics } from "../substrate/statistics.ts";
import { abs, add, divide, multiply, sign, sqrt, square } from "../tensor/elementwise.ts";
import { withGradient } from "../tensor/gradient.ts";
import { reshape } from "../tensor/layout.ts";
import { max } from "../tensor/reduce.ts";
import { constant, input, type Tensor, type TensorsByName } from "../tensor/tensor.ts";
import { switchedWeights } from "./switched-weights.ts";

type Part = "cells" | "switches" | "comparators";

const nameOf = ({ name }: AnyPlan, part: Part): string => `${name}.${part}`;

const weightOf = ({ parameters }: AnyPlan) => parameters.find(({ kind }) => kind === "weight");

/** Parts of a layer on the device that deviate. */
const partsOf = (plan: AnyPlan, { switch: series, comparator }: DeviceStatistics): readonly Part[] => [
  "cells",
  ...(plan.noisySynapses && series && series.deviation > 0 ? (["switches"] as const) : []),
  ...(comparator && (plan.noisySynapses || plan.neuron !== undefined) ? (["comparators"] as const) : []),
];

/** The network with the noise of the device's amplifiers: that of noisy rectifiers. */
export const networkOnDevice = (network: Network, { comparator }: DeviceStatistics): Network => {
  if (!comparator || comparator.noise === 0) return network;
  const rectifiers = new Set(
    planOf(network).flatMap(({ neuron, layer }) => (neuron === "relu" ? [layer] : [])),
  );
  const noisy = (layer: Layer): Layer =>
    rectifiers.has(layer) ? ({ ...layer, neuron: "noisyRelu" } as Layer) : layer;
  return { ...network, layers: network.layers.map(noisy) };
};

/** Inputs of uniform random numbers on (-1, 1) for the device, by name: one a weight, or one a comparator. */
export const deviceInputs = (network: Network, device: DeviceStatistics): TensorsByName =>
  Object.fromEntries(
    planOf(network).flatMap((plan) => {
      const weight = weightOf(plan);
      if (!weight) return [];
      return partsOf(plan, device).map((part) => {
        const name = nameOf(plan, part);
        return [name, input(name, part === "comparators" ? weight.shape.slice(0, 1) : weight.shape)] as const;
      });
    }),
  );

/** The parameters as a chip has them, given the random numbers of `deviceInputs`. Norms of weights are left out. */
export const parametersOnDevice = (
  network: Network,
  parameters: TensorsByName,
  device: DeviceStatistics,
  numbers: TensorsByName,
): TensorsByName => {
  const plans = planOf(network).filter(weightOf);
  const norms = new Set(plans.map(({ name }) => normName(name)));
  const rest = Object.entries(parameters).filter(([name]) => !norms.has(name));
  return Object.assign(
    Object.fromEntries(rest),
    ...plans.map((plan) => layerOnDevice(plan, parameters, device, numbers)),
  ) as TensorsByName;
};

const layerOnDevice = (
  plan: AnyPlan,
  parameters: TensorsByName,
  { mean, deviation, switch: series, comparator }: DeviceStatistics,
  numbers: TensorsByName,
): TensorsByName => {
  const named = (kind: string): string => `${plan.name}.${kind}`;
  const number = (part: Part): Tensor | undefined => {
    const uniform = numbers[nameOf(plan, part)];
    return uniform && multiply(Math.sqrt(3), uniform);
  };
  const weight = parameters[named("weight")]!;
  const largest = max(abs(weight), axesOfRows(weight), true);
  const stored = storedWeight(weight, largest, { mean, deviation }, number("cells")!);
  const offsets = number("comparators");
  // Weight that conducts most, of each unit: comparators are in its units.
  const each = reshape(largest, [weight.shape[0]!]);
  if (!plan.noisySynapses)
    return {
      [named("weight")]: stored,
      // A normalisation is digital: it divides by the norm of the weights that were to be stored.
      ...(isWeightNormalized(plan) && { [normName(plan.name)]: weightNorm(weight) }),
      ...(offsets && amplified(plan, parameters, comparator!, { offsets, each })),
    };
  const scale = Math.sqrt(2 * noiseVariance(plan.noise));
  const result: Record<string, Tensor> = { [named("weight")]: stored };
  const switches = number("switches");
  const gain = parameters[named("gain")]!;
  if (switches && gain.shape.length === 1) {
    // (p + a) w over sqrt(2) s, where p deviates from its mean.
    const spread = multiply(series!.deviation / scale, switches);
    Object.assign(result, switchedWeights(plan.name, stored, gain, spread));
    result[chipTensorName(plan.name, "squares")] = square(stored);
  }
  if (offsets) {
    const shift = multiply(multiply(comparator!.offset, offsets), each);
    result[named("bias")] = add(parameters[named("bias")]!, shift);
    const noise = (2 * Math.max(1, plan.inputSpikes) * comparator!.noise ** 2) / scale ** 2;
    if (noise > 0) result[chipTensorName(plan.name, "constantPower")] = multiply(noise, square(each));
  }
  return result;
};

/** Bias and deviation of a layer of rectifiers behind amplifiers. Its normalisation, which follows them, scales what they add. */
const amplified = (
  plan: AnyPlan,
  parameters: TensorsByName,
  { offset, noise }: NonNullable<DeviceStatistics["comparator"]>,
  { offsets, each }: { readonly offsets: Tensor; readonly each: Tensor },
): TensorsByName => {
  const slope = slopeOf(plan, parameters);
  const scaled = (x: Tensor): Tensor => (slope ? multiply(slope, x) : x);
  const added = scaled(multiply(noise, each));
  const deviation = plan.neuron === "noisyRelu" ? sqrt(add(square(added), DEVIATION ** 2)) : added;
  return {
    [`${plan.name}.bias`]: add(
      parameters[`${plan.name}.bias`]!,
      scaled(multiply(multiply(offset, offsets), each)),
    ),
    ...(noise > 0 && { [chipTensorName(plan.name, "deviation")]: deviation }),
  };
};

/** Factors [units] by which a layer's normalisation multiplies its sums. */
const slopeOf = (plan: AnyPlan, parameters: TensorsByName): Tensor | undefined => {
  const gain = parameters[`${plan.name}.gain`]!;
  if (isBatchNormalized(plan)) return scaleOf(runningStatistics(plan, parameters), { gain });
  if (isWeightNormalized(plan)) return divide(gain, weightNorm(parameters[`${plan.name}.weight`]!));
  return undefined;
};

/** The weight as cells store it, whose derivative by the weight counts as 1. */
const storedWeight = (
  weight: Tensor,
  largest: Tensor,
  { mean, deviation }: Pick<DeviceStatistics, "mean" | "deviation">,
  number: Tensor,
): Tensor => {
  // A unit without weights has no scale.
  const scale = add(largest, 2 ** -40);
  const relative = divide(abs(weight), scale);
  const value = add(
    multiply(sign(weight), horner(mean, relative)),
    multiply(horner(deviation, relative), number),
  );
  return withGradient(multiply(scale, value), [weight], (cotangent) => [cotangent]);
};

const horner = (coefficients: readonly number[], x: Tensor): Tensor =>
  coefficients
    .slice(0, -1)
    .reduceRight<Tensor>((sum, c) => add(multiply(sum, x), c), constant(coefficients.at(-1)!, []));

const axesOfRows = ({ shape }: Tensor): readonly number[] => shape.map((_, axis) => axis).slice(1);

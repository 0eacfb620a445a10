/**
 * Training with an analog device in the loop: in the forward pass of every step, weights, switches and comparators deviate as
 * on a chip of their own (substrate/statistics.ts), and all rows of a batch share the chip. In the backward pass the deviation
 * of weights is the identity (straight-through), so that the weights as they are to be programmed are trained. Numbers of mean
 * 0 and variance 1 are uniform: sums over many synapses are normal anyway.
 */
import { chipTensorName } from "../networks/layers/chip-tensors.ts";
import type { AnyPlan } from "../networks/layers/kinds.ts";
import { normName } from "../networks/layers/weighted.ts";
import type { Network } from "../networks/network.ts";
import { planOf } from "../networks/plan.ts";
import { noiseVariance } from "../nn/noise/noise.ts";
import type { DeviceStatistics } from "../substrate/statistics.ts";
import { abs, add, divide, multiply, sign, square } from "../tensor/elementwise.ts";
import { withGradient } from "../tensor/gradient.ts";
import { reshape } from "../tensor/layout.ts";
import { max } from "../tensor/reduce.ts";
import { constant, input, type Tensor, type TensorsByName } from "../tensor/tensor.ts";

type Part = "cells" | "switches" | "comparators";

const nameOf = ({ name }: AnyPlan, part: Part): string => `${name}.${part}`;

const weightOf = ({ parameters }: AnyPlan) => parameters.find(({ kind }) => kind === "weight");

/** Parts of a layer on the device that deviate. */
const partsOf = (plan: AnyPlan, { switch: series, comparator }: DeviceStatistics): readonly Part[] => [
  "cells",
  ...(plan.noisySynapses && series && series.deviation > 0 ? (["switches"] as const) : []),
  ...(plan.noisySynapses && comparator ? (["comparators"] as const) : []),
];

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
  if (!plan.noisySynapses) return { [named("weight")]: stored };
  const scale = Math.sqrt(2 * noiseVariance(plan.noise));
  const units = [weight.shape[0]!];
  const result: Record<string, Tensor> = { [named("weight")]: stored };
  const switches = number("switches");
  const gain = parameters[named("gain")]!;
  if (switches && gain.shape.length === 1) {
    // (p + a) w over sqrt(2) s, where p deviates from its mean.
    const spread = multiply(series!.deviation / scale, switches);
    const efficacy = add(reshape(gain, [-1, ...weight.shape.slice(1).map(() => 1)]), spread);
    result[named("weight")] = multiply(efficacy, stored);
    result[named("gain")] = constant(1, units);
    result[chipTensorName(plan.name, "squares")] = square(stored);
  }
  const offsets = number("comparators");
  if (offsets) {
    const each = reshape(largest, units);
    const shift = multiply(multiply(comparator!.offset, offsets), each);
    result[named("bias")] = add(parameters[named("bias")]!, shift);
    const noise = (2 * Math.max(1, plan.inputSpikes) * comparator!.noise ** 2) / scale ** 2;
    if (noise > 0) result[chipTensorName(plan.name, "constantPower")] = multiply(noise, square(each));
  }
  return result;
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

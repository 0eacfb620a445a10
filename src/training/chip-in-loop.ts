/**
 * Passes of a network that learns on a chip, as expressions of what the cells hold (substrate/learning-chip.ts). With the gain
 * beta_i = (E(xi) + a_i) / (sqrt(2) s) and a switch of probability p_ij in series with a weight,
 *
 *     (p_ij + a_i) / (sqrt(2) s) = beta_i + (p_ij - E(xi)) / (sqrt(2) s)
 */
import { chipTensorName } from "../networks/layers/chip-tensors.ts";
import type { AnyPlan } from "../networks/layers/kinds.ts";
import { normName } from "../networks/layers/weighted.ts";
import type { Network } from "../networks/network.ts";
import { planOf } from "../networks/plan.ts";
import { type FixedPart, fixedName } from "../substrate/learning-chip.ts";
import { add, multiply, square } from "../tensor/elementwise.ts";
import { input, type Shape, type Tensor, type TensorsByName } from "../tensor/tensor.ts";
import { switchedWeights } from "./switched-weights.ts";

/** Fixed parts of a chip by name. */
export type FixedArrays = Readonly<Record<string, Float32Array>>;

/** The parameters as the chip's units see them. Inputs: the fixed parts that passes need, by their names. Norms are left out. */
export const parametersOnChip = (
  network: Network,
  learned: TensorsByName,
  fixed: FixedArrays,
): TensorsByName => {
  const plans = planOf(network).filter(({ noisySynapses }) => noisySynapses);
  const norms = new Set(plans.map(({ name }) => normName(name)));
  const rest = Object.entries(learned).filter(([name]) => !norms.has(name));
  return Object.assign(
    Object.fromEntries(rest),
    ...plans.map((plan) => layerOnChip(plan, learned, fixed)),
  ) as TensorsByName;
};

const layerOnChip = ({ name }: AnyPlan, learned: TensorsByName, fixed: FixedArrays): TensorsByName => {
  const part = (kind: FixedPart, shape: Shape): Tensor | undefined =>
    fixedName(name, kind) in fixed ? input(fixedName(name, kind), shape) : undefined;
  const [weight, gain, bias] = ["weight", "gain", "bias"].map((kind) => learned[`${name}.${kind}`]!) as [
    Tensor,
    Tensor,
    Tensor,
  ];
  const units = weight.shape.slice(0, 1);
  const result: Record<string, Tensor> = {};
  const spread = part("spread", weight.shape);
  if (spread) {
    Object.assign(result, switchedWeights(name, weight, gain, spread));
    result[chipTensorName(name, "squares")] = multiply(part("spreadPower", weight.shape)!, square(weight));
  }
  const offset = part("offset", units);
  if (offset) {
    result[`${name}.bias`] = add(bias, offset);
    result[chipTensorName(name, "constantPower")] = part("offsetPower", units)!;
  }
  return result;
};

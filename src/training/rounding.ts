/**
 * Training with weights in integers: the forward pass of every step rounds them as `quantize` does, and the gradient passes the
 * rounding as if it were the identity (integer/straight-through.ts). The weights before rounding are what is trained.
 */
import { straightThrough } from "../integer/straight-through.ts";
import { largestWeight, type WeightWidth } from "../networks/integers/integers.ts";
import { normName } from "../networks/layers/weighted.ts";
import type { Network } from "../networks/network.ts";
import { planOf } from "../networks/plan.ts";
import type { TensorsByName } from "../tensor/tensor.ts";

/** The parameters with rounded weights. Norms are left out: layers compute those of the integers. */
export const roundedParameters = (
  network: Network,
  parameters: TensorsByName,
  width: WeightWidth,
): TensorsByName => {
  const plans = planOf(network);
  const norms = new Set(plans.map(({ name }) => normName(name)));
  const rounded = plans.flatMap(({ name, layer }, k) => {
    const weight = parameters[`${name}.weight`];
    return weight
      ? [[`${name}.weight`, straightThrough(weight, largestWeight(width, layer.type, k))] as const]
      : [];
  });
  const rest = Object.entries(parameters).filter(([name]) => !norms.has(name));
  return { ...Object.fromEntries(rest), ...Object.fromEntries(rounded) };
};

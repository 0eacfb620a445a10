/** Floating-point operations of a network; a multiplication and an addition count as two. */

import type { AnyPlan } from "../src/networks/layers/kinds.ts";
import type { Network } from "../src/networks/network.ts";
import { planOf } from "../src/networks/plan.ts";
import { sizeOf } from "../src/tensor/tensor.ts";

const forwardWork = ({ parameters, unitShape }: AnyPlan): number =>
  2 * sizeOf(unitShape) * (parameters.find(({ kind }) => kind === "weight")?.fanIn ?? 0);

/**
 * Operations of a training step per image: products for outputs, weights and, except in the first layer,
 * inputs.
 */
export const trainingWork = (network: Network): number =>
  planOf(network).reduce((sum, plan, k) => sum + (k === 0 ? 2 : 3) * forwardWork(plan), 0);

/** Operations of one sample of one image, with the first layer precomputed. */
export const samplingWork = (network: Network): number =>
  planOf(network)
    .slice(1)
    .reduce((sum, plan) => sum + forwardWork(plan), 0);

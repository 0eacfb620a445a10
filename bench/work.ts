/** How much arithmetic a network asks for, in floating-point operations (a multiplication and an addition are two). */

import type { AnyPlan } from "../src/networks/layers/kinds.ts";
import type { Network } from "../src/networks/network.ts";
import { planOf } from "../src/networks/plan.ts";
import { sizeOf } from "../src/tensor/tensor.ts";

const forwardWork = ({ parameters, unitShape }: AnyPlan): number =>
  2 * sizeOf(unitShape) * (parameters.find(({ kind }) => kind === "weight")?.fanIn ?? 0);

/** Of one image in a training step: products for outputs, for weights, and but for the first layer for inputs. */
export const trainingWork = (network: Network): number =>
  planOf(network).reduce((sum, placed, k) => sum + (k === 0 ? 2 : 3) * forwardWork(placed), 0);

/** Of one sample of one image: the first layer was computed before. */
export const samplingWork = (network: Network): number =>
  planOf(network)
    .slice(1)
    .reduce((sum, placed) => sum + forwardWork(placed), 0);

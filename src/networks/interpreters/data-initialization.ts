/**
 * Data-dependent initialisation: layer by layer on one batch, sets beta and b such that v has mean 0 and
 * standard deviation 1 over the batch (and the locations of a convolution). After Salimans & Kingma, 2016,
 * section 3.
 */
import { SATURATED, type Synapses } from "../../nn/potential.ts";
import { sum } from "../../tensor/broadcast.ts";
import { divide, maximum, multiply, negate, sqrt, square, subtract } from "../../tensor/elementwise.ts";
import { reshape } from "../../tensor/layout.ts";
import { cast, greater, less, where } from "../../tensor/select.ts";
import { constant, type Tensor, type TensorsByName } from "../../tensor/tensor.ts";
import type { AnyPlan } from "../layers/kinds.ts";
import { isCentred, isStochastic } from "../layers/neuron-options.ts";
import type { Network } from "../network.ts";
import { noiseOfLayer } from "../noise-inputs.ts";
import { drawn, meanOf, potentialOf } from "./draw.ts";
import { layerInTraining } from "./train.ts";
import { walk } from "./walk.ts";

/** Minimum standard deviation. A unit below it does not respond to the batch and keeps a gain of 1. */
const MIN_DEVIATION = 1e-3;

/** Lower limit of a sum over units, to avoid division by 0 if there are none. */
const MIN_TOTAL = 1e-20;

/** Gains and biases, by name, for a batch of encoded images x and the noise of one pass. */
export const dataInitialization = (
  network: Network,
  weights: TensorsByName,
  x: Tensor,
  noise: TensorsByName,
): TensorsByName => {
  const found: Record<string, Tensor> = {};
  walk<Tensor>(network, x, (plan, inputs) => {
    const own = noiseOfLayer(plan, noise);
    if (plan.noisySynapses) {
      const { gain, bias } = standardize(plan, weights[`${plan.name}.weight`]!, inputs);
      found[`${plan.name}.gain`] = gain;
      // The bias of a centred layer counts from its mean drive.
      found[`${plan.name}.${isCentred(plan) ? "mean" : "bias"}`] = isCentred(plan) ? negate(bias) : bias;
    }
    const set = { ...weights, ...found };
    return isStochastic(plan)
      ? drawn(plan, meanOf(plan, set)(inputs, {}), own.uniform!)
      : layerInTraining(plan, set)(inputs, own);
  });
  return found;
};

/**
 * Gains and biases of one layer. v is linear in beta and b: v = beta t + b r, where t is the v of (beta, b) =
 * (1, 0) and r that of (0, 1). Zero mean requires b = -sum(beta t) / sum(r); with a single beta, v = beta (t
 * - r sum(t) / sum(r)), and beta is 1 over the standard deviation of the bracket. If each location has its
 * own beta and b is shared, each location uses its own bracket, which is exact if r does not depend on z.
 * Units without active inputs (v = +-SATURATED) are left out.
 */
const standardize = (
  plan: AnyPlan,
  weight: Tensor,
  inputs: readonly Tensor[],
): Pick<Synapses, "gain" | "bias"> => {
  const { shape } = plan.parameters.find(({ kind }) => kind === "gain")!;
  const units = [plan.unitShape[0]!];
  const potential = (gain: number, bias: number): Tensor => {
    const set = {
      [`${plan.name}.weight`]: weight,
      [`${plan.name}.gain`]: constant(gain, shape),
      [`${plan.name}.bias`]: constant(bias, units),
      [`${plan.name}.mean`]: constant(0, units),
    };
    return potentialOf(plan, set)(inputs, {});
  };
  const [slopes, offsets] = [potential(1, 0), potential(0, 1)];
  // |t| <= sqrt(K fan-in) < SATURATED by the Cauchy-Schwarz inequality, for inputs of K spikes each.
  const active = less(slopes, SATURATED);
  const [t, r] = [where(active, slopes, 0), where(active, offsets, 0)];
  const locations = plan.unitShape.length === 3 ? [0, 2, 3] : [0];
  const axes = shape.length === 1 ? locations : [0];
  const ratio = (over: readonly number[], x: Tensor): Tensor =>
    divide(sum(x, over, true), maximum(sum(r, over, true), MIN_TOTAL));
  const centred = subtract(t, multiply(r, ratio(axes, t)));
  const count = maximum(sum(cast(active, "float32"), axes, true), 1);
  const deviation = sqrt(divide(sum(square(centred), axes, true), count));
  const gain = where(greater(deviation, MIN_DEVIATION), divide(1, maximum(deviation, MIN_DEVIATION)), 1);
  const bias = negate(ratio(locations, multiply(gain, t)));
  return { gain: reshape(gain, shape), bias: reshape(bias, units) };
};

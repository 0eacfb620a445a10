/**
 * Score-function losses: unbiased gradient estimates of the expected loss. The value is the loss of the
 * forward pass.
 */
import { sum } from "../tensor/broadcast.ts";
import { add, divide, maximum, multiply, negate, subtract } from "../tensor/elementwise.ts";
import { stopGradient } from "../tensor/gradient.ts";
import { reshape } from "../tensor/layout.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { armTerm, logProbability, sampledSpike } from "./estimators.ts";

/** The sample of one stochastic layer in a forward pass. */
export interface Drawn {
  /** E(z): [batch, ...units]. */
  readonly mean: Tensor;
  /** Uniform numbers on (-1, 1); z = +1 where mean > uniform. */
  readonly uniform: Tensor;
  readonly spikes: Tensor;
  /** Losses [batch] that these spikes of the layer would give. */
  readonly lossesFrom: (spikes: Tensor) => Tensor;
}

interface Batch {
  /** Loss of each example: [batch]. */
  readonly losses: Tensor;
  /** Mask [batch]: 1 for an example, 0 for padding. */
  readonly mask: Tensor;
  /** Number of examples with mask 1. */
  readonly count: Tensor;
}

/**
 * REINFORCE (Williams, Machine Learning 8, 1992): d E(L) = E((L - b) d log P(z) + dL). The baseline b, the
 * mean loss of the batch's other examples, is independent of the example's own spikes.
 */
export const reinforceLoss = (batch: Batch, layers: readonly Drawn[]): Tensor => {
  const { losses, mask } = batch;
  const counted = multiply(losses, mask);
  const others = maximum(subtract(sum(mask), mask), 1);
  const baseline = divide(subtract(sum(counted), counted), others);
  const advantage = stopGradient(subtract(losses, baseline));
  return withTerms(
    batch,
    layers.map(({ mean, spikes }) => multiply(alongRows(advantage, mean), logProbability(mean, spikes))),
  );
};

/** Augment-REINFORCE-merge (`armTerm`), layer by layer, each given the spikes of the layers before it. */
export const armLoss = (batch: Batch, layers: readonly Drawn[]): Tensor =>
  withTerms(
    batch,
    layers.map(({ mean, uniform, lossesFrom }) => {
      const merged = subtract(lossesFrom(sampledSpike(mean, negate(uniform))), batch.losses);
      return armTerm(mean, uniform, alongRows(merged, mean));
    }),
  );

/** The mean loss, with the gradient of the terms [batch, ...units] added to its own. */
const withTerms = ({ losses, mask, count }: Batch, terms: readonly Tensor[]): Tensor => {
  const total = terms.map((term) => sum(multiply(term, alongRows(mask, term)))).reduce(add);
  const extra = divide(total, count);
  return add(divide(sum(multiply(losses, mask)), count), subtract(extra, stopGradient(extra)));
};

/** Reshapes [batch] to [batch, 1, ...] so that it broadcasts against x. */
const alongRows = (values: Tensor, x: Tensor): Tensor =>
  reshape(values, [-1, ...x.shape.slice(1).map(() => 1)]);

/**
 * Exact expectation over all samples of a small network: every combination of its spikes, weighted by its
 * probability.
 */
import { ConfigError } from "../../errors.ts";
import { broadcastTo, repeatedRows, sum } from "../../tensor/broadcast.ts";
import { add, multiply } from "../../tensor/elementwise.ts";
import { part, reshape } from "../../tensor/layout.ts";
import { constant, sizeOf, type Tensor, type TensorsByName } from "../../tensor/tensor.ts";
import { isStochastic } from "../layers/neuron-options.ts";
import { drawnShape, pooledSpikes } from "../layers/stochastic.ts";
import type { Network } from "../network.ts";
import { planOf, requireOnlySpikeNoise } from "../plan.ts";
import { layerMap, meanOf } from "./draw.ts";
import { walk } from "./walk.ts";

/** Maximum number of outcomes. */
const MAX_OUTCOMES = 2 ** 16;

/**
 * E(f(logits)) for one encoded image x [1, channels, height, width], with its exact gradient; f maps logits
 * [outcomes, classes] to values [outcomes]. Throws ConfigError for a network with more than 16 spikes or with
 * other noise.
 */
export const expectation = (
  network: Network,
  parameters: TensorsByName,
  x: Tensor,
  f: (logits: Tensor) => Tensor,
): Tensor => {
  requireOnlySpikeNoise(network, "enumeration");
  requireFewSpikes(
    network,
    planOf(network)
      .filter(isStochastic)
      .reduce((spikes, plan) => spikes + sizeOf(drawnShape(plan)), 0),
  );
  // A tensor has one row for each combination of the spikes sampled before it.
  let probabilities: Tensor = constant(1, [1]);
  const logits = walk<Tensor>(network, x, (plan, given) => {
    const rows = probabilities.shape[0]!;
    const inputs = given.map((z) => repeatedRows(z, rows));
    if (!isStochastic(plan)) return layerMap(plan, parameters)(inputs, {});
    const shape = drawnShape(plan);
    const outcomes = allOutcomes(sizeOf(shape));
    const mean = reshape(meanOf(plan, parameters)(inputs, {}), [rows, 1, sizeOf(shape)]);
    const own = product(multiply(0.5, add(1, multiply(mean, outcomes))));
    probabilities = reshape(multiply(reshape(probabilities, [-1, 1]), own), [-1]);
    const all = broadcastTo(outcomes, [rows, ...outcomes.shape]);
    return pooledSpikes(plan, reshape(all, [rows * outcomes.shape[0]!, ...shape]));
  });
  return sum(multiply(probabilities, f(repeatedRows(logits, probabilities.shape[0]!))));
};

const requireFewSpikes = (network: Network, spikes: number): void => {
  if (2 ** spikes <= MAX_OUTCOMES) return;
  throw new ConfigError(`enumeration, network ${network.name}`, {
    given: `${spikes} spikes`,
    expected: `at most ${Math.log2(MAX_OUTCOMES)}, which have ${MAX_OUTCOMES} outcomes`,
    remedy: "Sample the network instead, or make it smaller.",
  });
};

/** All rows of `units` numbers -1 and +1: [2^units, units]. */
const allOutcomes = (units: number): Tensor => {
  const rows = Float32Array.from({ length: 2 ** units * units }, (_, k) =>
    (Math.floor(k / units) >> (k % units)) & 1 ? 1 : -1,
  );
  return constant(rows, [2 ** units, units]);
};

/** Product over the last axis of p [.., n]. */
const product = (p: Tensor): Tensor => {
  const axis = p.shape.length - 1;
  const factors = Array.from({ length: p.shape[axis]! }, (_, k) =>
    reshape(part(p, axis, k, k + 1), p.shape.slice(0, axis)),
  );
  return factors.reduce(multiply);
};

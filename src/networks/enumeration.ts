/** The exact expectation over all that a small network may draw: every combination of its spikes, by its probability. */
import { ConfigError } from "../errors.ts";
import { broadcastTo, sum } from "../tensor/broadcast.ts";
import { add, multiply } from "../tensor/elementwise.ts";
import { part, reshape } from "../tensor/layout.ts";
import { constant, type Shape, sizeOf, type Tensor, type TensorsByName } from "../tensor/tensor.ts";
import { layerMap, layerMean, pooled } from "./layer-maps.ts";
import { drawnShape, isStochastic, placeLayers, requireSpikesAlone } from "./layers.ts";
import type { Network } from "./network.ts";
import { WHOLE } from "./passage.ts";

/** What a network may draw altogether, at most. */
const MOST_OUTCOMES = 2 ** 16;

/**
 * E(f(logits)) for one encoded image x [1, channels, height, width]; f maps logits [outcomes, classes] to a value for
 * each of them, [outcomes]. Its gradient is exact as well. Throws ConfigError for a network with more than 16 spikes, and
 * for one with other noise.
 */
export const expectation = (
  network: Network,
  parameters: TensorsByName,
  x: Tensor,
  f: (logits: Tensor) => Tensor,
): Tensor => {
  requireSpikesAlone(network, "enumeration");
  const layers = placeLayers(network);
  requireFew(
    network,
    layers.filter(isStochastic).reduce((spikes, placed) => spikes + sizeOf(drawnShape(placed)), 0),
  );
  let z = x;
  let probabilities: Tensor = constant(1, [1]);
  for (const placed of layers) {
    if (!isStochastic(placed)) {
      z = layerMap(network, placed, parameters, WHOLE)(z, {});
      continue;
    }
    const shape = drawnShape(placed);
    const outcomes = allOutcomes(sizeOf(shape));
    const mean = reshape(layerMean(network, placed, parameters)(z), [z.shape[0]!, 1, sizeOf(shape)]);
    const own = product(multiply(0.5, add(1, multiply(mean, outcomes))));
    probabilities = reshape(multiply(reshape(probabilities, [-1, 1]), own), [-1]);
    z = pooled(placed, repeated(outcomes, z.shape[0]!, shape));
  }
  return sum(multiply(probabilities, f(z)));
};

const requireFew = (network: Network, spikes: number): void => {
  if (2 ** spikes <= MOST_OUTCOMES) return;
  throw new ConfigError(`enumeration, network ${network.name}`, {
    given: `${spikes} spikes`,
    expected: `at most ${Math.log2(MOST_OUTCOMES)}, which may come out in ${MOST_OUTCOMES} ways`,
    remedy: "Sample the network instead, or make it smaller.",
  });
};

/** Every row of `units` numbers -1 and +1: [2^units, units]. */
const allOutcomes = (units: number): Tensor => {
  const rows = Float32Array.from({ length: 2 ** units * units }, (_, k) =>
    (Math.floor(k / units) >> (k % units)) & 1 ? 1 : -1,
  );
  return constant(rows, [2 ** units, units]);
};

/** The product over the last axis of p [.., n]. */
const product = (p: Tensor): Tensor => {
  const axis = p.shape.length - 1;
  const factors = Array.from({ length: p.shape[axis]! }, (_, k) =>
    reshape(part(p, axis, k, k + 1), p.shape.slice(0, axis)),
  );
  return factors.reduce(multiply);
};

/** All outcomes, once for each of `rows`: [rows x outcomes, ...shape]. */
const repeated = (outcomes: Tensor, rows: number, shape: Shape): Tensor =>
  reshape(broadcastTo(outcomes, [rows, ...outcomes.shape]), [rows * outcomes.shape[0]!, ...shape]);

/**
 * The detector that a network gets where none is asked for: the best on held-out digits against made images (docs/trust.md).
 * Distances suit hidden outputs that are bounded, as spikes, or normalised by a batch.
 */
import { isRectifier } from "../networks/layers/neuron-names.ts";
import { isBatchNormalized } from "../networks/layers/neuron-options.ts";
import type { Network } from "../networks/network.ts";
import { planOf } from "../networks/plan.ts";
import type { DetectorName } from "./kinds.ts";

export const DEFAULT_DETECTOR: DetectorName = "relative-mahalanobis";

/** Detector of networks with rectifiers that are not batch normalized. */
export const DEFAULT_OF_RECTIFIERS: DetectorName = "energy";

export const defaultDetector = (network: Network): DetectorName =>
  planOf(network).some((plan) => isRectifier(plan.neuron) && !isBatchNormalized(plan))
    ? DEFAULT_OF_RECTIFIERS
    : DEFAULT_DETECTOR;

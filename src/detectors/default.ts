/** The detector that a network gets where none is asked for. */
import type { Network } from "../networks/network.ts";
import { samplesSpikes } from "../networks/plan.ts";
import type { DetectorName } from "./kinds.ts";

/** The best on held-out digits against made images: of NSMs, and of rectifiers, which stand for all others: docs/trust.md. */
export const DEFAULT_DETECTORS = {
  stochastic: "relative-mahalanobis",
  baseline: "energy",
} as const satisfies Record<string, DetectorName>;

export const defaultDetector = (network: Network): DetectorName =>
  DEFAULT_DETECTORS[samplesSpikes(network) ? "stochastic" : "baseline"];

/** Fits of the detectors that need training data, by name. They are apart from kinds.ts for the browser, which only scores. */
import type { DetectorFit } from "./detector.ts";
import { fitFiringLikelihood } from "./firing-likelihood.ts";
import type { DetectorName } from "./kinds.ts";
import { fitMahalanobis } from "./mahalanobis-fit.ts";
import { fitNearestNeighbour } from "./nearest-neighbour.ts";
import { fitPassDisagreement } from "./pass-disagreement.ts";

export const DETECTOR_FITS: Readonly<Partial<Record<DetectorName, DetectorFit>>> = {
  "pass-disagreement": fitPassDisagreement,
  "firing-likelihood": fitFiringLikelihood,
  "nearest-neighbour": fitNearestNeighbour,
  mahalanobis: fitMahalanobis,
  "relative-mahalanobis": fitMahalanobis,
};

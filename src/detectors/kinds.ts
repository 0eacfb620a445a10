/** Kinds of detectors by name. */
import { ConfigError } from "../errors.ts";
import type { DetectorKind } from "./detector.ts";
import { firingLikelihood } from "./firing-likelihood.ts";
import { mahalanobis, relativeMahalanobis } from "./mahalanobis.ts";
import { nearestNeighbour } from "./nearest-neighbour.ts";
import { passDisagreement } from "./pass-disagreement.ts";
import { energy, entropy, largestProbability, mutualInformation, voteAgreement } from "./softmax-scores.ts";

const KINDS = {
  entropy,
  "largest-probability": largestProbability,
  "mutual-information": mutualInformation,
  "vote-agreement": voteAgreement,
  energy,
  "pass-disagreement": passDisagreement,
  "firing-likelihood": firingLikelihood,
  "nearest-neighbour": nearestNeighbour,
  mahalanobis,
  "relative-mahalanobis": relativeMahalanobis,
} satisfies Readonly<Record<string, DetectorKind>>;

export type DetectorName = keyof typeof KINDS;

export const DETECTOR_NAMES = Object.keys(KINDS) as readonly DetectorName[];

/** The kind of that name. Throws ConfigError for another name. */
export const detectorKind = (name: string): DetectorKind => {
  if (Object.hasOwn(KINDS, name)) return KINDS[name as DetectorName];
  throw new ConfigError("detector", {
    given: `"${name}"`,
    expected: DETECTOR_NAMES.join(", "),
    remedy: "Choose one of these.",
  });
};

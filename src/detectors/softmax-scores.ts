/** Detectors that look at the predicted classes only, and need no training data. */

import { READOUT } from "../networks/layers/readout.ts";
import { sum } from "../tensor/broadcast.ts";
import { add, exp, log, maximum, multiply, negate, subtract } from "../tensor/elementwise.ts";
import { part } from "../tensor/layout.ts";
import { max } from "../tensor/reduce.ts";
import type { DetectorKind } from "./detector.ts";
import { layerOf } from "./evidence.ts";

/** Smallest probability whose logarithm is taken. */
const LEAST = 2 ** -126;

/** Entropy of the mean probabilities, in nats. */
export const entropy: DetectorKind = {
  score: (_network, { probabilities: p }) => negate(sum(multiply(p, log(maximum(p, LEAST))), [1])),
};

/** Negative of the largest mean probability: Hendrycks & Gimpel, ICLR 2017. */
export const largestProbability: DetectorKind = {
  score: (_network, { probabilities }) => negate(max(probabilities, [1])),
};

/** Mutual information of label and noise, in nats: Houlsby et al., arXiv 1112.5745. */
export const mutualInformation: DetectorKind = {
  score: (_network, evidence) => evidence.mutualInformation,
};

/** Negative of the share of the passes that voted for the label. */
export const voteAgreement: DetectorKind = { score: (_network, { agreement }) => negate(agreement) };

/** Energy of the mean logits, -log sum_c exp(logit_c): Liu, Wang, Owens & Li, NeurIPS 2020. */
export const energy: DetectorKind = {
  score: (network, { means }) => {
    const { start, end } = layerOf(network, READOUT);
    const logits = part(means, 1, start, end);
    const largest = max(logits, [1], true);
    return negate(add(log(sum(exp(subtract(logits, largest)), [1])), max(logits, [1])));
  },
};

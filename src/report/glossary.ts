/** Abbreviations of reports, and how intervals are computed. */
import { escaped } from "../drawing/svg.ts";
import { folded } from "./folded.ts";

const GLOSSARY: readonly (readonly [string, string])[] = [
  ["NSM, bNSM, gNSM", "Neural Sampling Machine; its synapses have Bernoulli (b) or Gaussian (g) noise"],
  ["dCNN, MLP", "conventional networks of the same widths, with rectifiers"],
  ["StNN", "the same network with noisy rectifiers"],
  ["binary network", "the NSM's neurons without their noise, trained by the erf gradient"],
  [
    "populations",
    "groups of threshold neurons that share their weights, each with its own noise and threshold",
  ],
  [
    "interval",
    "95 % confidence interval: of an error Student's over several seeds, Wilson's over the test images of one; of a " +
      "difference Welch's over seeds, in comparisons combined with the bootstrap over test images",
  ],
  ["paper", "error of arXiv 1910.12316"],
  ["training", "wall time of all seeds together, including times when the machine did other work"],
  [
    "seed",
    "reproduces a run on the same kind of processor with the same number of threads; elsewhere sums are rounded " +
      "differently, and the error differs as much as between seeds",
  ],
  ["NLL", "negative log-likelihood, nats per image"],
  ["Brier", "squared error of the probabilities, 0 to 2"],
  ["ECE", "expected calibration error, 15 bins"],
  [
    "AURC",
    "area under the risk-coverage curve: error among the most certain images, over the fraction of images answered",
  ],
  [
    "AUROC, AUPR, FPR95",
    "detection of out-of-distribution (OOD) images, the positives, among test images by the entropy of the mean " +
      "prediction: areas under the ROC and the precision-recall curve, and the fraction of OOD images accepted at the " +
      "threshold that accepts 95 % of the test images",
  ],
];

export const glossaryHtml = (): string =>
  folded(
    "Glossary",
    `<dl>\n${GLOSSARY.map(([word, meaning]) => `<dt>${escaped(word)}</dt><dd>${escaped(meaning)}</dd>`).join("\n")}\n</dl>`,
  );

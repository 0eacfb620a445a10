/** Assessment of a model: curves, confusion matrix and examples behind the scores of a split. Node only. */
import { setImmediate } from "node:timers/promises";
import type { ImageSplit } from "../datasets/dataset.ts";
import type { Model } from "../networks/model.ts";
import { type ReliabilityBin, reliabilityBins } from "../statistics/calibration.ts";
import { confusionMatrix } from "../statistics/confusion.ts";
import { type Metrics, metrics } from "../statistics/metrics.ts";
import { mistakes } from "../statistics/probabilities.ts";
import { riskCoverage } from "../statistics/selective.ts";
import { monteCarlo, type SampleOptions } from "./node.ts";
import type { Uncertainty } from "./uncertainty.ts";

/** Examples of a gallery, and points of the risk-coverage curve, at most. */
const SHOWN = 36;
const MOST_POINTS = 200;

export interface AssessedExample {
  /** Index in the split. */
  readonly index: number;
  readonly label: number;
  readonly answer: number;
  /** Mean probability of the answer. */
  readonly confidence: number;
  /** In nats. */
  readonly entropy: number;
  readonly mutualInformation: number;
}

export interface Assessment extends Metrics {
  readonly split: string;
  /** Passes of an image, on average. */
  readonly samples: number;
  readonly bins: readonly ReliabilityBin[];
  /** Error rate among the images of the lowest entropy, `coverage` of all; both 0 to 1. */
  readonly risks: readonly { readonly coverage: number; readonly risk: number }[];
  /** Area under the risk-coverage curve. */
  readonly aurc: number;
  /** [classes, classes]: images of each label, by row, that were given each answer. */
  readonly confusion: readonly (readonly number[])[];
  /** Mistakes, the one of the highest confidence first. */
  readonly mistakes: readonly AssessedExample[];
  /** Examples of the highest entropy, from the highest down. */
  readonly unsure: readonly AssessedExample[];
}

/** Assesses a model on a split. Arguments and errors as of `evaluate`; the event loop gets its turn between statistics. */
export const assess = async (
  model: Model,
  split: ImageSplit,
  options: SampleOptions = {},
): Promise<Assessment> => {
  const found = await monteCarlo(model, split, options);
  const { probabilities, entropy } = found;
  const scores = metrics(probabilities, split.labels);
  await setImmediate();
  const wrong = mistakes(probabilities, split.labels);
  const { risks, aurc } = riskCoverage(entropy, wrong);
  await setImmediate();
  const counts = confusionMatrix(probabilities, split.labels);
  const classes = Math.sqrt(counts.length);
  const bins = reliabilityBins(probabilities, split.labels);
  await setImmediate();
  const all = Array.from(split.labels, (_, index) => index);
  const examples = (indices: readonly number[], key: (index: number) => number) =>
    [...indices]
      .sort((a, b) => key(b) - key(a) || a - b)
      .slice(0, SHOWN)
      .map((index) => exampleAt(index, split, found));
  return {
    ...scores,
    split: split.name,
    samples: found.samples.reduce((sum, count) => sum + count, 0) / split.count,
    ...{ bins, aurc },
    risks: thinned(risks),
    confusion: Array.from({ length: classes }, (_, label) => [
      ...counts.subarray(label * classes, (label + 1) * classes),
    ]),
    mistakes: examples(
      all.filter((index) => wrong[index] === 1),
      (index) => exampleAt(index, split, found).confidence,
    ),
    unsure: examples(all, (index) => entropy[index]!),
  };
};

const exampleAt = (
  index: number,
  { labels, count }: ImageSplit,
  { probabilities, labels: answers, entropy, mutualInformation }: Uncertainty,
): AssessedExample => ({
  index,
  label: labels[index]!,
  answer: answers[index]!,
  confidence: probabilities[(index * probabilities.length) / count + answers[index]!]!,
  entropy: entropy[index]!,
  mutualInformation: mutualInformation[index]!,
});

/** Evenly spaced points of the curve, with the last. */
const thinned = (risks: Float64Array): Assessment["risks"] => {
  const points = Math.min(MOST_POINTS, risks.length);
  return Array.from({ length: points }, (_, k) => {
    const images = Math.round(((k + 1) * risks.length) / points);
    return { coverage: images / risks.length, risk: risks[images - 1]! };
  });
};

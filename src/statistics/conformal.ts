/**
 * Split conformal prediction sets of classes: Vovk, Gammerman & Shafer, "Algorithmic learning in a random world", 2005;
 * Sadinle, Lei & Wasserman, "Least ambiguous set-valued classifiers with bounded error levels", JASA 114, 2019.
 *
 * If the held-out images and a new one are exchangeable, the set of the new image contains its label with probability
 * at least `level`, over both; at most 1 / (n + 1) more if the scores of the n held-out images differ.
 */
import { DataError } from "../errors.ts";
import { checkFraction } from "./fraction.ts";
import { checkLabelled, type Labels, type Probabilities } from "./probabilities.ts";

/** Least integer >= value, up to the rounding of a decimal `level`: 0.9 / (1 - 0.9) gives 9, not 10. */
export const roundUp = (value: number): number => Math.ceil(value - 1e-9);

/** Greatest integer <= value, up to the rounding of a decimal: 1000 (0.7 / 100) gives 7, not 6. */
export const roundDown = (value: number): number => Math.floor(value + 1e-9);

/**
 * Threshold of the score 1 - p: the ceil((n + 1) level)-th smallest score of the labels of n held-out images, 0..1.
 * probabilities: [images, classes]. Throws as the functions of metrics.ts do; also DataError for fewer than
 * level / (1 - level) images, and ConfigError unless 0 < level < 1.
 */
export const conformalThreshold = (probabilities: Probabilities, labels: Labels, level: number): number => {
  checkFraction("level", level);
  const classes = checkLabelled(probabilities, labels);
  const needed = roundUp(level / (1 - level));
  if (labels.length < needed)
    throw new DataError("conformal prediction", {
      given: `${labels.length} held-out images`,
      expected: `at least ${needed} for a level of ${level}`,
      remedy: "Hold out more images, or choose a lower level.",
    });
  const scores = Float64Array.from(labels, (label, i) => 1 - probabilities[i * classes + label]!);
  return scores.sort()[roundUp((labels.length + 1) * level) - 1]!;
};

/**
 * Prediction set of one image: the classes with 1 - p <= threshold, the most probable first and the lower class first
 * on a tie. `row`: the image's class probabilities. Empty if no class has a probability of at least 1 - threshold.
 */
export const conformalSet = (row: Probabilities, threshold: number): readonly number[] =>
  Array.from(row, (_, c) => c)
    .filter((c) => 1 - row[c]! <= threshold)
    .sort((a, b) => row[b]! - row[a]!);

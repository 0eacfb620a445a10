/** The confusion matrix of answers. */
import { checkLabelled, type Labels, likeliest, type Probabilities } from "./probabilities.ts";

/**
 * Confusion matrix [classes, classes]: the number of images of each label, by row, that were given each answer, by
 * column. The answer is the most probable class, the lowest on a tie. Arguments and errors as in metrics.ts.
 */
export const confusionMatrix = (probabilities: Probabilities, labels: Labels): Uint32Array => {
  const classes = checkLabelled(probabilities, labels);
  const counts = new Uint32Array(classes * classes);
  for (let i = 0; i < labels.length; i++)
    counts[labels[i]! * classes + likeliest(probabilities, i * classes, classes)]!++;
  return counts;
};

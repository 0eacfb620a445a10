/**
 * Decomposition of the negative log-likelihood into uncertainty, resolution and reliability: Bröcker, "Reliability,
 * sufficiency, and the decomposition of proper scores", Quarterly Journal of the Royal Meteorological Society 135, 2009.
 *
 * The chain rule splits the cost -log p(label) of an image exactly in two: the forecast "the most probable class is
 * right" with probabilities p and q = 1 - p and, if it is wrong, the forecast of the label among the other classes
 * with probabilities p_c / q. The first forecast is decomposed over 15 bins of equally many images, ordered by q. Let w_k
 * be the fraction of the images in bin k, a_k their accuracy, p_k and q_k their mean probabilities, a the accuracy of
 * all images and D(a | p, q) = a log(a / p) + (1 - a) log((1 - a) / q). Then
 *
 *     uncertainty = -D(a | 1, 1),
 *     resolution  = sum_k w_k D(a_k | a, 1 - a),
 *     reliability = sum_k w_k D(a_k | p_k, q_k),
 *     NLL = uncertainty - resolution + reliability + withinBins + otherClasses.
 *
 * Bröcker's decomposition is exact if all forecasts of a bin are equal; `withinBins` is what they leave over otherwise.
 */
import { BINS } from "./calibration.ts";
import { equalMassBins } from "./equal-mass-bins.ts";
import { MIN_PROBABILITY } from "./metrics.ts";
import { checkLabelled, type Labels, likeliest, type Probabilities } from "./probabilities.ts";

/** Parts of the negative log-likelihood, in nats per image: uncertainty - resolution + the three others. */
export interface LogLikelihoodParts {
  /** Entropy of the accuracy: the first forecast's cost if it always states the accuracy of all images. */
  readonly uncertainty: number;
  /**
   * Difference of the bins' accuracies from the accuracy of all images; >= 0, larger is better. Sampling noise of n
   * images adds about 14 / (2 n).
   */
  readonly resolution: number;
  /** Difference of the bins' accuracies from their mean probabilities; >= 0. Noise adds about 15 / (2 n). */
  readonly reliability: number;
  /**
   * Cost of the first forecast minus its cost with each bin's mean probabilities. Positive if the probabilities vary
   * inside a bin and the accuracy does not; negative if the accuracy follows them.
   */
  readonly withinBins: number;
  /** Cost of the label among the other classes where the most probable class is wrong; >= 0. */
  readonly otherClasses: number;
}

/**
 * Parts of the negative log-likelihood of metrics.ts, which they add up to; q and label probabilities below
 * MIN_PROBABILITY count as MIN_PROBABILITY. Arguments and errors as in metrics.ts.
 */
export const negativeLogLikelihoodParts = (
  probabilities: Probabilities,
  labels: Labels,
): LogLikelihoodParts => {
  const classes = checkLabelled(probabilities, labels);
  const images = labels.length;
  const tops = Uint32Array.from(labels, (_, i) => likeliest(probabilities, i * classes, classes));
  // 1 - p would lose the small probabilities of float32 rows.
  const others = Float64Array.from(tops, (top, i) => {
    let sum = 0;
    for (let c = 0; c < classes; c++) if (c !== top) sum += probabilities[i * classes + c]!;
    return Math.max(MIN_PROBABILITY, sum);
  });

  const bins = Array.from({ length: BINS }, () => ({ images: 0, right: 0, top: 0, other: 0 }));
  let [right, first, otherClasses] = [0, 0, 0];
  for (const [i, index] of equalMassBins(others, BINS).entries()) {
    const [top, other] = [probabilities[i * classes + tops[i]!]!, others[i]!];
    const bin = bins[index]!;
    bin.images++;
    bin.top += top;
    bin.other += other;
    if (tops[i] === labels[i]) {
      bin.right++;
      right++;
      first -= Math.log(top) / images;
    } else {
      const label = Math.max(MIN_PROBABILITY, probabilities[i * classes + labels[i]!]!);
      first -= Math.log(other) / images;
      otherClasses -= Math.log(label / other) / images;
    }
  }

  const accuracy = right / images;
  const uncertainty = -relativeEntropy(accuracy, 1, 1);
  let [resolution, reliability] = [0, 0];
  for (const bin of bins.filter((one) => one.images > 0)) {
    const own = bin.right / bin.images;
    resolution += (bin.images / images) * relativeEntropy(own, accuracy, 1 - accuracy);
    reliability += (bin.images / images) * relativeEntropy(own, bin.top / bin.images, bin.other / bin.images);
  }
  const withinBins = first - (uncertainty - resolution + reliability);
  return { uncertainty, resolution, reliability, withinBins, otherClasses };
};

/** a log(a / p) + (1 - a) log((1 - a) / q); 0 log 0 is 0. */
const relativeEntropy = (a: number, p: number, q: number): number =>
  (a > 0 ? a * Math.log(a / p) : 0) + (a < 1 ? (1 - a) * Math.log((1 - a) / q) : 0);

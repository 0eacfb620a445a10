/** Uncertainty of each image of a batch from its S Monte Carlo passes, accumulated pass by pass. */
import { DataError } from "../errors.ts";
import { checkProbabilities, imagesOfRows, likeliest, rowEntropy } from "../statistics/probabilities.ts";

/** One number an image unless a shape is given. Entropies are in nats. */
export interface Uncertainty {
  /** [images, classes]: mean p of the softmax over the passes. */
  readonly probabilities: Float64Array;
  /** The class of the largest mean probability; the lowest one if several are. */
  readonly labels: Uint32Array;
  /** Passes seen. */
  readonly samples: Uint32Array;
  /** Predictive entropy H(mean p): all of the uncertainty. */
  readonly entropy: Float64Array;
  /** mean H(p): the uncertainty that each pass states by itself. */
  readonly expectedEntropy: Float64Array;
  /**
   * H(mean p) - mean H(p), the part due to the passes' disagreement: the mutual information of label and noise, BALD
   * (Houlsby, Huszar, Ghahramani & Lengyel, arXiv 1112.5745, equation 2). At least 0.
   */
  readonly mutualInformation: Float64Array;
  /** Fraction of the passes whose own likeliest class is the label. */
  readonly agreement: Float64Array;
  /**
   * Standard error of the label's mean probability, sqrt(s^2 / S) with s^2 unbiased; NaN after one pass. It is that of
   * independent passes: too small on a chip whose noise is correlated from pass to pass.
   */
  readonly standardError: Float64Array;
  /** How unlike the training data a detector finds the image; empty without one. */
  readonly unfamiliarity: Float64Array;
  /** [images, numbers]: mean and variance over the passes of what was observed of them (observe.ts); else empty. */
  readonly means: Float32Array;
  readonly variances: Float32Array;
}

/** Numbers of an image besides its probabilities. */
export interface UncertaintySizes {
  /** Numbers that are observed of a pass, kept as means and variances. Default 0. */
  readonly observed?: number;
  /** Whether a detector finds how unfamiliar images are. */
  readonly isDetected?: boolean;
}

/** Room for the uncertainty of `images` images. */
export const allocateUncertainty = (
  images: number,
  classes: number,
  { observed = 0, isDetected = false }: UncertaintySizes = {},
): Uncertainty => ({
  probabilities: new Float64Array(images * classes),
  labels: new Uint32Array(images),
  samples: new Uint32Array(images),
  entropy: new Float64Array(images),
  expectedEntropy: new Float64Array(images),
  mutualInformation: new Float64Array(images),
  agreement: new Float64Array(images),
  standardError: new Float64Array(images),
  unfamiliarity: new Float64Array(isDetected ? images : 0),
  means: new Float32Array(images * observed),
  variances: new Float32Array(images * observed),
});

/** Copies `count` images of `from`, from image `start` on, to image `place` of `into`. */
export const copyUncertainty = (
  from: Uncertainty,
  start: number,
  into: Uncertainty,
  place: number,
  count: number,
): void => {
  for (const [name, target] of Object.entries(into) as [keyof Uncertainty, Float64Array][]) {
    const width = target.length / into.labels.length;
    target.set(from[name].subarray(start * width, (start + count) * width), place * width);
  }
};

export interface Accumulator {
  /**
   * Adds one pass.
   * probabilities: [rows, classes], row r belonging to image number `images[r]`, or to image r if `images` is left out;
   * observation: [rows, numbers], where passes are observed.
   * Throws DataError for another number of rows or an image that is not there, NumericError for a row that is no
   * distribution.
   */
  add(probabilities: Float32Array, images?: ArrayLike<number>, observation?: Float32Array): void;
  /** The uncertainty after the passes so far. Throws DataError if an image has had none. */
  result(): Uncertainty;
}

/** An accumulator for a batch of `images` images, of whose passes `observed` numbers are observed. */
export const accumulator = (images: number, classes: number, observed = 0): Accumulator => {
  const samples = new Uint32Array(images);
  const sums = new Float64Array(images * classes);
  const squares = new Float64Array(images * classes);
  const votes = new Uint32Array(images * classes);
  const entropies = new Float64Array(images);
  const moments = observedMoments(images, observed);

  const add = (
    probabilities: Float32Array,
    rows?: ArrayLike<number>,
    observation: Float32Array = NOTHING,
  ): void => {
    const targets = imagesOfRows(images, rows);
    checkProbabilities(probabilities, targets.length, classes);
    for (let row = 0; row < targets.length; row++) {
      const image = targets[row]!;
      const from = row * classes;
      const to = image * classes;
      samples[image]!++;
      votes[to + likeliest(probabilities, from, classes)]!++;
      entropies[image]! += rowEntropy(probabilities, from, classes);
      for (let c = 0; c < classes; c++) {
        const p = probabilities[from + c]!;
        sums[to + c]! += p;
        squares[to + c]! += p * p;
      }
    }
    for (let row = 0; row < targets.length; ) {
      const image = targets[row]!;
      const start = row++;
      while (row < targets.length && targets[row] === image) row++;
      moments.add(observation, start, row, image);
    }
  };

  const result = (): Uncertainty => {
    const missing = samples.indexOf(0);
    if (missing >= 0)
      throw new DataError("uncertainty of a batch", {
        given: `no pass for image ${missing}`,
        expected: "at least one pass for every image",
        remedy: "Add a pass before asking for the result.",
      });
    const probabilities = sums.map((sum, i) => sum / samples[Math.floor(i / classes)]!);
    const perImage = (f: (image: number) => number): Float64Array =>
      Float64Array.from(samples, (_, i) => f(i));
    const labels = Uint32Array.from(samples, (_, i) => likeliest(probabilities, i * classes, classes));
    const entropy = perImage((i) => rowEntropy(probabilities, i * classes, classes));
    const expectedEntropy = perImage((i) => entropies[i]! / samples[i]!);
    return {
      probabilities,
      labels,
      samples: samples.slice(),
      entropy,
      expectedEntropy,
      mutualInformation: perImage((i) => Math.max(0, entropy[i]! - expectedEntropy[i]!)),
      agreement: perImage((i) => votes[i * classes + labels[i]!]! / samples[i]!),
      standardError: perImage((i) => {
        const [at, n] = [i * classes + labels[i]!, samples[i]!];
        return Math.sqrt(Math.max(0, squares[at]! - sums[at]! ** 2 / n) / (n - 1) / n);
      }),
      unfamiliarity: new Float64Array(0),
      ...moments.result(samples),
    };
  };

  return { add, result };
};

const NOTHING = new Float32Array(0);

/** Means and variances over the passes of `width` numbers an image. */
const observedMoments = (images: number, width: number) => {
  const sums = new Float64Array(images * width);
  const squares = new Float64Array(images * width);
  return {
    /** Adds rows `start` to `end` - 1 of an image, number by number: half the time of row by row, and the same sums. */
    add(observation: Float32Array, start: number, end: number, image: number): void {
      const [first, last, to] = [start * width, end * width, image * width];
      for (let k = 0; k < width; k++) {
        let sum = sums[to + k]!;
        let square = squares[to + k]!;
        for (let at = first + k; at < last; at += width) {
          const z = observation[at]!;
          sum += z;
          square += z * z;
        }
        sums[to + k] = sum;
        squares[to + k] = square;
      }
    },
    result(samples: Uint32Array): Pick<Uncertainty, "means" | "variances"> {
      const means = new Float32Array(images * width);
      const variances = new Float32Array(images * width);
      // Plain loops: `from` of a typed array takes longer than the additions of twenty passes.
      for (let image = 0; image < images; image++) {
        const count = samples[image]!;
        for (let at = image * width; at < (image + 1) * width; at++) {
          const mean = sums[at]! / count;
          means[at] = mean;
          variances[at] = Math.max(0, squares[at]! / count - mean ** 2);
        }
      }
      return { means, variances };
    },
  };
};

/**
 * Baselines of calibration: NLL and ECE of probabilities as they are, and after temperature and vector scaling. Two-fold
 * cross-fitting: each half of the images is scaled by what was fitted to the other half, so that no image is scored that
 * its scaling has seen.
 */
import { key } from "../random/key.ts";
import { permutation } from "../random/permutation.ts";
import { expectedCalibrationError } from "./calibration.ts";
import { negativeLogLikelihood } from "./metrics.ts";
import { checkLabelled, type Labels, mistakes, type Probabilities } from "./probabilities.ts";
import { applyTemperature, fitTemperature } from "./temperature-scaling.ts";
import { applyVectorScaling, fitVectorScaling } from "./vector-scaling.ts";

/** Scores of probabilities: NLL in nats per image, ECE of 15 bins, 0..1. */
export interface ProbabilityScores {
  readonly nll: number;
  readonly ece: number;
}

export interface ScalingBaselines {
  readonly unscaled: ProbabilityScores;
  /** null for fewer than `imagesForTemperature` images, and for a half without mistakes, to which no temperature fits best. */
  readonly temperature: ProbabilityScores | null;
  /** null for fewer than `imagesForVector` images, and for a half without mistakes. */
  readonly vector: ProbabilityScores | null;
}

/** Images of a half for each number that is fitted to it, as a rule of thumb: a fit to fewer follows their noise. */
const IMAGES_PER_NUMBER = 10;

/** Fewest images for temperature scaling, which fits one number to each half. */
export const imagesForTemperature = 2 * IMAGES_PER_NUMBER;

/** Fewest images for vector scaling, which fits a weight and a bias a class to each half. */
export const imagesForVector = (classes: number): number => 2 * IMAGES_PER_NUMBER * 2 * classes;

/** Seed of the halves. */
const SEED = 1;

/** Scores of both baselines. probabilities: [images, classes]. Throws as the functions of metrics.ts do. */
export const scalingBaselines = (probabilities: Probabilities, labels: Labels): ScalingBaselines => {
  const classes = checkLabelled(probabilities, labels);
  const halves = halvesOf(probabilities, labels);
  const wrong = mistakes(probabilities, labels);
  const haveMistakes = halves.every(({ images }) => images.some((image) => wrong[image] === 1));
  const scores = (rows: Probabilities): ProbabilityScores => ({
    nll: negativeLogLikelihood(rows, labels),
    ece: expectedCalibrationError(rows, labels),
  });
  const baseline = (fewest: number, fit: Fit): ProbabilityScores | null =>
    labels.length < fewest || !haveMistakes ? null : scores(crossFitted(halves, fit));
  return {
    unscaled: scores(probabilities),
    temperature: baseline(imagesForTemperature, (half) => {
      const temperature = fitTemperature(half.rows, half.labels);
      return (rows) => applyTemperature(rows, classes, temperature);
    }),
    vector: baseline(imagesForVector(classes), (half) => {
      const scaling = fitVectorScaling(half.rows, half.labels);
      return (rows) => applyVectorScaling(rows, scaling);
    }),
  };
};

/** Images drawn at random: their indices, probabilities and labels. */
interface Half {
  readonly images: Uint32Array;
  readonly rows: Float64Array;
  readonly labels: Uint32Array;
}

/** Fits a scaling to a half; returns the function that scales rows of others. */
type Fit = (half: Half) => (rows: Float64Array) => Float64Array;

const halvesOf = (probabilities: Probabilities, labels: Labels): readonly [Half, Half] => {
  const classes = probabilities.length / labels.length;
  const order = permutation(key(SEED, "scaling baselines"), labels.length);
  const half = (images: Uint32Array): Half => ({
    images,
    rows: Float64Array.from(
      { length: images.length * classes },
      (_, k) => probabilities[images[Math.floor(k / classes)]! * classes + (k % classes)]!,
    ),
    labels: Uint32Array.from(images, (image) => labels[image]!),
  });
  const middle = labels.length >> 1;
  return [half(order.subarray(0, middle)), half(order.subarray(middle))];
};

/** [images, classes]: probabilities of each half, scaled by the fit to the other, in the images' order. */
const crossFitted = ([first, second]: readonly [Half, Half], fit: Fit): Float64Array => {
  const classes = second.rows.length / second.images.length;
  const scaled = new Float64Array(first.rows.length + second.rows.length);
  for (const [own, other] of [
    [first, second],
    [second, first],
  ] as const) {
    const rows = fit(other)(own.rows);
    for (const [at, image] of own.images.entries())
      scaled.set(rows.subarray(at * classes, (at + 1) * classes), image * classes);
  }
  return scaled;
};

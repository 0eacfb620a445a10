/** Calibrates a model: fits a detector to its training data, and finds thresholds on images that it has not learned. */
import type { ImageSplit } from "../datasets/dataset.ts";
import { drawValidation } from "../datasets/validation.ts";
import { defined } from "../defined.ts";
import { checkKind } from "../detectors/check.ts";
import { defaultDetector } from "../detectors/default.ts";
import { DETECTOR_FITS } from "../detectors/fits.ts";
import { openFitting } from "../detectors/fitting.ts";
import type { DetectorName } from "../detectors/kinds.ts";
import { ConfigError } from "../errors.ts";
import { monteCarlo, openObserver, type SampleOptions } from "../inference/node.ts";
import { observeTraining } from "../inference/observing.ts";
import { PAPER_PASSES } from "../inference/predictor.ts";
import { allocateUncertainty, type Uncertainty } from "../inference/uncertainty.ts";
import type { Calibration, FittedDetector } from "../networks/calibration.ts";
import { checkImages, checkLabels } from "../networks/images.ts";
import type { Model } from "../networks/model.ts";
import { checkOptionNames } from "../option-names.ts";
import type { EngineOptions } from "../runtime/node.ts";
import type { Labels } from "../statistics/probabilities.ts";
import { checkPromises, type Promises, thresholdsFor } from "./thresholds.ts";

export interface CalibrateOptions extends Promises, EngineOptions {
  /** Kind of detector of images unlike the training data. Default "relative-mahalanobis"; "energy" for rectifiers without batch normalization. */
  readonly detector?: DetectorName;
  /** Passes of an image by which thresholds are found; predictions have verdicts by this number. Default 100. */
  readonly samples?: number;
  /** Seed of the noise, a whole number from 0. Default 1. */
  readonly seed?: number;
  /** Called with the number of images that are done, of how many. */
  readonly onProgress?: (images: number, of: number) => void;
  /** Aborting it ends the call within a few passes; it rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

export interface CalibrationData {
  /** Images that the model was trained on. */
  readonly train: ImageSplit;
  /** Images like them that it was not trained on. */
  readonly heldOut?: ImageSplit | undefined;
}

/** Passes of a training image: means over more describe its class hardly better. */
const MOST_TRAINING_PASSES = 20;

/** Inverse fraction of the training images that stand in for held-out ones where there are none, and the seed of their draw. */
const STAND_IN = 10;
const STAND_IN_SEED = 1;

/** Key of the first training image: their noise is independent of that of the images that thresholds come from. */
const FIRST_TRAINING_KEY = 2 ** 40;

/** A calibration, and the predictions that its thresholds come from. */
export interface Calibrated {
  readonly calibration: Calibration;
  readonly found: Uncertainty;
  /** Labels of these images. */
  readonly labels: Labels;
}

/**
 * A calibration of a model by its training data. Without held-out images, thresholds come from a tenth of the training
 * images, which the model knows: images like them will be refused more often than asked, and promises cannot be given.
 * Throws ConfigError for options out of range and for promises without held-out images, DataError for images that do not
 * fit, for too few of them, and where no threshold keeps a promise.
 */
export const calibrate = async (
  model: Model,
  data: CalibrationData,
  options: CalibrateOptions = {},
): Promise<Calibration> => (await calibrateWithPredictions(model, data, options)).calibration;

/** Calibration by `calibrate`, with the predictions of the images that thresholds come from. Throws as `calibrate`. */
export const calibrateWithPredictions = async (
  model: Model,
  data: CalibrationData,
  options: CalibrateOptions = {},
): Promise<Calibrated> => {
  checkOptionNames("calibrating", options, OPTION_NAMES, { passes: "samples" });
  const { detector: kind = defaultDetector(model.network), samples = PAPER_PASSES, seed = 1 } = options;
  const { device, threads, onProgress, signal, ...rest } = options;
  const { unlike, error, cover, sets, confidence } = rest;
  const promises: Promises = defined({ unlike, error, cover, sets, confidence });
  checkKind(model.network, kind);
  checkPromises(promises);
  for (const split of [data.train, ...(data.heldOut ? [data.heldOut] : [])]) {
    checkImages(model.network, split);
    checkLabels(model.network, split);
  }
  if (!data.heldOut) refusePromises(promises);
  const { fitted, judged } = data.heldOut
    ? { fitted: data.train, judged: data.heldOut }
    : standIn(data.train);
  // A promise that even perfect predictions could not keep on so few images is refused before the work.
  thresholdsFor(perfect(judged), judged.labels, promises);
  const observed = DETECTOR_FITS[kind] ? fitted.count : 0;
  const total = observed + judged.count;
  const progressFrom = (done: number) => (images: number) => onProgress?.(done + images, total);
  const settings = { ...defined({ device, threads }), seed, signal };
  const detector = await fitDetector(model, fitted, kind, {
    ...settings,
    samples: Math.min(samples, MOST_TRAINING_PASSES),
    onProgress: progressFrom(0),
  });
  const known = { samples, images: judged.count, isHeldOut: data.heldOut !== undefined };
  const found = await monteCarlo(
    { ...model, calibration: { detector, ...known, unlike: { threshold: 0, share: 0 } } },
    judged,
    { ...settings, samples, onProgress: progressFrom(observed) },
  );
  const { labels } = judged;
  return { calibration: { detector, ...known, ...thresholdsFor(found, labels, promises) }, found, labels };
};

const OPTION_NAMES: readonly (keyof CalibrateOptions)[] = [
  ...(["detector", "unlike", "error", "cover", "sets", "confidence"] as const),
  ...(["samples", "seed", "device", "threads", "onProgress", "signal"] as const),
];

/** Predictions that are right and sure. */
const perfect = ({ count, labels, classes }: ImageSplit): Uncertainty => {
  const found = allocateUncertainty(count, classes, { isDetected: true });
  found.unfamiliarity.forEach((_, k, all) => {
    all[k] = k;
  });
  for (const [k, label] of labels.entries()) found.probabilities[k * classes + label] = 1;
  return found;
};

/** Throws ConfigError for promises that only images kept out of training can keep. */
const refusePromises = ({ error, cover, sets }: Promises): void => {
  const asked = Object.entries({ error, cover, sets }).find(([, value]) => value !== undefined);
  if (!asked) return;
  throw new ConfigError(`calibrating, ${asked[0]}`, {
    given: "a model without held-out images",
    expected: "images that it was not trained on, which a promise is made by",
    remedy: "Train with --validation N; a program can give other labelled images as `heldOut`.",
  });
};

/** Training images, drawn at random, in place of held-out ones. Throws ConfigError for too few. */
const standIn = (train: ImageSplit): { readonly fitted: ImageSplit; readonly judged: ImageSplit } => {
  const parts = drawValidation(train, Math.floor(train.count / STAND_IN), STAND_IN_SEED);
  return { fitted: parts.train, judged: parts.validation };
};

/** Fits a detector to what the hidden layers do on training images. */
const fitDetector = async (
  model: Model,
  train: ImageSplit,
  kind: DetectorName,
  { samples, device, threads, seed, onProgress, signal }: SampleOptions & { readonly samples: number },
): Promise<FittedDetector> => {
  if (!DETECTOR_FITS[kind]) return { kind, arrays: {} };
  const engine = defined({ device, threads });
  const fitting = openFitting(model.network, engine);
  try {
    const observer = await openObserver(model, { ...engine, passes: samples, ...defined({ seed }) });
    try {
      await observeTraining(observer, fitting, train, defined({ onProgress, signal }), FIRST_TRAINING_KEY);
    } finally {
      await observer.close();
    }
    return await fitting.fit(kind);
  } finally {
    await fitting.close();
  }
};

/** Predictors: a model with compiled programs, ready for images. */
import { checkDetector } from "../detectors/check.ts";
import { ConfigError } from "../errors.ts";
import type { Calibration, FittedDetector } from "../networks/calibration.ts";
import { checkImages, concatenateImages, type Images } from "../networks/images.ts";
import { hasCorrelation } from "../networks/layers/chip-tensors.ts";
import { checkModel, checkPossiblyOnChip, type Model } from "../networks/model.ts";
import { hasNoise, planOf } from "../networks/plan.ts";
import { checkOptionNames } from "../option-names.ts";
import type { Dispatcher, Following } from "./dispatcher.ts";
import type { Approximation, Method, SamplingLaw } from "./pass-programs.ts";
import { type Prediction, predictionsOf } from "./prediction.ts";
import { stoppingRule } from "./stopping.ts";
import { type PassesSoFar, type StreamOptions, streamPasses } from "./streaming.ts";
import type { Uncertainty } from "./uncertainty.ts";

/** The number of passes in the paper. */
export const PAPER_PASSES = 100;

export interface PredictorOptions {
  /**
   * Passes of an image, at least 1; at most this many where `confidence` ends them early. Default: as many as the model was
   * calibrated for, else 100, the paper's.
   */
  readonly passes?: number;
  /** Seed of the noise, a whole number from 0. Default 1. */
  readonly seed?: number;
  /**
   * Confidence of the label, between 0 and 1, at which an image takes no more passes. Default: no early exit. Not for chips
   * whose noise is correlated from pass to pass.
   */
  readonly confidence?: number;
  /** Law by which the noise is drawn. Default "unit". */
  readonly law?: SamplingLaw;
  /**
   * Predicts without passes and noise, by approximate probabilities: "moments" propagates the means and variances of the
   * spikes, "mean" their means alone, which ignores their variance. Default: Monte Carlo passes.
   */
  readonly approximation?: Approximation | undefined;
}

export interface PredictOptions {
  /**
   * A key for each image, whole numbers from 0: images with other keys meet independent noise. An image without a key has
   * key 0, so that its prediction depends on the image alone.
   */
  readonly keys?: readonly number[];
  /** Aborting it ends the prediction within a few passes; it rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

export interface Predictor {
  /**
   * Predictions for images, in their order: pixels 0..255, [channels, height, width] in the size of the network's input.
   * Calls may overlap; those that come together share a batch. A prediction depends on the image, its key, the seed and
   * the options, not on other images. Rejects with DataError for an image of another size, with ConfigError for keys that
   * do not fit and after `close`, with WorkerError if the predictor's thread fails.
   */
  predict(images: readonly Uint8Array[], options?: PredictOptions): Promise<readonly Prediction[]>;
  predict(image: Uint8Array, options?: PredictOptions): Promise<Prediction>;
  /**
   * The passes of one image as they come: after all of them, the prediction is that of `predict`. May take more passes than
   * the predictor does otherwise; ends early where the caller leaves the loop. An approximation and a network without noise
   * have one pass. Throws as `predict` rejects, and ConfigError for options out of their range and for a predictor that
   * ends passes early.
   */
  stream(image: Uint8Array, options?: StreamOptions): AsyncGenerator<PassesSoFar, void, void>;
  /** Waits for the predictions under way and frees threads and programs. */
  close(): Promise<void>;
}

/** The options with their defaults. */
export type CompleteOptions = Required<Omit<PredictorOptions, "confidence" | "law" | "approximation">> & {
  readonly method: Method;
  readonly confidence?: number;
  /** Detector by which predictions get verdicts, if they do. */
  readonly detector?: FittedDetector;
};

/**
 * The calibration by which a model's predictions are judged: only by as many passes, under the law, as it was made for.
 * The number of passes means nothing without noise.
 */
export const calibrationFor = (
  { calibration, network }: Model,
  { passes, confidence, approximation, law = "unit" }: PredictorOptions,
): Calibration | undefined => {
  const isSame = passes === undefined || passes === calibration?.samples || !hasNoise(network);
  const isPlain = confidence === undefined && approximation === undefined && law === "unit";
  return isSame && isPlain ? calibration : undefined;
};

/** Throws ConfigError for options other than a predictor's and `engine`'s. */
export const checkPredictorNames = (options: object, engine: readonly string[]): void => {
  const own: readonly (keyof PredictorOptions)[] = ["passes", "seed", "confidence", "law", "approximation"];
  checkOptionNames("opening a predictor", options, [...own, ...engine], { samples: "passes" });
};

const METHODS: readonly Method[] = ["unit", "synapse", "moments", "mean"];

/** Throws ConfigError for options out of their range, and for a model whose parameters do not fit. */
export const checkPredictor = (model: Model, options: PredictorOptions): CompleteOptions => {
  (options.law === "synapse" ? checkModel : checkPossiblyOnChip)(model);
  const { seed = 1, confidence, law = "unit", approximation } = options;
  const { passes = model.calibration?.samples ?? PAPER_PASSES } = options;
  const detector = calibrationFor(model, options)?.detector;
  if (detector) checkDetector(model.network, detector);
  if (!Number.isInteger(passes) || passes < 1)
    throw new ConfigError("sampling", {
      given: `${passes} passes`,
      expected: "a whole number of at least 1",
      remedy: "The paper averages 100.",
    });
  requireWhole("seed", seed);
  if (confidence !== undefined) {
    stoppingRule(0, model.network.classes, confidence);
    requireIndependentPasses(model);
  }
  const method = approximation ?? law;
  if (!METHODS.includes(method))
    throw new ConfigError("sampling", {
      given: `"${method}"`,
      expected: 'law "unit" or "synapse", or approximation "moments" or "mean"',
      remedy: "Correct its name.",
    });
  return {
    ...{ passes, seed, method },
    ...(confidence !== undefined && { confidence }),
    ...(detector && { detector }),
  };
};

/** The confidence of early exit holds for passes that are independent, given the image. */
const requireIndependentPasses = ({ network, parameters }: Model): void => {
  if (!hasCorrelation(planOf(network), parameters)) return;
  throw new ConfigError("sampling, early exit", {
    given: "a chip whose noise is correlated from pass to pass",
    expected: "independent passes, of which the confidence of an early exit is",
    remedy: "Leave the confidence out: each image then takes all passes.",
  });
};

/** The predictor of a model on a dispatcher for it. */
export const predictorOn = (dispatcher: Dispatcher, model: Model, options: PredictorOptions): Predictor => {
  const { predict, close } = dispatcher;
  const { network } = model;
  const { approximation, passes = model.calibration?.samples ?? PAPER_PASSES } = options;
  const calibration = calibrationFor(model, options);
  const all = async (
    images: readonly Uint8Array[],
    { keys, signal }: PredictOptions = {},
  ): Promise<readonly Prediction[]> => {
    const together = concatenateImages(network, images);
    checkImages(network, together);
    const found = predictionsOf(
      await predict(together, checkKeys(keys, images.length), { signal }),
      calibration,
    );
    return approximation ? found.map(withoutPasses) : found;
  };
  const one = async (image: Uint8Array, options?: PredictOptions): Promise<Prediction> =>
    (await all([image], options))[0]!;
  const stream = async function* (
    image: Uint8Array,
    settings: StreamOptions = {},
  ): AsyncGenerator<PassesSoFar, void, void> {
    if (options.confidence !== undefined) refuseEarlyExit(options.confidence);
    const together = concatenateImages(network, [image]);
    checkKeys(settings.key === undefined ? undefined : [settings.key], 1);
    const isStochastic = approximation === undefined && hasNoise(network);
    const streamed = { image: together, classes: network.classes, calibration, isStochastic, passes };
    for await (const { prediction, latest } of streamPasses(dispatcher, streamed, settings))
      yield { prediction: approximation ? withoutPasses(prediction) : prediction, latest };
  };
  return {
    stream,
    predict: ((images: readonly Uint8Array[] | Uint8Array, options?: PredictOptions) =>
      images instanceof Uint8Array ? one(images, options) : all(images, options)) as Predictor["predict"],
    close,
  };
};

const refuseEarlyExit = (confidence: number): never => {
  throw new ConfigError("streaming passes", {
    given: `a predictor that ends passes early, at a confidence of ${confidence}`,
    expected: "a predictor of a fixed number of passes",
    remedy: "Open one without `confidence`, and leave the loop when the prediction is sure enough.",
  });
};

/** The prediction of an approximation, which has no passes. */
const withoutPasses = (prediction: Prediction): Prediction => ({
  ...prediction,
  ...{ mutualInformation: null, agreement: null, samples: 0 },
});

const checkKeys = (keys: readonly number[] | undefined, count: number): readonly number[] => {
  if (keys === undefined) return Array<number>(count).fill(0);
  if (keys.length !== count)
    throw new ConfigError("keys of images", {
      given: `${keys.length} keys for ${count} images`,
      expected: "one key for each image",
      remedy: "Leave the keys out, or give one for each image.",
    });
  for (const key of keys) requireWhole("key of an image", key);
  return [...keys];
};

const requireWhole = (what: string, value: number): void => {
  if (Number.isSafeInteger(value) && value >= 0) return;
  throw new ConfigError(what, {
    given: String(value),
    expected: "a whole number from 0 to 2^53 - 1",
    remedy: `Choose another ${what}.`,
  });
};

/** Predictions of whole splits: image k has key `first` + k, so that all meet independent noise. */
export const predictAll = async (
  { predict }: Dispatcher,
  { network }: Model,
  images: Images,
  following?: Following,
  first = 0,
): Promise<Uncertainty> => {
  checkImages(network, images);
  return predict(
    images,
    Array.from({ length: images.count }, (_, k) => first + k),
    following,
  );
};

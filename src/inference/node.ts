/** Predicting in Node. The work is done on engine threads; the calling thread only sends images and receives results. */
import type { ImageSplit } from "../datasets/dataset.ts";
import type { FittedDetector } from "../networks/calibration.ts";
import { concatenateImages, type Images } from "../networks/images.ts";
import type { Model } from "../networks/model.ts";
import { checkOptionNames } from "../option-names.ts";
import { checkEngine, type EngineOptions } from "../runtime/node.ts";
import { sharedFloats } from "../threads/shared-memory.ts";
import { startWorker } from "../threads/start.ts";
import { threadOf } from "../threads/thread.ts";
import { createDispatcher, type Dispatcher, type RemoteRunner } from "./dispatcher.ts";
import { withKeptDispatcher } from "./dispatcher-cache.ts";
import { checkSplit, evaluateOn } from "./evaluate-split.ts";
import type { Evaluation } from "./evaluation.ts";
import { OBSERVED_SLICE, type Observer } from "./observing.ts";
import { type Prediction, predictionsOf } from "./prediction.ts";
import {
  type CompleteOptions,
  calibrationFor,
  checkPredictor,
  checkPredictorNames,
  type Predictor,
  type PredictorOptions,
  predictAll,
  predictorOn,
} from "./predictor.ts";
import { type RunnerReply, type RunnerRequest, remoteRunner } from "./requests.ts";
import { sizesOfAnswers } from "./runner.ts";
import type { RunnerStart } from "./runner-thread.ts";
import { checkSamplingNames, passesIn, type SamplingOptions } from "./sampling-options.ts";
import { runMeasurement, type SignalByDepth, type SignalOptions, signalTask } from "./signal/signal.ts";
import type { SignalReply, SignalRequest, SignalStart } from "./signal/signal-thread.ts";
import type { Uncertainty } from "./uncertainty.ts";

export interface OpenPredictorOptions extends PredictorOptions, EngineOptions {}

/**
 * A predictor of a model or a run: its programs are compiled once, on engine threads of its own, one for each thread that
 * the options allow and the work needs. Resolves when the first is ready. Throws ConfigError for unknown options and for
 * options out of their range, DeviceError for a device that is not there.
 */
export const openPredictor = async (model: Model, options: OpenPredictorOptions = {}): Promise<Predictor> => {
  checkPredictorNames(options, ENGINE);
  const settings = settingsOf(model, options);
  return predictorOn(await openDispatcher(sharedModel(model), settings), model, options);
};

/** The options with their defaults. */
interface Settings extends Required<EngineOptions> {
  readonly complete: CompleteOptions;
  /** Whether predictions hold the means and variances of what is observed of the passes. */
  readonly observes?: boolean;
}

/** Throws as `openPredictor` does for options out of their range. */
const settingsOf = (model: Model, options: OpenPredictorOptions): Settings => ({
  ...checkEngine(options),
  complete: checkPredictor(model, options),
});

/** A dispatcher of a model whose parameters are in shared memory. */
const openDispatcher = (
  model: Model,
  { device, threads, complete, observes = false }: Settings,
  expected = 1,
): Promise<Dispatcher> => {
  // Each runner has one thread of the CPU; a GPU is one runner's.
  const runners = device === "cpu" ? threads : 1;
  const options = { ...complete, runners, expected, observes };
  const start: RunnerStart = {
    model,
    engine: { device, threads: device === "cpu" ? 1 : threads },
    options,
  };
  return createDispatcher({
    ...{ runners, expected, passes: complete.passes },
    ...sizesOfAnswers(model.network, options),
    isAdaptive: complete.confidence !== undefined,
    start: () => startRunner(start),
  });
};

const startRunner = async (start: RunnerStart): Promise<RemoteRunner> => {
  const { ask, end, gone } = threadOf<RunnerRequest, RunnerReply>(
    startWorker("./runner-thread.js", import.meta.url, start),
    `predictor of network ${start.model.network.name}`,
  );
  return remoteRunner({ ask, gone, end: () => end({ type: "end" }) });
};

const withParameters = (
  { network, parameters, integers }: Model,
  map: (values: Float32Array) => Float32Array,
): Model => ({
  network,
  ...(integers && { integers }),
  parameters: Object.fromEntries(Object.entries(parameters).map(([name, values]) => [name, map(values)])),
});

/** The model with its parameters in memory that threads share. */
const sharedModel = (model: Model): Model => withParameters(model, sharedFloats);

/** The model with its parameters in shared memory of their own. */
const copiedModel = (model: Model): Model => withParameters(model, (values) => sharedFloats(values.slice()));

export interface SampleOptions extends SamplingOptions, EngineOptions {}

const ENGINE: readonly (keyof EngineOptions)[] = ["device", "threads"];

/** An observer of the passes of a model, whatever it was calibrated for. Throws as `openPredictor`. */
export const openObserver = async (model: Model, options: OpenPredictorOptions): Promise<Observer> => {
  const bare = { ...model, calibration: undefined };
  const settings = { ...settingsOf(bare, options), observes: true };
  const dispatcher = await openDispatcher(sharedModel(bare), settings, OBSERVED_SLICE);
  return {
    observe: (images, following, first) => predictAll(dispatcher, model, images, following, first),
    close: dispatcher.close,
  };
};

const numbers = new WeakMap<FittedDetector, number>();
let numbered = 0;

/** A number of its own for each detector: programs that are kept hold it. */
const numberOf = (detector: FittedDetector): number => {
  const number = numbers.get(detector) ?? ++numbered;
  numbers.set(detector, number);
  return number;
};

const withDispatcher = async <Result>(
  model: Model,
  images: number,
  options: SampleOptions & Pick<PredictorOptions, "approximation">,
  use: (dispatcher: Dispatcher) => Promise<Result>,
): Promise<Result> => {
  const settings = settingsOf(model, passesIn(options));
  const { detector, ...named } = settings.complete;
  return withKeptDispatcher(
    model,
    JSON.stringify({ ...settings, complete: named, detector: detector && numberOf(detector) }),
    copiedModel,
    (copy) => openDispatcher(copy, settings, images),
    use,
  );
};

/** Monte Carlo predictions of images, as arrays. Image k has key k (see `PredictOptions`). */
export const monteCarlo = (model: Model, images: Images, options: SampleOptions = {}): Promise<Uncertainty> =>
  withDispatcher(model, images.count, options, (dispatcher) =>
    predictAll(dispatcher, model, images, options),
  );

/** [count, classes] approximate mean probabilities by moment propagation. */
export const momentProbabilities = (
  model: Model,
  images: Images,
  options: EngineOptions = {},
): Promise<Float64Array> =>
  withDispatcher(model, images.count, { ...options, approximation: "moments" }, async (dispatcher) => {
    const { probabilities } = await predictAll(dispatcher, model, images);
    return probabilities;
  });

/**
 * Scores a model on a whole split by the mean of each image's Monte Carlo passes: error with its interval, likelihood,
 * calibration, error detection. Image k has key k (see `PredictOptions`).
 */
export const evaluate = async (
  model: Model,
  split: ImageSplit,
  options: SampleOptions = {},
): Promise<Evaluation> => {
  checkSamplingNames(options, ENGINE);
  checkSplit(model, split);
  return withDispatcher(model, split.count, options, (dispatcher) =>
    evaluateOn(dispatcher, model, split, options),
  );
};

/**
 * Predictions for images, each of 0..255 pixels [channels, height, width] in the size of the network's input. Image k has
 * key k. The compiled model is kept for some seconds, for the next call with the same options; `openPredictor` keeps it
 * until it is closed.
 */
export const sample = async (
  model: Model,
  images: readonly Uint8Array[],
  options: SampleOptions = {},
): Promise<readonly Prediction[]> => {
  checkSamplingNames(options, ENGINE);
  return predictionsOf(
    await monteCarlo(model, concatenateImages(model.network, images), options),
    calibrationFor(model, passesIn(options)),
  );
};

/**
 * Approximate mean probabilities by moment propagation: one pass, no samples. Images as for `sample`; a row of class
 * probabilities for each. Throws ConfigError for networks without stochastic neurons.
 */
export const propagate = async (
  model: Model,
  images: readonly Uint8Array[],
  options: EngineOptions = {},
): Promise<readonly (readonly number[])[]> => {
  checkOptionNames("propagating moments", options, ENGINE);
  const probabilities = await momentProbabilities(model, concatenateImages(model.network, images), options);
  const { classes } = model.network;
  return images.map((_, k) => [...probabilities.subarray(k * classes, (k + 1) * classes)]);
};

/**
 * Measures how much of an image, and of its gradient, passes through the noise of each layer of a model or a run.
 * Throws ConfigError for options out of range and for a network without noise, DataError for images or labels that do
 * not fit, DeviceError for a device that is not there.
 */
export const signalByDepth = async (
  model: Model,
  split: ImageSplit,
  options: SignalOptions & EngineOptions = {},
): Promise<SignalByDepth> => {
  const task = signalTask(model, split, options);
  const start: SignalStart = { task, engine: checkEngine(options) };
  const { ask, end } = threadOf<SignalRequest, SignalReply>(
    startWorker("./signal/signal-thread.js", import.meta.url, start),
    `signal of network ${model.network.name}`,
  );
  const measurement = {
    advance: () => ask("advance") as Promise<number>,
    result: () => ask("result") as Promise<SignalByDepth>,
    close: () => end("end"),
  };
  return runMeasurement(measurement, task.images.count, options.onProgress);
};

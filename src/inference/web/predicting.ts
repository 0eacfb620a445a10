/** Predicting in browsers: Web Workers do the work, so that the page goes on painting. */
import type { ImageSplit } from "../../datasets/dataset.ts";
import type { Model } from "../../networks/model.ts";
import { checkWebEngine } from "../../runtime/web.ts";
import { createDispatcher, type Dispatcher, type RemoteRunner } from "../dispatcher.ts";
import { checkSplit, evaluateOn } from "../evaluate-split.ts";
import type { Evaluation } from "../evaluation.ts";
import {
  checkPredictor,
  checkPredictorNames,
  type Predictor,
  type PredictorOptions,
  predictorOn,
} from "../predictor.ts";
import { remoteRunner } from "../requests.ts";
import { sizesOfAnswers } from "../runner.ts";
import { checkSamplingNames, passesIn, type SamplingOptions } from "../sampling-options.ts";
import type { WorkerStart } from "./answer-page.ts";
import { freshWorkers, type RunnerWorkers } from "./runner-workers.ts";

/** Engine of a predictor in a browser. */
export interface WebPredictorEngine {
  /** "cpu" (the default): WebAssembly; "webgpu": the browser's GPU. */
  readonly device?: "cpu" | "webgpu";
  /** Workers that share the images on the CPU, each with one thread. Default 1. */
  readonly threads?: number;
  /**
   * Folder, ending in a slash, from which the page serves onnxruntime-web's .wasm and .mjs files. Default: where the
   * bundler or the package has them.
   */
  readonly wasmFolder?: string;
}

export interface OpenWebPredictorOptions extends PredictorOptions, WebPredictorEngine {}

const ENGINE: readonly (keyof WebPredictorEngine)[] = ["device", "threads", "wasmFolder"];

/**
 * A predictor of a model, in workers of its own: its programs are compiled once. Resolves when the first worker is ready.
 * Throws ConfigError for unknown options and for options out of their range, DeviceError for a device that is not there, WorkerError where a
 * worker does not start.
 */
export const openPredictor = async (
  model: Model,
  options: OpenWebPredictorOptions = {},
): Promise<Predictor> => {
  checkPredictorNames(options, ENGINE);
  return predictorOn(await openDispatcher(model, options), model, options);
};

/** Throws as `openPredictor` does for options out of their range. */
const openDispatcher = async (
  model: Model,
  options: OpenWebPredictorOptions,
  expected = 1,
  workers: RunnerWorkers = freshWorkers,
): Promise<Dispatcher> => {
  const { device = "cpu", threads = 1, wasmFolder } = options;
  checkWebEngine(options);
  const complete = checkPredictor(model, options);
  const runners = device === "cpu" ? threads : 1;
  const start: WorkerStart = {
    type: "start",
    model,
    engine: { device, ...(wasmFolder !== undefined && { wasmFolder }) },
    options: { ...complete, runners, expected },
  };
  return createDispatcher({
    ...{ runners, expected, passes: complete.passes },
    ...sizesOfAnswers(model.network, complete),
    isAdaptive: complete.confidence !== undefined,
    start: () => startRunner(start, workers),
  });
};

export interface WebEvaluateOptions extends SamplingOptions, WebPredictorEngine {}

/**
 * Scores a model on a whole split by the mean of each image's Monte Carlo passes, as `evaluate` in Node, in workers that
 * end with the call. Image k has key k (see `PredictOptions`). Throws ConfigError for unknown options and for options out
 * of their range, DataError for images or labels that do not fit, DeviceError for a device that is not there.
 */
export const evaluate = (
  model: Model,
  split: ImageSplit,
  options: WebEvaluateOptions = {},
): Promise<Evaluation> => evaluateIn(freshWorkers, model, split, options);

/** `evaluate` in given workers. */
export const evaluateIn = async (
  workers: RunnerWorkers,
  model: Model,
  split: ImageSplit,
  options: WebEvaluateOptions,
): Promise<Evaluation> => {
  checkSamplingNames(options, ENGINE);
  checkSplit(model, split);
  const dispatcher = await openDispatcher(model, passesIn(options), split.count, workers);
  try {
    return await evaluateOn(dispatcher, model, split, options);
  } finally {
    await dispatcher.close();
  }
};

const startRunner = async (start: WorkerStart, workers: RunnerWorkers): Promise<RemoteRunner> => {
  const { device = "cpu" } = start.engine;
  const { ask, close, gone, end } = workers.take(device, `predictor of network ${start.model.network.name}`);
  try {
    await ask(start);
  } catch (error) {
    close();
    throw error;
  }
  return remoteRunner({ ask, gone, end });
};

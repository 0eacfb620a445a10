/** The public API in the browser: models are made or fetched elsewhere, and sampled here. */
export * from "./errors.ts";
export { type Evaluation, evaluateSplit } from "./inference/evaluate.ts";
export { momentProbabilities } from "./inference/moments.ts";
export { monteCarlo, type SamplingOptions } from "./inference/monte-carlo.ts";
export { type Prediction, predictionsOf } from "./inference/prediction.ts";
export { createSampler, type Sampler, type SamplingLaw } from "./inference/sampler.ts";
export { type TracedLayer, type TracedPass, tracePass } from "./inference/trace.ts";
export type { Uncertainty } from "./inference/uncertainty.ts";
export { mnistCnn, mnistMlp, networkByName, networkNames } from "./networks/catalogue.ts";
export type { Images } from "./networks/images.ts";
export { encodeImage, encodingTable } from "./networks/images.ts";
export { initialParameters } from "./networks/initialize.ts";
export { parametersOf } from "./networks/layers.ts";
export type { Model } from "./networks/model.ts";
export { type Network, type NetworkDescription, parseNetwork } from "./networks/network.ts";
export { bernoulli, gaussian, type Noise } from "./nn/noise.ts";
export { fillNoise, type NoiseArrays, type NoiseStreams } from "./runtime/noise.ts";
export { createWebEngine, type WebEngineOptions } from "./runtime/web.ts";

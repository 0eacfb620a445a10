/** The public API in Node. */
export { type Dataset, type ImageSplit, splitValidation } from "./datasets/dataset.ts";
export { fetchDataset } from "./datasets/fetch.ts";
export { readDigit } from "./datasets/image-file.ts";
export { mnist } from "./datasets/mnist.ts";
export * from "./errors.ts";
export { type ExportOptions, exportOnnx } from "./export/onnx.ts";
export type { Evaluation } from "./inference/evaluate.ts";
export { type Metrics, metrics } from "./inference/metrics.ts";
export { evaluate, type PredictOptions, propagate, sample } from "./inference/node.ts";
export type { Prediction } from "./inference/prediction.ts";
export { type TracedLayer, type TracedPass, tracePass } from "./inference/trace.ts";
export { mnistCnn, mnistMlp, networkByName, networkNames } from "./networks/catalogue.ts";
export type { Model } from "./networks/model.ts";
export { type Network, type NetworkDescription, parseNetwork } from "./networks/network.ts";
export { bernoulli, gaussian, type Noise } from "./nn/noise.ts";
export { openRun, type ResumeOptions, type Run, resume, type TrainOptions, train } from "./training/run.ts";
export { packageVersion } from "./version.ts";

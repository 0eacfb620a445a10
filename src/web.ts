/** The public API for browsers: models are trained, loaded and sampled from. */
export type { ImageSplit } from "./datasets/dataset.ts";
export type { Bytes } from "./datasets/given-bytes.ts";
export { type IdxSplitOptions, readIdxSplit } from "./datasets/idx/idx-bytes.ts";
export { digitImage } from "./datasets/images/digit-image.ts";
export { readNpzSplits } from "./datasets/npz-bytes.ts";
export { blurred, rotated } from "./datasets/perturb.ts";
export { drawValidation, splitValidation, type ValidationSplit } from "./datasets/validation.ts";
export { tickLabels, ticks } from "./drawing/ticks.ts";
export * from "./errors.ts";
export type { EventRate } from "./events/event-rate.ts";
export type { Events, Recording, Sensor } from "./events/events.ts";
export { madeRecording } from "./events/made-recording.ts";
export type { RecordingOptions } from "./events/open-source.ts";
export { nmnistFraming } from "./events/presets.ts";
export type { FramedImage, TransformedRecording } from "./events/recording-requests.ts";
export type { RecordingSummary } from "./events/summary.ts";
export type { Framing } from "./events/transforms/representation.ts";
export type { EventTransform } from "./events/transforms/transform.ts";
export { type OpenWebRecordingOptions, openWebRecording, type WebRecording } from "./events/web-recording.ts";
export { type ExportOptions, exportOnnx } from "./export/onnx.ts";
export { exportSafetensors, type SafetensorsOptions } from "./export/safetensors.ts";
export type { Evaluation } from "./inference/evaluation.ts";
export type { Approximation, SamplingLaw } from "./inference/pass-programs.ts";
export type { Prediction } from "./inference/prediction.ts";
export type { PredictOptions, Predictor, PredictorOptions } from "./inference/predictor.ts";
export type { PassesSoFar, StreamOptions } from "./inference/streaming.ts";
export { type ExplainedDraw, type ExplainedUnit, explainUnit } from "./inference/tracing/explain.ts";
export { type PassKey, type TracedLayer, type TracedPass, tracePass } from "./inference/tracing/trace.ts";
export type { Tracer } from "./inference/tracing/tracer.ts";
export type { NoisySum, PlainSum, UnitSum } from "./inference/tracing/unit-sums.ts";
export type { UnitPlace, UnitSynapses } from "./inference/tracing/unit-synapses.ts";
export { UNSURE_SHARE, unsureAbove } from "./inference/unsure.ts";
export type { Verdict } from "./inference/verdict.ts";
export { modelOnChip, type WebChipOptions } from "./inference/web/chip.ts";
export {
  evaluate,
  type OpenWebPredictorOptions,
  openPredictor,
  type WebEvaluateOptions,
  type WebPredictorEngine,
} from "./inference/web/predicting.ts";
export { type OpenWebTracerOptions, openTracer } from "./inference/web/tracer.ts";
export { quantize } from "./integer/quantize.ts";
export { type BaselineName, baseline, baselineNames, baselineOf } from "./networks/baselines.ts";
export type { Calibration, FittedDetector } from "./networks/calibration.ts";
export {
  cifar10Allconv,
  cifar100Allconv,
  conventional,
  dvsGestureAllconv,
  emnistCnn,
  mnistCnn,
  mnistMlp,
  networkByName,
  networkNames,
  nmnistCnn,
} from "./networks/catalogue.ts";
export type { Images } from "./networks/images.ts";
export { encodeImage, encodingTable } from "./networks/images.ts";
export type { IntegerNetwork, WeightWidth } from "./networks/integers/integers.ts";
export type { Model } from "./networks/model.ts";
export { loadModel, type ModelFile, type ModelNotes, readModel } from "./networks/model-file.ts";
export { type Network, type NetworkDescription, parseNetwork } from "./networks/network.ts";
export { cifar10Population, cifar10Residual, cifar100Population } from "./networks/population-networks.ts";
export { receptiveField } from "./networks/receptive-field.ts";
export { withScaledWeights } from "./networks/scaled-weights.ts";
export { type LayerInPass, layersInPass, type Region } from "./networks/traced.ts";
export { modelUnderNoise } from "./networks/under-noise.ts";
export { bernoulli } from "./nn/noise/bernoulli.ts";
export { gaussian } from "./nn/noise/gaussian.ts";
export { lognormal } from "./nn/noise/lognormal.ts";
export type { Noise } from "./nn/noise/noise.ts";
export { table, tableOfSamples } from "./nn/noise/table.ts";
export type { Device, Engine } from "./runtime/engine.ts";
export { createWebEngine, type WebEngineOptions } from "./runtime/web.ts";
export { quantile } from "./statistics/quantile.ts";
export { smoothed } from "./statistics/smoothing.ts";
export type { ChipOptions } from "./substrate/chip.ts";
export { type AnalogDevice, type AnalogDeviceDescription, parseAnalogDevice } from "./substrate/device.ts";
export { analogDeviceIn } from "./substrate/device-file.ts";
export { analogDeviceByName, analogDeviceNames } from "./substrate/devices/devices.ts";
export type { TrainingConfiguration, TrainingDescription } from "./training/configuration.ts";
export type { OnlineScore } from "./training/online/core.ts";
export type { LearnerStart } from "./training/online/prepare.ts";
export type { Position, TrainingMetrics } from "./training/progress.ts";
export { recipeOf } from "./training/recipes.ts";
export { modelFromCheckpoint } from "./training/runs/model-from-checkpoint.ts";
export type { ValidationScores } from "./training/validation.ts";
export {
  openOnlineLearner,
  resumeOnlineLearner,
  type WebOnlineLearner,
  type WebOnlineOptions,
} from "./training/web/learner.ts";
export type { Probed, StepReport } from "./training/web/requests.ts";
export {
  type OpenTrainingOptions,
  openTraining,
  type TrainedModel,
  type Training,
  train,
  type WebTrainOptions,
} from "./training/web/training.ts";
export {
  openValidation,
  type Validation,
  type ValidationOptions,
  validationScores,
} from "./training/web/validation.ts";

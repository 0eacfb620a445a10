/** The public API in Node. */
import "./require-node.ts";

export { type CalibrateOptions, type CalibrationData, calibrate } from "./calibration/calibrate.ts";
export type { Promises } from "./calibration/thresholds.ts";
export type { Dataset, ImageSplit } from "./datasets/dataset.ts";
export { fetchDataset } from "./datasets/fetching/fetch.ts";
export { type ListedDataset, listDatasets } from "./datasets/fetching/presence.ts";
export type { OpenOptions } from "./datasets/format.ts";
export { readImage } from "./datasets/images/read-image.ts";
export { mnist } from "./datasets/mnist.ts";
export { openDataset } from "./datasets/open.ts";
export { readFrames } from "./datasets/read-frames.ts";
export { drawValidation, splitValidation } from "./datasets/validation.ts";
export { type DataProblem, type Verification, verifyDataset } from "./datasets/verify.ts";
export type { DetectorName } from "./detectors/kinds.ts";
export * from "./errors.ts";
export { convertRecording } from "./events/convert.ts";
export type { EventStream, Events, Recording, Sensor } from "./events/events.ts";
export { type GestureLabel, readGestureLabels } from "./events/gesture-labels.ts";
export { dvsGestureFraming, nmnistFraming } from "./events/presets.ts";
export { openRecording, readRecording } from "./events/recording.ts";
export {
  type Framing,
  type FramingDescription,
  frameRecording,
  frameStream,
  parseFraming,
} from "./events/transforms/representation.ts";
export {
  type Interval,
  type IntervalEvents,
  sliceAtIntervals,
  sliceStreamAtIntervals,
} from "./events/transforms/slicers.ts";
export {
  type EventAugmentation,
  type EventTransform,
  transformRecording,
  transformStream,
} from "./events/transforms/transform.ts";
export { writeEvents } from "./events/write-events.ts";
export { exportC } from "./export/c/export.ts";
export { type ExportOptions, exportOnnx } from "./export/onnx.ts";
export { exportSafetensors, type SafetensorsOptions } from "./export/safetensors.ts";
export { type ChipsEvaluation, type ChipsOptions, evaluateOnChips } from "./inference/chips/on-chips.ts";
export { modelOnChip } from "./inference/chips/open-chips.ts";
export { type RecalibrateOptions, recalibrate } from "./inference/chips/recalibrate.ts";
export type { Decisions } from "./inference/decisions.ts";
export type { Evaluation } from "./inference/evaluation.ts";
export {
  evaluate,
  type OpenPredictorOptions,
  openPredictor,
  propagate,
  type SampleOptions,
  sample,
  signalByDepth,
} from "./inference/node.ts";
export type { Approximation, SamplingLaw } from "./inference/pass-programs.ts";
export type { Prediction } from "./inference/prediction.ts";
export type { PredictOptions, Predictor, PredictorOptions } from "./inference/predictor.ts";
export type { PromiseOutcome } from "./inference/promise-outcome.ts";
export type { LayerSignal } from "./inference/signal/moments.ts";
export type { SignalByDepth, SignalOptions } from "./inference/signal/signal.ts";
export type { PassesSoFar, StreamOptions } from "./inference/streaming.ts";
export { type ExplainedDraw, type ExplainedUnit, explainUnit } from "./inference/tracing/explain.ts";
export { openTracer } from "./inference/tracing/node-tracer.ts";
export { type PassKey, type TracedLayer, type TracedPass, tracePass } from "./inference/tracing/trace.ts";
export type { Tracer } from "./inference/tracing/tracer.ts";
export type { NoisySum, PlainSum, UnitSum } from "./inference/tracing/unit-sums.ts";
export type { UnitPlace, UnitSynapses } from "./inference/tracing/unit-synapses.ts";
export { UNSURE_SHARE, unsureAbove } from "./inference/unsure.ts";
export type { Verdict } from "./inference/verdict.ts";
export {
  type LayerOperations,
  type NetworkOperations,
  type Operations,
  operationsOf,
} from "./integer/operations.ts";
export { quantize } from "./integer/quantize.ts";
export {
  type IntegerPass,
  integerPass,
  integerPassBySynapses,
  type RandomOfLayer,
} from "./integer/reference.ts";
export type { BitsOfLayer } from "./integer/synapses.ts";
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
export { encodeImage, encodingTable, type Images } from "./networks/images.ts";
export type { IntegerLayer, IntegerNetwork, SynapseLaw, WeightWidth } from "./networks/integers/integers.ts";
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
export { createEngine, type EngineOptions } from "./runtime/node.ts";
export { type Metrics, metrics } from "./statistics/metrics.ts";
export { type Reliability, reliability } from "./statistics/reliability.ts";
export { applyTemperature, fitTemperature } from "./statistics/temperature-scaling.ts";
export { applyVectorScaling, fitVectorScaling, type VectorScaling } from "./statistics/vector-scaling.ts";
export { type Chip, type ChipOptions, type ChipSynapses, chipOf } from "./substrate/chip.ts";
export { type AnalogDevice, type AnalogDeviceDescription, parseAnalogDevice } from "./substrate/device.ts";
export { analogDeviceByName, analogDeviceNames } from "./substrate/devices/devices.ts";
export { readAnalogDevice } from "./substrate/read-device.ts";
export { type UnitLaw, unitLawOf } from "./substrate/unit-law.ts";
export type { TrainingDescription } from "./training/configuration.ts";
export type { LearnerChip } from "./training/online/chip.ts";
export type { OnlineScore } from "./training/online/core.ts";
export {
  type OnlineLearner,
  type OnlineOptions,
  openOnlineLearner,
  resumeOnlineLearner,
} from "./training/online/learner.ts";
export { recipeOf } from "./training/recipes.ts";
export { saveCalibration } from "./training/runs/calibration-file.ts";
export { type RunEvaluation, saveEvaluation } from "./training/runs/evaluation.ts";
export { type FineTuneOptions, fineTune } from "./training/runs/fine-tune.ts";
export { modelAtStart } from "./training/runs/model-at-start.ts";
export { modelFromCheckpoint } from "./training/runs/model-from-checkpoint.ts";
export {
  openRun,
  type ResumeOptions,
  type Run,
  resume,
  type StepReport,
  type TrainOptions,
  train,
} from "./training/runs/run.ts";
export type { EpochMetrics, ValidationDraw } from "./training/runs/run-folder.ts";
export { VALIDATION_SAMPLES, type ValidationScores } from "./training/validation.ts";
export { packageVersion } from "./version.ts";

/** The public API: a change of these lists is a decision. */
import { expect, expectTypeOf, it } from "vitest";
import * as node from "../src/index.ts";
import * as web from "../src/web.ts";

it("in Node", () => {
  expect(Object.keys(node).sort()).toMatchInlineSnapshot(`
    [
      "CheckpointError",
      "ConfigError",
      "DataError",
      "DeviceError",
      "DownloadError",
      "NsmError",
      "NumericError",
      "PackageError",
      "ShapeError",
      "StorageError",
      "UNSURE_SHARE",
      "UsageError",
      "VALIDATION_SAMPLES",
      "WorkerError",
      "baseline",
      "baselineNames",
      "baselineOf",
      "bernoulli",
      "cifar100Allconv",
      "cifar10Allconv",
      "conventional",
      "convertRecording",
      "createEngine",
      "drawValidation",
      "dvsGestureAllconv",
      "dvsGestureFraming",
      "emnistCnn",
      "encodeImage",
      "encodingTable",
      "evaluate",
      "exportOnnx",
      "exportSafetensors",
      "fetchDataset",
      "frameRecording",
      "frameStream",
      "gaussian",
      "listDatasets",
      "loadModel",
      "metrics",
      "mnist",
      "mnistCnn",
      "mnistMlp",
      "modelFromCheckpoint",
      "networkByName",
      "networkNames",
      "nmnistCnn",
      "nmnistFraming",
      "openDataset",
      "openOnlineLearner",
      "openRecording",
      "openRun",
      "packageVersion",
      "parseFraming",
      "parseNetwork",
      "propagate",
      "readFrames",
      "readGestureLabels",
      "readImage",
      "readModel",
      "readRecording",
      "recipeOf",
      "resume",
      "resumeOnlineLearner",
      "sample",
      "saveEvaluation",
      "sliceAtIntervals",
      "sliceStreamAtIntervals",
      "splitValidation",
      "tracePass",
      "train",
      "transformRecording",
      "transformStream",
      "unsureAbove",
      "verifyDataset",
      "writeEvents",
    ]
  `);
});

it("in the browser", () => {
  expect(Object.keys(web).sort()).toMatchInlineSnapshot(`
    [
      "CheckpointError",
      "ConfigError",
      "DataError",
      "DeviceError",
      "DownloadError",
      "NsmError",
      "NumericError",
      "PackageError",
      "ShapeError",
      "StorageError",
      "UNSURE_SHARE",
      "UsageError",
      "WorkerError",
      "bernoulli",
      "createSampler",
      "createWebEngine",
      "encodeImage",
      "encodingTable",
      "evaluateSplit",
      "fillNoise",
      "gaussian",
      "initialParameters",
      "loadModel",
      "mnistCnn",
      "mnistMlp",
      "modelFromCheckpoint",
      "momentProbabilities",
      "monteCarlo",
      "networkByName",
      "networkNames",
      "parametersOf",
      "parseNetwork",
      "predictionsOf",
      "readModel",
      "tracePass",
      "unsureAbove",
    ]
  `);
});

it("names the types that its functions take and give", () => {
  expectTypeOf<node.Images>().toExtend<Parameters<typeof web.monteCarlo>[2]>();
  expectTypeOf<node.SamplingOptions>().toEqualTypeOf<web.SamplingOptions>();
  expectTypeOf<node.SamplingLaw>().toEqualTypeOf<"unit" | "synapse">();
  expectTypeOf<web.SamplingLaw>().toEqualTypeOf<node.SamplingLaw>();
  expectTypeOf<node.Engine>().toEqualTypeOf<ReturnType<typeof node.createEngine>>();
  expectTypeOf<web.Engine>().toEqualTypeOf<ReturnType<typeof web.createWebEngine>>();
  expectTypeOf<node.Device>().toEqualTypeOf<web.Device>();
  expectTypeOf<node.StepReport>().toEqualTypeOf<Parameters<NonNullable<node.TrainOptions["onStep"]>>[0]>();
  expectTypeOf<node.EpochMetrics>().toEqualTypeOf<node.Run["epochs"][number]>();
  expectTypeOf<node.TrainOptions>().toExtend<node.TrainingDescription>();
});

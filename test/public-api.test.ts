/** The public API: a change of these lists is a decision, and belongs in the changelog of a release. */
import { expect, it } from "vitest";
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
      "ShapeError",
      "StorageError",
      "UsageError",
      "bernoulli",
      "createEngine",
      "encodeImage",
      "encodingTable",
      "evaluate",
      "exportOnnx",
      "fetchDataset",
      "gaussian",
      "metrics",
      "mnist",
      "mnistCnn",
      "mnistMlp",
      "networkByName",
      "networkNames",
      "openRun",
      "packageVersion",
      "parseNetwork",
      "propagate",
      "readDigit",
      "resume",
      "sample",
      "splitValidation",
      "tracePass",
      "train",
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
      "ShapeError",
      "StorageError",
      "UsageError",
      "bernoulli",
      "createSampler",
      "createWebEngine",
      "encodeImage",
      "encodingTable",
      "evaluateSplit",
      "fillNoise",
      "gaussian",
      "initialParameters",
      "mnistCnn",
      "mnistMlp",
      "momentProbabilities",
      "monteCarlo",
      "networkByName",
      "networkNames",
      "parametersOf",
      "parseNetwork",
      "predictionsOf",
      "tracePass",
    ]
  `);
});

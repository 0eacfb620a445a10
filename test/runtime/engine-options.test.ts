/** What an engine refuses before it runs anything. */
import { expect, test } from "vitest";
import { ConfigError, DeviceError } from "../../src/errors.ts";
import { openPredictor as openWebPredictor } from "../../src/inference/web/predicting.ts";
import type { Device } from "../../src/runtime/engine.ts";
import { createLocalEngine, unavailable } from "../../src/runtime/local-engine.ts";
import { createEngine } from "../../src/runtime/node.ts";
import { requireDevice } from "../../src/runtime/require-device.ts";
import { createWebEngine } from "../../src/runtime/web.ts";
import { randomModel } from "../inference/models.ts";

test.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 1025])("%d threads", (threads) => {
  expect(() => createEngine({ threads })).toThrow(ConfigError);
});

test("a misspelt device, naming those that there are", () => {
  const create = () => createEngine({ device: "abacus" as Device });
  expect(create).toThrow(ConfigError);
  expect(create).toThrow(/cpu, webgpu, cuda/);
});

test.each([
  ["no threads", { threads: 0 }],
  ["threads that are no number", { threads: Number.NaN }],
  ["a device of Node", { device: "cuda" as "cpu" }],
])("in browsers %s", async (_what, options) => {
  expect(() => createWebEngine(options)).toThrow(ConfigError);
  await expect(openWebPredictor(randomModel(), options)).rejects.toThrow(ConfigError);
});

test("a device that is not there, with the devices that the package knows", async () => {
  const error = await requireDevice(createLocalEngine({ device: "abacus" as Device, threads: 1 })).catch(
    (cause) => cause,
  );
  expect(error).toBeInstanceOf(DeviceError);
  const { expected } = error as DeviceError;
  const [, names] = /^one of (.*) with its driver installed$/.exec(expected)!;
  expect(names!.split(", ")).toContain("cpu");
  for (const name of names!.split(", ")) expect(["cpu", "webgpu", "cuda"]).toContain(name);
});

test("CUDA whose library is missing, and CUDA whose driver is", () => {
  const known = ["cpu", "webgpu", "cuda"];
  // The words of onnxruntime-node 1.30 without its CUDA library.
  const missing = "OrtSessionOptionsAppendExecutionProvider_Cuda: Failed to load shared library";
  const library = unavailable("cuda", missing, known);
  expect(library).toBeInstanceOf(DeviceError);
  expect(library.given).toContain("CUDA library does not load");
  expect(library.message).not.toContain("driver");
  expect(library.remedy).toContain("--onnxruntime-node-install=cuda12");
  const driver = unavailable("cuda", "CUDA failure 35: CUDA driver version is insufficient", known);
  expect(driver.expected).toBe("one of cpu, webgpu, cuda with its driver installed");
});

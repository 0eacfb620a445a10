/** What an engine refuses before it runs anything. */
import { expect, test } from "vitest";
import { ConfigError, DeviceError } from "../../src/errors.ts";
import type { Device } from "../../src/runtime/engine.ts";
import { unavailable } from "../../src/runtime/local-engine.ts";
import { createEngine } from "../../src/runtime/node.ts";
import { requireDevice } from "../../src/runtime/require-device.ts";

test.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 1025])("%d threads", (threads) => {
  expect(() => createEngine({ threads })).toThrow(ConfigError);
});

test("a device that is not there, with the devices that the package knows", async () => {
  const error = await requireDevice(createEngine({ device: "abacus" as Device })).catch((cause) => cause);
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

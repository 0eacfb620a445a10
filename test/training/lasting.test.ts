/** A training that outlives its GPU, with workers that only count steps. */
import { expect, test } from "vitest";
import { DeviceError, WorkerError } from "../../src/errors.ts";
import type { Backend, WebDevice } from "../../src/training/web/backend.ts";
import { openFastest } from "../../src/training/web/fastest.ts";
import { lastingBackend } from "../../src/training/web/lasting.ts";
import type { StepReport, TrainingReply, TrainingRequest } from "../../src/training/web/requests.ts";

const words = { given: "a GPU that is gone", expected: "a GPU", remedy: "None." };

/** Workers at a step, of which an answer to "advance" is one step; those of a GPU are lost at step `lostAt`. */
const counting = (device: WebDevice, start: number, lostAt = Number.POSITIVE_INFINITY) => {
  let step = start;
  const asked: TrainingRequest["type"][] = [];
  const ask = async (request: TrainingRequest): Promise<TrainingReply> => {
    asked.push(request.type);
    if (request.type === "kept") return { state: {}, position: { step: 2 } } as unknown as TrainingReply;
    if (step >= lostAt) throw new DeviceError("device webgpu", words);
    if (request.type === "model") return { step: Float32Array.of(step) };
    if (request.type !== "advance" || step >= request.until) return [];
    step++;
    return [{ position: { step } } as StepReport];
  };
  return {
    backend: { device, prepared: { replicas: 1 }, ask, close: () => {} } as unknown as Backend,
    asked,
  };
};

const advance = { type: "advance", until: 5, milliseconds: 30 } as const;

test("the model after the loss of a GPU is that of the step that was reported last", async () => {
  const cpu = counting("cpu", 2);
  const lasting = lastingBackend(counting("webgpu", 0, 5).backend, async () => cpu.backend);
  for (let k = 0; k < 5; k++) await lasting.ask(advance);
  expect(await lasting.ask({ type: "model" })).toEqual({ step: Float32Array.of(5) });
  expect(lasting.device()).toBe("cpu");
  expect(cpu.asked).toEqual(["advance", "advance", "advance", "advance", "model"]);
});

test("steps that go on after the loss are asked for one slice at a time", async () => {
  const cpu = counting("cpu", 2);
  const lasting = lastingBackend(counting("webgpu", 0, 4).backend, async () => cpu.backend);
  for (let k = 0; k < 4; k++) await lasting.ask(advance);
  expect(await lasting.ask(advance)).toMatchObject([{ position: { step: 3 } }]);
  expect(cpu.asked).toEqual(["advance"]);
});

test("a worker of the GPU that does not start leaves the CPU", async () => {
  const cpu = counting("cpu", 0).backend;
  const adapter = { info: { vendor: "some", architecture: "", device: "", description: "" } };
  const before = Object.getOwnPropertyDescriptor(globalThis, "navigator");
  Object.defineProperty(globalThis, "navigator", {
    value: { gpu: { requestAdapter: async () => adapter } },
    configurable: true,
  });
  try {
    const open = async (device: WebDevice): Promise<Backend> => {
      if (device === "cpu") return cpu;
      throw new WorkerError("a worker", words);
    };
    expect(await openFastest(open)).toEqual({ backend: cpu, times: {} });
  } finally {
    if (before) Object.defineProperty(globalThis, "navigator", before);
    else Reflect.deleteProperty(globalThis, "navigator");
  }
});

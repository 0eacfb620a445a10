/**
 * Training on WebGPU in Chromium: the state stays on the device, and a training outlives it. The driver is SwiftShader,
 * which computes on the CPU: networks are small.
 */

import type { Worker } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { parseNetwork } from "../../src/networks/network.ts";
import { parametersOf } from "../../src/networks/plan.ts";
import { sizeOf } from "../../src/tensor/tensor.ts";
import { smallSplit } from "../training/digits.ts";
import { openPage, type PageApi, type TestPage } from "./page.ts";

// The driver compiles shaders for the CPU, on the CPU: seconds on a machine that is idle.
vi.setConfig({ testTimeout: 600_000, hookTimeout: 600_000 });

const FLAGS = ["--enable-unsafe-webgpu", "--use-webgpu-adapter=swiftshader"];

/** A network with more parameters than a batch has pixels and random numbers, and few operators to compile. */
const network = parseNetwork({
  name: "small",
  encoding: "sign",
  input: [1, 6, 6],
  classes: 3,
  layers: [{ type: "dense", units: 200 }],
});

const STEPS = 12;
const BATCH = 4;
const split = smallSplit(STEPS * BATCH);
const SETTINGS = { epochs: 1, batch: BATCH, seed: 3, learningRate: 1e-3 };

/** The losses lie between 0.5 and 2, where float32 numbers are at most 2^-23 apart: sums in another order, twelve steps on. */
const LOSS_ROUNDING = 32 * 2 ** -23;

/** What the worker of a training notes of its device. */
interface Watched {
  /** Bytes that were mapped for reading, and bytes that were written. */
  read: number;
  written: number;
  /** Buffers that are still read before the device is destroyed. */
  readsUntilLoss: number;
}

/** Globals of the worker. */
interface Scope {
  readonly watched: Watched;
}

/** Two numbers are read in a step: the loss of step 4 is not. */
const READS_UNTIL_LOSS = 6;

const WORKER = "/dist/training/web/learning-gpu-worker.js";

/** Notes what crosses between the worker and its device. */
const WATCH = `
const watched = { read: 0, written: 0, readsUntilLoss: Infinity };
let used;
globalThis.watched = watched;
const wrap = (type, name, note) => {
  const original = type.prototype[name];
  type.prototype[name] = function (...given) {
    note(this, ...given);
    return original.apply(this, given);
  };
};
wrap(GPUQueue, "writeBuffer", (_queue, _buffer, _offset, data, start, size) => {
  watched.written += size ?? data.byteLength;
});
wrap(GPUDevice, "createBuffer", (device, { size, mappedAtCreation }) => {
  used = device;
  if (mappedAtCreation) watched.written += size;
});
wrap(GPUBuffer, "mapAsync", (buffer, mode, _offset, size) => {
  if (!(mode & GPUMapMode.READ)) return;
  watched.read += size ?? buffer.size;
  if (watched.readsUntilLoss-- === 0) used.destroy();
});
`;

let chromium: TestPage;
beforeAll(async () => {
  chromium = await openPage({ flags: FLAGS, additions: { [WORKER]: WATCH } });
  const { images, labels, ...rest } = split;
  await chromium.page.evaluate(
    ([given, pixels, classes]) => {
      const digits = { ...given, images: Uint8Array.from(pixels), labels: Uint8Array.from(classes) };
      Object.assign(globalThis, { digits });
    },
    [rest, [...images], [...labels]] as const,
  );
  await open("cpu");
  expected = await run(STEPS);
});
afterAll(() => chromium?.close());

interface Held {
  readonly nsm: PageApi;
  readonly digits: typeof split;
  losses: [number, number][];
  notices: string[];
  training: Awaited<ReturnType<PageApi["openTraining"]>>;
}

/** Opens a training in place of the one before. */
const open = (device: "cpu" | "webgpu" | "auto") =>
  chromium.page.evaluate(
    async ([description, settings, on]) => {
      const held = globalThis as unknown as Held;
      held.training?.close();
      Object.assign(held, { losses: [], notices: [] });
      held.training = await held.nsm.openTraining(description, held.digits, {
        ...settings,
        device: on,
        onStep: ({ position, loss }) => held.losses.push([position.step, loss]),
        onDeviceLost: ({ name, message }) => held.notices.push(`${name}: ${message}`),
      });
      return { device: held.training.device, times: held.training.stepTimes };
    },
    [network, SETTINGS, device] as const,
  );

/** Executes steps; returns the losses so far with the numbers of their steps. */
const run = (steps: number) =>
  chromium.page.evaluate(async (count) => {
    const { training, losses } = globalThis as unknown as Held;
    await training.run(count);
    return losses;
  }, steps);

/** Losses of all steps on the CPU. */
let expected: readonly (readonly number[])[];

const gpuWorker = (): Worker => chromium.page.workers().find((worker) => worker.url().endsWith(WORKER))!;

const expectSame = (ours: readonly (readonly number[])[], theirs: readonly (readonly number[])[]): void => {
  expect(ours.map(([step]) => step)).toEqual(theirs.map(([step]) => step));
  for (const [k, [step, loss]] of theirs.entries())
    expect(Math.abs(ours[k]![1]! - loss!), `loss of step ${step}`).toBeLessThan(LOSS_ROUNDING);
};

it("computes the losses of the CPU, and nothing but batch, noise and two results crosses", async () => {
  expect(await open("webgpu")).toEqual({ device: "webgpu", times: {} });
  // The first step takes the state to the device.
  await run(1);
  await gpuWorker().evaluate(() => {
    Object.assign((globalThis as unknown as Scope).watched, { read: 0, written: 0 });
    // No time passes: the state is copied back every ten seconds, which slow drivers take for a step.
    performance.now = () => 0;
  });
  const losses = await run(3);
  const { read, written } = await gpuWorker().evaluate(() => {
    const { watched } = globalThis as unknown as Scope;
    return { read: watched.read, written: watched.written };
  });
  expectSame(losses, expected.slice(0, 4));
  // Loss and correct answers: a number each, in a buffer of 16 bytes.
  expect(read).toBe(3 * 2 * 16);
  const parameters = parametersOf(network).reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  expect(written).toBeGreaterThan(3 * 4 * BATCH * 36);
  expect(written).toBeLessThan(3 * 4 * parameters);

  // The model after the step, as often as it is asked for. Adam's steps are hardly longer than the learning rate.
  const [before, after] = await chromium.page.evaluate(async () => {
    const { training } = globalThis as unknown as Held;
    const weights = async () => [...(await training.model()).parameters["layers.0.weight"]!.slice(0, 50)];
    const found = await weights();
    await training.run(1);
    return [found, await weights()];
  });
  const moved = Math.max(...before.map((weight, k) => Math.abs(weight - after[k]!)));
  expect(moved).toBeGreaterThan(0);
  expect(moved).toBeLessThan(2 * SETTINGS.learningRate);
});

it("goes on on the CPU when the device is lost in the midst of a step, with the same number of steps", async () => {
  await open("webgpu");
  await gpuWorker().evaluate((reads) => {
    (globalThis as unknown as Scope).watched.readsUntilLoss = reads;
  }, READS_UNTIL_LOSS);
  const losses = await run(STEPS);
  const end = await chromium.page.evaluate(async () => {
    const { training, notices } = globalThis as unknown as Held;
    const { device, position, epochs } = training;
    const { parameters } = await training.model();
    return { device, step: position.step, epochs: epochs.length, notices, names: Object.keys(parameters) };
  });
  expectSame(losses, expected);
  expect(end).toMatchObject({ device: "cpu", step: STEPS, epochs: 1 });
  expect(end.notices).toHaveLength(1);
  expect(end.notices[0]).toMatch(/^DeviceError: device webgpu/);
  expect(end.names).toEqual(parametersOf(network).map(({ name }) => name));
});

it("predicts what the CPU predicts", async () => {
  await open("cpu");
  const [theirs, ours] = await chromium.page.evaluate(async () => {
    const { nsm, digits, training } = globalThis as unknown as Held;
    const model = await training.model();
    const entropyOn = async (device: "cpu" | "webgpu") => {
      const predictor = await nsm.openPredictor(model, { device, passes: 4 });
      const { entropy } = await predictor.predict(digits.images.slice(0, 36));
      await predictor.close();
      return entropy;
    };
    return [await entropyOn("cpu"), await entropyOn("webgpu")];
  });
  expect(ours).toBeCloseTo(theirs!, 5);
});

describe("the device auto", () => {
  it("is the CPU where WebGPU is in software", async () => {
    expect(await open("auto")).toEqual({ device: "cpu", times: {} });
  });

  it("is the one whose steps are faster, measured before the first step", async () => {
    await chromium.page.evaluate(() => {
      const { prototype } = (globalThis as unknown as { GPUAdapterInfo: { prototype: object } })
        .GPUAdapterInfo;
      Object.defineProperties(prototype, {
        isFallbackAdapter: { get: () => false },
        architecture: { get: () => "a GPU" },
      });
    });
    const { device, times } = await open("auto");
    expect(times.cpu).toBeGreaterThan(0);
    expect(times.webgpu).toBeGreaterThan(0);
    expect(device).toBe(times.webgpu! < times.cpu! ? "webgpu" : "cpu");
    expectSame(await run(2), expected.slice(0, 2));
  });
});

/**
 * A training on ONNX Runtime's WebGPU provider gives what the CPU gives, and stays on the device. Without a GPU the Vulkan
 * driver in software that Debian's chromium brings (SwiftShader) takes its place.
 */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { mnist } from "../../src/datasets/mnist.ts";
import { DeviceError } from "../../src/errors.ts";
import { allocateBatch } from "../../src/loading/batch.ts";
import { fillBatch } from "../../src/loading/fill-batch.ts";
import { epochOrder } from "../../src/loading/order.ts";
import { mnistMlp } from "../../src/networks/catalogue.ts";
import { encodingTable } from "../../src/networks/images.ts";
import { initialParameters } from "../../src/networks/initialize.ts";
import { type Network, parseNetwork } from "../../src/networks/network.ts";
import { isTrained, parametersOf } from "../../src/networks/plan.ts";
import { key } from "../../src/random/key.ts";
import type { Device } from "../../src/runtime/engine.ts";
import { parseTraining } from "../../src/training/configuration.ts";
import { threadTrainers } from "../../src/training/replicas/thread-trainer.ts";
import { initialState, type StateArrays } from "../../src/training/state.ts";
import type { StepResult } from "../../src/training/trainer.ts";
import { CASES, type WebgpuReport } from "./webgpu-cases.ts";

// The driver compiles shaders for the CPU, on the CPU: seconds on a machine that is idle.
vi.setConfig({ testTimeout: 600_000, hookTimeout: 600_000 });

const SWIFTSHADER = "/usr/lib/chromium/vk_swiftshader_icd.json";

/** Batch normalization before sign neurons, a padded border, pooled windows, a mean over places. */
const asCifar = parseNetwork({
  name: "as CIFAR's",
  input: [1, 28, 28],
  classes: 10,
  encoding: "real",
  layers: [
    { type: "conv2d", channels: 4, kernel: 4, stride: 4, neuron: "sign", normalization: "batch" },
    // 6 channels: see spareChannels in src/tensor/convolution.ts.
    { type: "conv2d", channels: 6, kernel: 3, padding: 1, pool: 2 },
    { type: "averagePool", size: 3 },
  ],
});
const training = parseTraining({ batch: 50, seed: 3 });

const LEARNING_RATE = 1e-3;

const largestDifference = (a: Float32Array, b: Float32Array): number =>
  a.reduce((largest, value, k) => Math.max(largest, Math.abs(value - b[k]!)), 0);

const oneStep = async (network: Network, device: Device): Promise<StepResult & { state: StateArrays }> => {
  const { train } = await mnist();
  const state = initialState(network, training, initialParameters(parametersOf(network), training.seed));
  const openTrainer = threadTrainers({ device, threads: 1 });
  const trainer = await openTrainer({ network, training, state, first: 1 });
  const batch = allocateBatch(training.batch, 784);
  const order = epochOrder(training.seed, 1, train.count).subarray(0, training.batch);
  fillBatch(batch, train, order, { table: encodingTable(network) }, key(1, "unused"));
  const result = await trainer.step(1, LEARNING_RATE, batch);
  const after = await trainer.state();
  await trainer.dispose();
  return { ...result, state: after };
};

if (!process.env.VK_DRIVER_FILES && existsSync(SWIFTSHADER)) {
  process.env.VK_DRIVER_FILES = SWIFTSHADER;
  process.env.VK_ICD_FILENAMES = SWIFTSHADER;
}

it.each([mnistMlp(), asCifar])("a WebGPU step of $name is a CPU step", async (network) => {
  const cpu = await oneStep(network, "cpu");
  const gpu = await oneStep(network, "webgpu").catch((cause: unknown) => {
    if (!(cause instanceof DeviceError)) throw cause;
    throw new Error("no Vulkan driver: apt-get install chromium libvulkan1, or set VK_DRIVER_FILES to one", {
      cause,
    });
  });
  expect(gpu.correct).toBe(cpu.correct);
  expect(gpu.loss).toBeCloseTo(cpu.loss, 5);
  for (const { name } of parametersOf(network).filter(isTrained)) {
    // After one step Adam's mean is the gradient. Sums of 50 terms in another order: a few float32 roundings.
    const [ours, theirs] = [cpu.state[`${name}/mean`]!, gpu.state[`${name}/mean`]!];
    const scale = ours.reduce((largest, g) => Math.max(largest, Math.abs(g)), 0);
    expect(largestDifference(ours, theirs), `gradient of ${name}`).toBeLessThan(1e-5 * scale);
    // Adam's first step is the learning rate times g / |g|: where g is but rounding, its sign is too.
    const sure = (_: number, k: number): boolean => Math.abs(ours[k]!) > 1e-3 * scale;
    const [w, v] = [cpu.state[name]!.filter(sure), gpu.state[name]!.filter(sure)];
    expect(w.length, `gradients of ${name} that are not rounding`).toBeGreaterThan(0);
    expect(largestDifference(w, v), name).toBeLessThan(1e-3 * LEARNING_RATE);
    expect(largestDifference(cpu.state[name]!, gpu.state[name]!), name).toBeLessThan(2.001 * LEARNING_RATE);
  }
});

/** The losses lie between 0.25 and 2, where float32 numbers are at most 2^-23 apart: a few sums in another order. */
const LOSS_ROUNDING = 8 * 2 ** -23;

/** Where an update goes after a step at most: the learning rate of Adam, and Muon's of 0.05. */
const STATE_ROUNDING = 1e-5;

/** Lines of ONNX Runtime's log that say where the nodes of a session are. */
const PLACEMENT = /(?:All nodes|Node\(s\)) placed on \[(\w+)\]\. Number of nodes: (\d+)/g;

const EXECUTED = CASES.filter(({ steps }) => steps > 0);

describe("the steps of a training", () => {
  const seen: { reports: readonly WebgpuReport[]; log: string } = { reports: [], log: "" };
  beforeAll(() => {
    const child = fileURLToPath(new URL("./webgpu-child.ts", import.meta.url));
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      ["--import", import.meta.resolve("tsx"), child],
      { encoding: "utf8", maxBuffer: 2 ** 26 },
    );
    expect(status, stderr.slice(-2000)).toBe(0);
    Object.assign(seen, { reports: JSON.parse(stdout), log: stderr });
  });
  const reportOf = (name: string): WebgpuReport => seen.reports.find((report) => report.name === name)!;

  it.each(EXECUTED)("$name: losses and state are the CPU's", ({ name, steps }) => {
    const { cpu, webgpu, differences } = reportOf(name);
    expect(webgpu.length).toBe(steps);
    for (const [k, { loss, correct }] of cpu.entries()) {
      expect(Math.abs(webgpu[k]!.loss - loss), `loss of step ${k + 1}`).toBeLessThan(LOSS_ROUNDING);
      expect(webgpu[k]!.correct, `correct answers of step ${k + 1}`).toBe(correct);
    }
    for (const [array, difference] of Object.entries(differences))
      expect(difference, array).toBeLessThan(STATE_ROUNDING);
  });

  it.each(CASES)("$name: every node is on the WebGPU provider", ({ name, settings }) => {
    const after = seen.log.split(`case ${name}\n`)[1]!;
    const [ours] = after.split(/^case /m);
    const placed = [...ours!.matchAll(PLACEMENT)].map(([, provider, nodes]) => [provider, Number(nodes)]);
    // Gradient and update, norms where the network has any, squares where gradients are clipped, and the copied state.
    const programs = 3 + Number(!name.includes("rectifiers")) + Number(settings.clipNorm !== undefined);
    expect(placed.length).toBe(programs);
    for (const [provider, nodes] of placed) {
      expect(provider).toBe("WebGpuExecutionProvider");
      expect(nodes).toBeGreaterThan(0);
    }
  });

  it.each(EXECUTED)("$name: only batch, noise and numbers cross", ({ name, settings }) => {
    const { webgpu, noise } = reportOf(name);
    const fed = ["images", "labels", "mask", "count", ...noise];
    const numbers = ["rate", "epsilon", "relativeRate", "clipFactor", "averageRate"];
    const [first, ...later] = webgpu;
    // The first step takes the parameters to the device.
    expect(first!.uploaded).toContain("layers.0.weight");
    for (const { uploaded, downloaded } of later) {
      expect(uploaded.filter((input) => !numbers.includes(input)).toSorted()).toEqual(fed.toSorted());
      expect(downloaded).toEqual([
        "loss",
        "correct",
        ...(settings.clipNorm === undefined ? [] : ["squares"]),
      ]);
    }
  });
});

/** Training runs in memory and as folders: seeds, metrics, what is written, what is refused. */
import { createHash } from "node:crypto";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { CheckpointError, ConfigError, DataError, NumericError } from "../../../src/errors.ts";
import { momentProbabilities } from "../../../src/inference/node.ts";
import { pixelStatistics } from "../../../src/loading/pixel-statistics.ts";
import { parseNetwork } from "../../../src/networks/network.ts";
import { parametersOf } from "../../../src/networks/plan.ts";
import { createEngine } from "../../../src/runtime/node.ts";
import { stateAtStart } from "../../../src/training/initial-state.ts";
import { prepareTraining } from "../../../src/training/prepare.ts";
import type { StepReport } from "../../../src/training/runs/run.ts";
import { openRun, resume, type TrainOptions, train } from "../../../src/training/runs/run.ts";
import { emptyFolder } from "../../datasets/folder.ts";
import { smallNetwork as network, smallSplit } from "../digits.ts";

const split = smallSplit();
const settings: TrainOptions = { epochs: 2, batch: 5, threads: 1, learningRate: 0.02 };

describe("a run", () => {
  test("is determined by its seed: the same bits again, other bits for another", async () => {
    const first = await train(network, split, { ...settings, seed: 3 });
    const again = await train(network, split, { ...settings, seed: 3 });
    expect(again.parameters).toEqual(first.parameters);
    expect(again.epochs).toEqual(first.epochs);
    const other = await train(network, split, { ...settings, seed: 4 });
    for (const { name } of parametersOf(network))
      expect(other.parameters[name]).not.toEqual(first.parameters[name]);
  });

  test("learns", async () => {
    const images = smallSplit(60);
    const run = await train(network, images, { ...settings, epochs: 20, batch: 20, learningRate: 0.05 });
    const p = await momentProbabilities(run, smallSplit(30, "others"), { threads: 1 });
    const wrong = Array.from({ length: 30 }, (_, k) => {
      const row = [...p.subarray(k * 3, k * 3 + 3)];
      return row.indexOf(Math.max(...row)) === smallSplit(30, "others").labels[k] ? 0 : 1;
    });
    // Guessing errs in 20 of 30: 10 or fewer come by chance with probability 2e-4.
    expect(wrong.reduce((a: number, b) => a + b, 0)).toBeLessThanOrEqual(9);
    expect(run.epochs.at(-1)!.loss).toBeLessThan(run.epochs[0]!.loss);
  });

  test("reports every step, and an epoch with the means over all of its examples", async () => {
    const reports: StepReport[] = [];
    const run = await train(network, split, { ...settings, onStep: (report) => reports.push(report) });
    // 22 images in batches of 5: five steps an epoch, the last of two images.
    expect(reports.map(({ position: { step }, epoch, steps }) => [step, epoch, steps])).toEqual(
      Array.from({ length: 10 }, (_, k) => [k + 1, k < 5 ? 1 : 2, 10]),
    );
    expect(run.step).toBe(10);
    for (const epoch of [0, 1]) {
      const own = reports.slice(5 * epoch, 5 * epoch + 5);
      const loss = own.reduce((sum, { loss }, k) => sum + loss * (k === 4 ? 2 : 5), 0) / 22;
      expect(run.epochs[epoch]!.loss).toBeCloseTo(loss, 12);
      expect(run.epochs[epoch]).toMatchObject({ epoch: epoch + 1, step: 5 * epoch + 5 });
      expect((run.epochs[epoch]!.error * 22) / 100).toBeCloseTo(22 - own[4]!.position.correct, 9);
      expect(own.map(({ metrics }) => metrics !== undefined)).toEqual([false, false, false, false, true]);
    }
  });

  test("starts from data-dependent gains and biases when asked to, and from the same weights", async () => {
    const start = (initialization: "random" | "data") =>
      prepareTraining(network, split, { initialization }).then((prepared) =>
        stateAtStart(createEngine({ threads: 1 }), prepared),
      );
    const [random, data] = [await start("random"), await start("data")];
    expect(new Set(random["layers.0.gain"])).toEqual(new Set([1]));
    expect(new Set(random["layers.0.bias"])).toEqual(new Set([0]));
    for (const name of ["layers.0.gain", "layers.0.bias", "layers.1.gain", "layers.1.bias"])
      expect(data[name], name).not.toEqual(random[name]);
    for (const name of ["layers.0.weight", "layers.1.weight", "readout.weight", "readout.bias"])
      expect(data[name], name).toEqual(random[name]);
  });

  test("trains a real-valued input, whatever the initialisation", async () => {
    const other = parseNetwork({ ...network, encoding: "real" });
    for (const initialization of ["random", "data"] as const) {
      const run = await train(other, split, { ...settings, initialization });
      for (const values of Object.values(run.parameters)) expect(values.every(Number.isFinite)).toBe(true);
    }
  });

  test.each([
    ["the conventional twin", { neuron: "relu" }],
    ["a network without neurons", { layers: [{ type: "averagePool", size: 2 }] }],
  ])("trains %s, which has no stochastic neurons to start in another way", async (_what, change) => {
    const other = parseNetwork({ ...network, ...change });
    const run = await train(other, split, settings);
    for (const values of Object.values(run.parameters)) expect(values.every(Number.isFinite)).toBe(true);
    for (const initialization of ["balanced", "data"] as const) {
      const fitted = train(other, split, { ...settings, initialization });
      await expect(fitted).rejects.toThrow(ConfigError);
      await expect(fitted).rejects.toThrow(
        `no stochastic neurons: got the initialization "${initialization}"`,
      );
    }
  });

  test("passes black images of a real-valued input, whose windows have no noise", async () => {
    const black = { ...split, images: split.images.map((pixel, k) => (k % 36 < 24 ? 0 : pixel)) };
    const other = parseNetwork({ ...network, encoding: "real" });
    for (const initialization of ["random", "data"] as const) {
      const run = await train(other, black, { ...settings, initialization });
      for (const [name, values] of Object.entries(run.parameters))
        expect(values.every(Number.isFinite), name).toBe(true);
    }
  });
});

test("refuses batches of one where a dense layer is normalised by its batch", async () => {
  const normalized = parseNetwork({
    ...{ name: "normalized", neuron: "relu", encoding: "sign", input: [1, 6, 6], classes: 3 },
    layers: [{ type: "dense", units: 4, normalization: "batch" }],
  });
  const training = train(normalized, split, { ...settings, batch: 1 });
  await expect(training).rejects.toThrow(ConfigError);
  await expect(training).rejects.toThrow(/layers\.0.*batches of two or more/);
});

test("takes the statistics of the pixels that it trains on, whatever the network had", async () => {
  const standard = parseNetwork({
    ...{ name: "standard", encoding: "standard", input: [1, 6, 6], classes: 3 },
    ...{ pixels: { mean: [0.9], deviation: [7] }, layers: [{ type: "dense", units: 4 }] },
  });
  const run = await train(standard, split, settings);
  expect(run.network.pixels).toEqual(await pixelStatistics(split));
});

describe("a run's folder", () => {
  test("holds what determines the run, the checksum of the data, metrics, and the newest checkpoints", async () => {
    const out = await emptyFolder();
    const run = await train(network, split, { ...settings, epochs: 4, seed: 5, out, dataFolder: "data/x" });
    expect((await readdir(out)).sort()).toEqual(["checkpoints", "metrics.jsonl", "run.json", "times.jsonl"]);
    const description = JSON.parse(await readFile(join(out, "run.json"), "utf8"));
    const sha256 = createHash("sha256")
      .update(JSON.stringify([1, 6, 6]))
      .update(split.labels)
      .update(split.images)
      .digest("hex");
    expect(description.data).toEqual({
      name: split.name,
      count: 22,
      border: expect.any(Number),
      binary: false,
      sha256,
      folder: "data/x",
    });
    expect(description.network).toEqual(network);
    expect(description.training).toMatchObject({ epochs: 4, batch: 5, seed: 5, learningRate: 0.02 });
    expect(description).toMatchObject({ device: "cpu", threads: 1 });
    expect(Object.keys(description.versions).sort()).toEqual(["neural-sampling", "node", "onnxruntime"]);
    const lines = (await readFile(join(out, "metrics.jsonl"), "utf8")).trimEnd().split("\n");
    expect(lines.map((line) => JSON.parse(line))).toEqual(run.epochs);
    expect(await readdir(join(out, "checkpoints"))).toEqual([
      "step-000000015.safetensors",
      "step-000000020.safetensors",
    ]);
  });

  test("opens as the model that training returned", async () => {
    const out = await emptyFolder();
    const run = await train(network, split, { ...settings, out });
    const opened = await openRun(out);
    expect(opened.parameters).toEqual(run.parameters);
    expect(opened).toMatchObject({ step: run.step, epochs: run.epochs, folder: out, network });
    expect(opened.description).toEqual(run.description);
  });

  test.each([
    ["one program", {}],
    ["replicas", { batch: 32, threads: 2 }],
  ])(
    "of a network with standardised pixels, batch normalization and augmentation opens and goes on, by %s",
    async (_how, rest) => {
      const images = smallSplit(40);
      const standard = parseNetwork({
        name: "standard",
        input: [1, 6, 6],
        classes: 3,
        encoding: "standard",
        layers: [
          { type: "conv2d", channels: 3, kernel: 3, padding: 1, neuron: "sign", normalization: "batch" },
          { type: "conv2d", channels: 4, kernel: 3, padding: 1, pool: 2 },
          { type: "dense", units: 5, neuron: "relu", normalization: "batch" },
        ],
      });
      const augmentation = { pad: 1, flip: true, cutOut: 2 };
      const options = { ...settings, ...rest, augmentation, epochs: 4 };
      const out = join(await emptyFolder(), "run");
      const whole = await train(standard, images, options);
      expect(whole.network.pixels?.mean).toHaveLength(1);
      const stop = new AbortController();
      const onStep = ({ position }: StepReport): void => {
        if (position.step === 3) stop.abort();
      };
      await train(standard, images, { ...options, out, onStep, signal: stop.signal });
      expect((await openRun(out)).step).toBe(3);
      const resumed = await resume(out, images);
      expect(resumed.parameters).toEqual(whole.parameters);
      const opened = await openRun(out);
      expect(opened.parameters).toEqual(whole.parameters);
      const variance = opened.parameters["layers.0.variance"]!;
      expect([...variance].every((value) => value > 0 && value !== 1)).toBe(true);
    },
  );

  test("must be new or empty, and what it holds is not touched", async () => {
    const out = await emptyFolder();
    await train(network, split, { ...settings, out });
    const before = await readFile(join(out, "run.json"));
    const again = train(network, split, { ...settings, seed: 9, out });
    await expect(again).rejects.toThrow(CheckpointError);
    await expect(again).rejects.toThrow(`--resume ${out}`);
    expect(await readFile(join(out, "run.json"))).toEqual(before);

    const mine = await emptyFolder();
    await writeFile(join(mine, "thesis.txt"), "all of it");
    const there = train(network, split, { ...settings, out: mine });
    await expect(there).rejects.toThrow(CheckpointError);
    await expect(there).rejects.toThrow(/thesis\.txt.*another folder/);
    expect(await readdir(mine)).toEqual(["thesis.txt"]);
  });
});

describe("refused before anything is written", () => {
  test.each([
    ["settings out of range", network, split, { epochs: 0 }, ConfigError],
    ["images of another size", network, { ...smallSplit(), shape: [1, 4, 9] as const }, {}, DataError],
    [
      "labels that are no class",
      network,
      { ...split, labels: split.labels.map((label) => label + 1) },
      {},
      DataError,
    ],
    [
      "a batch that no array holds",
      parseNetwork({
        ...network,
        layers: [{ type: "conv2d", channels: 5, kernel: 1, padding: 5000, pool: 10_000 }],
      }),
      split,
      {},
      ConfigError,
    ],
    [
      "a state too large for a checkpoint",
      parseNetwork({
        ...network,
        layers: [
          { type: "conv2d", channels: 100, kernel: 1, padding: 400 },
          { type: "dense", units: 3 },
        ],
      }),
      split,
      {},
      ConfigError,
    ],
    ["a network that is none", { ...network, classes: 0 }, split, {}, ConfigError],
  ] as const)("%s", async (_what, net, images, options, error) => {
    const out = join(await emptyFolder(), "run");
    await expect(train(net, images, { ...settings, ...options, out })).rejects.toThrow(error);
    await expect(readdir(out)).rejects.toThrow("ENOENT");
  });
});

describe("arithmetic that leaves the numbers stops the run with a NumericError", () => {
  // The readout grows by about the learning rate each step, until its sums overflow.
  const diverging: TrainOptions = {
    ...settings,
    epochs: 50,
    batch: 22,
    learningRate: 1e37,
    optimizer: { type: "sgd", momentum: 0 },
    schedule: { type: "constant" },
  };

  test("and the last good checkpoint and the metrics up to it are kept", async () => {
    const out = await emptyFolder();
    let steps = 0;
    const run = train(network, split, {
      ...diverging,
      out,
      onStep: ({ position }) => (steps = position.step),
    });
    await expect(run).rejects.toThrow(NumericError);
    await expect(run).rejects.toThrow(/Lower the learning rate/);
    const kept = await openRun(out);
    expect(kept.step).toBeGreaterThan(0);
    expect(kept.step).toBe(steps);
    expect(kept.epochs).toHaveLength(steps);
    for (const values of Object.values(kept.parameters)) expect(values.every(Number.isFinite)).toBe(true);
  });

  test("in memory as well", async () => {
    await expect(train(network, split, diverging)).rejects.toThrow(NumericError);
  });
});

test.each([undefined, null, 7, "", { folder: "runs/a" }])(
  "openRun refuses %j, which is no path",
  async (value) => {
    await expect(openRun(value as never)).rejects.toThrow(ConfigError);
    await expect(openRun(value as never)).rejects.toThrow(/the path of a run's folder/);
  },
);

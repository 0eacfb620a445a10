/**
 * The signal by depth: against exact values of a network that can be enumerated, its definitions at their limits, and
 * what it refuses.
 */
import { describe, expect, test } from "vitest";
import type { ImageSplit } from "../../src/datasets/dataset.ts";
import { mnist } from "../../src/datasets/mnist.ts";
import { ConfigError, DataError } from "../../src/errors.ts";
import { signalByDepth } from "../../src/inference/node.ts";
import { type LayerSignal, layerMoments } from "../../src/inference/signal/moments.ts";
import { outputNames, outputsOfLayer, signalProgram } from "../../src/inference/signal/program.ts";
import {
  openMeasurement,
  runMeasurement,
  type SignalByDepth,
  type SignalOptions,
  signalTask,
} from "../../src/inference/signal/signal.ts";
import { conventional, mnistCnn } from "../../src/networks/catalogue.ts";
import { initialParameters } from "../../src/networks/initialize.ts";
import { parameterInputs } from "../../src/networks/interpreters/sample.ts";
import { signalForward } from "../../src/networks/interpreters/signal.ts";
import type { Model } from "../../src/networks/model.ts";
import { type NetworkDescription, parseNetwork } from "../../src/networks/network.ts";
import { noiseInputs } from "../../src/networks/noise-inputs.ts";
import { parametersOf } from "../../src/networks/plan.ts";
import { gaussian } from "../../src/nn/noise/gaussian.ts";
import { createEngine } from "../../src/runtime/node.ts";
import { lower } from "../../src/tensor/lower.ts";
import { input, sizesOf } from "../../src/tensor/tensor.ts";
import { modelAtStart } from "../../src/training/runs/model-at-start.ts";
import { signs, uniform } from "../nn/draw.ts";
import { erfc } from "../support/special-functions.ts";
import { mean, normalP, variance, worstP } from "../support/statistics.ts";
import { randomImages, randomModel } from "./models.ts";

const engine = createEngine({ threads: 1 });

/** `signalByDepth` on this thread. */
const measureSignal = async (
  model: Model,
  split: ImageSplit,
  options: SignalOptions = {},
): Promise<SignalByDepth> => {
  const task = signalTask(model, split, options);
  return runMeasurement(await openMeasurement(engine, task), task.images.count, options.onProgress);
};

const labelled = (count: number): ImageSplit => ({
  ...randomImages(count),
  shape: [1, 6, 6],
  labels: Uint8Array.from({ length: count }, (_, k) => k % 3),
  classes: 3,
  subset: false,
});

const layersOf = async (model: Model, split: ImageSplit, options: SignalOptions = {}) =>
  (await measureSignal(model, split, options)).layers;

const column = (layers: readonly LayerSignal[], quantity: Exclude<keyof LayerSignal, "name">): number[] =>
  layers.flatMap((layer) => layer[quantity] ?? []);

describe("a network of two layers of three and two units, on four images", () => {
  const [INPUTS, UNITS, OUTPUTS, PATTERNS, COPIES] = [3, 3, 2, 4, 200];
  const network = parseNetwork({
    name: "enumerated",
    encoding: "sign",
    input: [1, 1, INPUTS],
    classes: 2,
    noise: gaussian(1),
    layers: [
      { type: "dense", units: UNITS },
      { type: "dense", units: OUTPUTS },
    ],
  });
  const parameters = Object.fromEntries(
    parametersOf(network).map(({ name, shape, kind }) => [
      name,
      uniform(
        `signal ${name}`,
        shape.reduce((a, b) => a * b),
        ...(kind === "gain" ? [0.6, 1.4] : [-0.7, 0.7]),
      ),
    ]),
  );
  const patterns = Array.from({ length: PATTERNS }, (_, p) => [p & 1, p >> 1, 1].map((on) => (on ? 1 : -1)));
  const count = PATTERNS * COPIES;
  const split: ImageSplit = {
    ...{ name: "patterns", count, shape: [1, 1, INPUTS], classes: 2, subset: false },
    images: Uint8Array.from(
      Array.from({ length: count }, (_, k) => patterns[k % PATTERNS]!).flat(),
      (sign) => (sign > 0 ? 255 : 0),
    ),
    labels: Uint8Array.from({ length: count }, (_, k) => (k % PATTERNS) % 2),
  };

  /** v of equation (3), for Gaussian noise of variance 1. */
  const potentials = (layer: string, inputs: readonly number[]): number[] =>
    Array.from(parameters[`${layer}.gain`]!, (gain, i) => {
      const w = [...parameters[`${layer}.weight`]!].slice(i * inputs.length, (i + 1) * inputs.length);
      const drive = w.reduce((sum, each, j) => sum + each * inputs[j]!, 0);
      return (gain * drive + parameters[`${layer}.bias`]![i]! / Math.SQRT2) / Math.hypot(...w);
    });
  const erf = (v: number): number => 1 - erfc(v);
  const slope = (v: number): number => (2 / Math.sqrt(Math.PI)) * Math.exp(-v * v);
  const outcomes = Array.from({ length: 2 ** UNITS }, (_, k) =>
    Array.from({ length: UNITS }, (_, unit) => ((k >> unit) & 1 ? 1 : -1)),
  );

  /** E(f(v of layer 2) | x), over all spikes of layer 1. */
  const expected = (x: readonly number[], f: (v: number) => number): number[] => {
    const means = potentials("layers.0", x).map(erf);
    const sums = new Array<number>(OUTPUTS).fill(0);
    for (const z of outcomes) {
      const p = z.reduce<number>((product, spike, j) => (product * (1 + spike * means[j]!)) / 2, 1);
      for (const [i, v] of potentials("layers.1", z).entries()) sums[i] = sums[i]! + p * f(v);
    }
    return sums;
  };

  /** cov / (cov + noise) of spikes with means m [patterns][units]; var_n is unbiased over all images. */
  const correlationOf = (m: readonly (readonly number[])[]): number => {
    const unbiased = count / (count - 1);
    const units = m[0]!.map((_, i) => m.map((each) => each[i]!));
    const cov = mean(units.map((own) => unbiased * mean(own.map((each) => (each - mean(own)) ** 2))));
    const noise = mean(units.map((own) => mean(own.map((each) => 1 - each ** 2))));
    return cov / (cov + noise);
  };
  const first = patterns.map((x) => potentials("layers.0", x));

  test("has the exact correlation, spread and slope, within the scatter of 30 seeds", async () => {
    const SEEDS = 30;
    const runs: SignalByDepth[] = [];
    for (let seed = 0; seed < SEEDS; seed++)
      runs.push(await measureSignal({ network, parameters }, split, { images: count, seed }));
    const of = (layer: number, quantity: Exclude<keyof LayerSignal, "name">): number[] =>
      runs.map(({ layers }) => layers[layer]![quantity]!);

    // Layer 1 has the same inputs in every pass.
    const all = first.flat();
    const unitsOfFirst = first[0]!.map((_, i) => first.map((v) => v[i]!));
    const spread = mean(
      unitsOfFirst.map((v) => (count / (count - 1)) * mean(v.map((each) => (each - mean(v)) ** 2))),
    );
    for (const run of runs.slice(0, 3)) {
      expect(run.layers[0]!.potential).toBeCloseTo(mean(all), 5);
      expect(run.layers[0]!.slope).toBeCloseTo(mean(all.map(slope)), 5);
      expect(run.layers[0]!.spread).toBeCloseTo(Math.sqrt(spread), 5);
    }

    const overPatterns = (f: (v: number) => number): number => mean(patterns.flatMap((x) => expected(x, f)));
    const centres = Array.from({ length: OUTPUTS }, (_, i) =>
      mean(patterns.map((x) => expected(x, (v) => v)[i]!)),
    );
    const squares = mean(
      centres.map((centre, i) => mean(patterns.map((x) => expected(x, (v) => (v - centre) ** 2)[i]!))),
    );
    const score = (values: readonly number[], exact: number): number =>
      normalP((mean(values) - exact) / Math.sqrt(variance(values) / SEEDS));
    const ps = [
      score(of(0, "correlation"), correlationOf(first.map((v) => v.map(erf)))),
      score(of(1, "correlation"), correlationOf(patterns.map((x) => expected(x, erf)))),
      score(of(1, "slope"), overPatterns(slope)),
      score(
        of(1, "potential"),
        overPatterns((v) => v),
      ),
      score(
        of(1, "spread").map((each) => each ** 2),
        squares,
      ),
    ];
    // Bonferroni's correction; significance 1e-3.
    expect(worstP(ps)).toBeGreaterThan(1e-3);
    // A wrong definition would show: standard errors are small beside the values.
    for (const k of [0, 1])
      expect(Math.sqrt(variance(of(k, "correlation")) / SEEDS)).toBeLessThan(
        0.05 * mean(of(k, "correlation")),
      );
  });
});

test("the slope of pooled windows is the derivative of E(z) for a shift of all their potentials", async () => {
  const { network, parameters } = randomModel();
  const BATCH = 20;
  const x = input("x", [BATCH, 1, 6, 6]);
  const noise = noiseInputs(network, BATCH);
  const { layers } = signalForward(network, parameterInputs(network), x, noise, "inference");
  const { potential, slope } = layers["layers.0"]!.stochastic!;
  const executable = await engine.compile(lower({ potential, slope }, { bound: parameters }));
  const found = await executable.run({ x: signs("slope", BATCH * 36) });
  await executable.dispose();
  const v = (row: number, channel: number, y: number, x: number): number =>
    Number(found.potential![((row * 3 + channel) * 4 + y) * 4 + x]);
  const slopes: number[] = [];
  for (let row = 0; row < BATCH; row++)
    for (let channel = 0; channel < 3; channel++)
      for (const [y, x] of [
        [0, 0],
        [0, 2],
        [2, 0],
        [2, 2],
      ] as const) {
        const own = [
          v(row, channel, y, x),
          v(row, channel, y, x + 1),
          v(row, channel, y + 1, x),
          v(row, channel, y + 1, x + 1),
        ];
        // E(z) = 1 - 2 prod (1 - P_k), P_k = (1 + erf(v_k)) / 2.
        const silent = own.map((each) => erfc(each) / 2);
        const product = silent.reduce((a, b) => a * b, 1);
        slopes.push(
          own.reduce(
            (sum, each, k) =>
              sum + (2 / Math.sqrt(Math.PI)) * Math.exp(-each * each) * (product / silent[k]!),
            0,
          ),
        );
      }
  expect(Number(found.slope![0])).toBeCloseTo(mean(slopes), 5);
});

describe("the limits of the definitions", () => {
  test("passes with the same noise have correlation 1 and gradients of cosine 1", async () => {
    const { network, parameters: bound } = randomModel();
    const rows = 50;
    const { layers, noise } = signalProgram(network, rows, "inference");
    const executable = await engine.compile(lower(outputNames(layers), { bound }));
    const feeds = Object.fromEntries(
      Object.entries(sizesOf(noise)).map(([name, size]) => [
        name,
        uniform(name.replace(/^pass \d\//, ""), size),
      ]),
    );
    const images = signs("images", rows * 36);
    const labels = Int32Array.from({ length: rows }, (_, k) => k % 3);
    const results = (await executable.run({ images, labels, ...feeds })) as Record<string, Float32Array>;
    await executable.dispose();
    const signals = Object.entries(layers).map(([name, outputs]) => {
      const moments = layerMoments(name, outputs);
      moments.add(outputsOfLayer(outputs, name, results), rows, true);
      return moments.signal();
    });
    expect(column(signals, "correlation")).toEqual([1, 1]);
    expect(column(signals, "gradientCosine")).toHaveLength(3);
    for (const cosine of column(signals, "gradientCosine")) expect(cosine).toBeCloseTo(1, 6);
  });

  test("units that always fire carry no signal", async () => {
    const { network, parameters } = randomModel();
    const saturated = {
      ...parameters,
      "layers.1.gain": new Float32Array(6),
      "layers.1.bias": new Float32Array(6).fill(100),
    };
    const layers = await layersOf({ network, parameters: saturated }, labelled(100));
    expect(layers[1]).toMatchObject({ correlation: 0, slope: 0, gradientCosine: 0 });
    // Rounding of float32.
    expect(layers[1]!.spread).toBeCloseTo(0, 3);
    expect(layers[1]!.potential).toBeGreaterThan(10);
  });

  test("gradients of a batch are summed over its runs before the cosine is taken", () => {
    const moments = layerMoments("w", { g1: input("g1", [2]), g2: input("g2", [2]) });
    const add = (g1: number[], g2: number[], ends: boolean): void =>
      moments.add({ g1: Float32Array.from(g1), g2: Float32Array.from(g2) }, 1, ends);
    add([1, 0], [0, 3], false);
    add([0, 1], [3, 0], true);
    expect(moments.signal()).toEqual({ name: "w", gradientCosine: expect.closeTo(1, 12) });
    add([1, 0], [0, 1], false);
    add([0, 0], [0, 1], true);
    expect(moments.signal()).toEqual({ name: "w", gradientCosine: expect.closeTo(0.5, 12) });
  });
});

test("the correlation falls with depth in a deep network at a random start", async () => {
  const { train } = await mnist();
  const layers = Array.from({ length: 8 }, () => ({ type: "dense" as const, units: 100 }));
  const network = {
    name: "deep",
    encoding: "sign" as const,
    input: [1, 28, 28] as [number, number, number],
    classes: 10,
    layers,
  };
  const model = await modelAtStart(network, train, { initialization: "random", threads: 1 });
  const found = column(await layersOf(model, train), "correlation");
  expect(found).toHaveLength(8);
  for (let k = 1; k < 4; k++) expect(found[k]).toBeLessThan(found[k - 1]! / 1.5);
  // Standard error over 500 images and 100 units: below .005.
  for (const last of found.slice(5)) expect(Math.abs(last)).toBeLessThan(0.02);
});

describe("what determines the result", () => {
  const model = randomModel();
  test("the seed, and nothing else", async () => {
    const first = await measureSignal(model, labelled(500), { images: 200, seed: 7 });
    expect(await measureSignal(model, labelled(500), { images: 200, seed: 7 })).toEqual(first);
    const other = await measureSignal(model, labelled(500), { images: 200, seed: 8 });
    expect(column(other.layers, "correlation")).not.toEqual(column(first.layers, "correlation"));
    expect(first).toMatchObject({
      split: "500 random images",
      images: 200,
      batch: 100,
      seed: 7,
      mode: "inference",
    });
  });

  test("and not the thread that measures", async () => {
    const options = { images: 200, seed: 7 };
    const images: number[] = [];
    const onProgress = (done: number): void => void images.push(done);
    const found = await signalByDepth(model, labelled(500), { ...options, threads: 1, onProgress });
    expect(found).toEqual(await measureSignal(model, labelled(500), options));
    expect(images).toEqual([100, 200]);
  });

  test("the number of images: the split's, if it has fewer", async () => {
    const reported: number[] = [];
    const onProgress = (images: number): void => void reported.push(images);
    expect(await measureSignal(model, labelled(250), { onProgress })).toMatchObject({ images: 200 });
    expect(reported).toEqual([100, 200]);
    expect(await measureSignal(model, labelled(37))).toMatchObject({ images: 37, batch: 37 });
  });
});

describe("kinds of layers", () => {
  const namesOf = (layers: readonly LayerSignal[]): unknown[] => layers.map((layer) => Object.keys(layer));
  const stochastic = ["name", "correlation", "spread", "potential", "slope"];

  test("shortcuts of potentials: weights and neurons are in layers of their own", async () => {
    const model = randomModel({
      layers: [
        { name: "v0", type: "conv2d", channels: 3, kernel: 3, padding: 1, potential: true },
        { name: "z0", type: "neurons" },
        { name: "c1", type: "conv2d", channels: 3, kernel: 3, padding: 1, potential: true },
        { name: "v1", type: "add", from: ["c1", "v0"] },
        { name: "z1", type: "neurons", pool: 2 },
      ],
    } as Partial<NetworkDescription>);
    const layers = await layersOf(model, labelled(100));
    expect(layers.map(({ name }) => name)).toEqual(["v0", "z0", "c1", "z1", "readout"]);
    expect(namesOf(layers)).toEqual([
      ["name", "gradientCosine"],
      stochastic,
      ["name", "gradientCosine"],
      stochastic,
      ["name", "gradientCosine"],
    ]);
  });

  test("a noise-free first layer passes everything on", async () => {
    const model = randomModel({
      layers: [
        { type: "dense", units: 8, neuron: "sign" },
        { type: "dense", units: 8 },
      ],
    });
    const [first, second] = await layersOf(model, labelled(100));
    expect(Object.keys(first!)).toEqual(["name", "correlation", "gradientCosine"]);
    expect(first!.correlation).toBe(1);
    expect(second!.correlation).toBeLessThan(1);
  });

  test("sampled pooling, noisy rectifiers and dropout that is kept in inference", async () => {
    const sampled = await layersOf(
      randomModel({ layers: [{ type: "conv2d", channels: 3, kernel: 3, pool: 2, pooling: "sampled" }] }),
      labelled(100),
    );
    const marginal = await layersOf(
      randomModel({ layers: [{ type: "conv2d", channels: 3, kernel: 3, pool: 2 }] }),
      labelled(100),
    );
    // The law of the windows is the same; only their draws differ.
    expect(sampled[0]!.slope).toBeCloseTo(marginal[0]!.slope!, 5);
    const noisy = await layersOf(
      randomModel({ layers: [{ type: "dense", units: 8, neuron: "noisyRelu" }] }),
      labelled(100),
    );
    const dropout = await layersOf(
      randomModel({
        dropoutInUse: true,
        layers: [{ type: "dense", units: 8, neuron: "relu", dropout: 0.5 }],
      }),
      labelled(100),
    );
    for (const [first] of [noisy, dropout]) {
      expect(Object.keys(first!)).toEqual(["name", "correlation", "gradientCosine"]);
      expect(first!.correlation).toBeGreaterThan(0);
      expect(first!.correlation).toBeLessThan(1);
    }
  });

  test("batch normalization: running statistics, or those of the images in training mode", async () => {
    const model = randomModel({
      layers: [
        { type: "dense", units: 8, neuron: "relu", normalization: "batch" },
        { type: "dense", units: 8 },
      ],
    });
    const off = new Float32Array(8).fill(1e3);
    const parameters = {
      ...model.parameters,
      "layers.0.mean": off,
      "layers.0.variance": new Float32Array(8).fill(1),
    };
    const measured = (mode: "train" | "inference") =>
      layersOf({ ...model, parameters }, labelled(100), { mode });
    // All sums are below the running mean: every rectifier is off.
    expect((await measured("inference"))[0]!.correlation).toBe(0);
    expect((await measured("train"))[0]!.correlation).toBe(1);
  });
});

describe("refused", () => {
  const model = randomModel();
  const refusal = async (work: Promise<unknown>): Promise<Error> => {
    const error = await work.then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(Error);
    return error as Error;
  };

  test("a network without noise", async () => {
    const { train } = await mnist();
    const network = conventional(mnistCnn());
    const noiseless = { network, parameters: initialParameters(parametersOf(network), 1) };
    const error = await refusal(measureSignal(noiseless, train));
    expect(error).toBeInstanceOf(ConfigError);
    expect(error.message).toMatchInlineSnapshot(
      `"signal by depth: got network mnist-cnn-conventional without noise; expected a network with stochastic neurons, noisy rectifiers or dropout in inference. There is nothing to measure: all passes of an image are equal."`,
    );
  });

  test.each([0, 1, 2.5, 150, Number.NaN])("%d images", async (images) => {
    const error = await refusal(measureSignal(model, labelled(300), { images }));
    expect(error).toBeInstanceOf(ConfigError);
    expect(error.message).toContain("expected 2 to 100, or a multiple of 100");
  });

  test("a split of one image, of other images, and with labels that are no class", async () => {
    const one = await refusal(measureSignal(model, labelled(1)));
    expect(one).toBeInstanceOf(ConfigError);
    expect(one.message).toContain("a split of one image");
    const { train } = await mnist();
    expect(await refusal(measureSignal(model, train))).toBeInstanceOf(DataError);
    const labels = new Uint8Array(100).fill(3);
    expect(await refusal(measureSignal(model, { ...labelled(100), labels }))).toBeInstanceOf(DataError);
  });
});

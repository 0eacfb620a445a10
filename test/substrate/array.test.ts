/** Effects of the array: wires, comparators, converters, and correlation in time. Seeds are fixed. */
import { describe, expect, test } from "vitest";
import { ConfigError } from "../../src/errors.ts";
import { layerMap, meanOf } from "../../src/networks/interpreters/draw.ts";
import { propagateMoments } from "../../src/networks/interpreters/moments.ts";
import { forward, modelInputs } from "../../src/networks/interpreters/sample.ts";
import type { Model } from "../../src/networks/model.ts";
import type { NetworkDescription } from "../../src/networks/network.ts";
import { noiseInputs } from "../../src/networks/noise-inputs.ts";
import { planOf } from "../../src/networks/plan.ts";
import { converted } from "../../src/nn/converter.ts";
import { fillUniform } from "../../src/random/fill.ts";
import { key } from "../../src/random/key.ts";
import { createEngine } from "../../src/runtime/node.ts";
import { effectiveConductances } from "../../src/substrate/crossbar.ts";
import { type AnalogDeviceDescription, parseAnalogDevice } from "../../src/substrate/device.ts";
import { putOnChip } from "../../src/substrate/model-on-chip.ts";
import { processesOf } from "../../src/substrate/noise-correlation.ts";
import { switchingPasses } from "../../src/substrate/switches/switching.ts";
import { switchingCorrelation } from "../../src/substrate/switches/switching-correlation.ts";
import { type CellPairs, throughWires } from "../../src/substrate/tiles.ts";
import { lower } from "../../src/tensor/lower.ts";
import { constant, input, type Tensor } from "../../src/tensor/tensor.ts";
import { randomModel } from "../inference/models.ts";
import { signs, uniform } from "../nn/draw.ts";
import { correlation, ksP, normalCdf } from "../support/statistics.ts";

/** Smallest p-value that each test accepts. */
const LEAST_P = 1e-4;

const engine = createEngine({ threads: 1 });
const once = { seed: 1, chip: 0, seconds: 0 };
const cell = { gMinMicrosiemens: 0, gMaxMicrosiemens: 20 };
const tile = { rows: 64, columns: 64, readVolts: 0.2 };

const deviceOf = (array: AnalogDeviceDescription["array"], more: Partial<AnalogDeviceDescription> = {}) =>
  parseAnalogDevice({ name: "mine", cell, array, ...more });

const computed = async (
  y: Tensor,
  bound: Readonly<Record<string, Float32Array>>,
  inputs: Record<string, Float32Array> = {},
): Promise<Float32Array> => {
  const executable = await engine.compile(lower({ y }, { bound }));
  try {
    return (await executable.run(inputs)).y as Float32Array;
  } finally {
    await executable.dispose();
  }
};

describe("wires", () => {
  const [units, inputs] = [3, 5];
  const pairs = {
    plus: Float64Array.from(uniform("plus", units * inputs, 0, 20)),
    minus: Float64Array.from(uniform("minus", units * inputs, 0, 20)),
  };

  test("conductances are those of tiles, whose columns alternate between positive and negative cells", () => {
    const wires = { rows: 2, columns: 4, wireResistanceOhms: 100 };
    const { plus, minus } = throughWires(wires, pairs, units);
    // The second tile from the top, the first from the left: inputs 2 and 3 of units 0 and 1.
    const cells = [2, 3].flatMap((j) =>
      [0, 1].flatMap((unit) => [pairs.plus[unit * inputs + j]!, pairs.minus[unit * inputs + j]!]),
    );
    const expected = effectiveConductances({ rows: 2, columns: 4, conductances: cells, wire: 1e4 });
    const found = [2, 3].flatMap((j) =>
      [0, 1].flatMap((unit) => [plus[unit * inputs + j]!, minus[unit * inputs + j]!]),
    );
    for (const [k, g] of found.entries()) expect(g).toBeCloseTo(expected[k]!, 12);
    // Smaller tiles have shorter wires.
    const tiny = throughWires({ ...wires, rows: 1, columns: 2 }, pairs, units);
    const loss = ({ plus: g }: CellPairs): number => pairs.plus.reduce((sum, all, k) => sum + all - g[k]!, 0);
    expect(loss(tiny)).toBeGreaterThan(0);
    expect(loss(tiny)).toBeLessThan(loss({ plus, minus }));
  });

  test("cells behind switches load the wires by their mean conductance", () => {
    const wires = { rows: 8, columns: 8, wireResistanceOhms: 1000 };
    const probability = new Float32Array(units * inputs).fill(0.25);
    const whole = throughWires(wires, pairs, units);
    const switched = throughWires(wires, pairs, units, probability);
    const quarter = { plus: pairs.plus.map((g) => g / 4), minus: pairs.minus.map((g) => g / 4) };
    const expected = throughWires(wires, quarter, units);
    for (const [k, g] of switched.plus.entries()) {
      expect(g).toBeCloseTo(4 * expected.plus[k]!, 10);
      expect(g).toBeGreaterThan(whole.plus[k]!);
    }
  });

  test("a chip's weights shrink with the resistance of its wires, and without any are exact", () => {
    const model = randomModel();
    const weights = (wireResistanceOhms: number): Float32Array =>
      putOnChip(model, deviceOf({ ...tile, wireResistanceOhms }), once).parameters["layers.1.weight"]!;
    const norm = (w: Float32Array): number => Math.hypot(...w);
    expect(weights(0)).toEqual(model.parameters["layers.1.weight"]);
    expect(norm(weights(10))).toBeLessThan(norm(weights(0)));
    expect(norm(weights(100))).toBeLessThan(norm(weights(10)));
  });
});

describe("comparators of stochastic neurons", () => {
  /** E(z) of the first layer on the chip, and its sums and variances in float64 by the definition. */
  const firstLayer = async (change: Partial<NetworkDescription>, probability?: number) => {
    const model = randomModel(change);
    const series = probability === undefined ? {} : { switch: { type: "probability", probability } as const };
    const device = deviceOf(
      { ...tile, comparatorOffsetMicroamperes: 0.3, comparatorNoiseMicroamperes: 0.8 },
      series,
    );
    const ideal = putOnChip(model, parseAnalogDevice({ name: "cells", cell, ...series }), once);
    const onChip = putOnChip(model, device, once);
    const image = model.network.encoding === "real" ? uniform("image", 36, 0, 1) : signs("image", 36);
    const plan = planOf(onChip.network)[0]!;
    const mean = async (it: Model): Promise<Float32Array> =>
      computed(meanOf(plan, modelInputs(it))([constant(image, [1, 1, 6, 6])], {}), it.parameters);
    return { model, onChip, image, means: await mean(onChip), without: await mean(ideal) };
  };

  test.each([
    ["dense", { layers: [{ type: "dense", units: 6 }] }, undefined],
    ["dense with a switch", { layers: [{ type: "dense", units: 6 }] }, 0.3],
    ["dense on real inputs", { encoding: "real", layers: [{ type: "dense", units: 6 }] }, 0.3],
  ] as const)("add to mean and variance: %s", async (_name, change, p) => {
    const { model, onChip, image, means, without } = await firstLayer(change as never, p);
    const own = (kind: string): Float32Array => model.parameters[`layers.0.${kind}`]!;
    for (let i = 0; i < 6; i++) {
      const weights = own("weight").subarray(36 * i, 36 * (i + 1));
      const largest = Math.max(...weights.map(Math.abs));
      // 1 uA is largest / (20 uS .2 V) weights.
      const c = (0.8 * largest) / (20 * 0.2);
      const offset = onChip.parameters["layers.0.bias"]![i]! - own("bias")[i]!;
      const a = own("gain")[i]! * Math.SQRT1_2 - 0.5;
      const [mu, s2] = p === undefined ? [0.5, 0.25] : [p, p * (1 - p)];
      const drive = weights.reduce((sum, w, j) => sum + (mu + a) * w * image[j]!, own("bias")[i]! + offset);
      const power = weights.reduce((sum, w, j) => sum + s2 * w ** 2 * image[j]! ** 2, c ** 2);
      expect(means[i]).toBeCloseTo(2 * normalCdf(drive / Math.sqrt(power)) - 1, 5);
      expect(Math.abs(means[i]! - without[i]!)).toBeGreaterThan(1e-5);
    }
  });

  test("at a padded border the noise of a comparator is whole", async () => {
    const layer = { type: "conv2d", channels: 2, kernel: 3, padding: 1 } as const;
    const { model, onChip, image, means } = await firstLayer({ layers: [layer] });
    const own = (kind: string): Float32Array => model.parameters[`layers.0.${kind}`]!;
    for (let i = 0; i < 2; i++)
      for (const [row, column] of [
        [0, 0],
        [3, 2],
        [5, 4],
      ] as const) {
        const weights = own("weight").subarray(9 * i, 9 * (i + 1));
        const c = (0.8 * Math.max(...weights.map(Math.abs))) / (20 * 0.2);
        let [drive, power] = [onChip.parameters["layers.0.bias"]![i]!, c ** 2];
        for (let k = 0; k < 9; k++) {
          const [y, x] = [row + Math.floor(k / 3) - 1, column + (k % 3) - 1];
          if (y < 0 || x < 0 || y > 5 || x > 5) continue;
          drive += own("gain")[i]! * Math.SQRT1_2 * weights[k]! * image[6 * y + x]!;
          power += weights[k]! ** 2 / 4;
        }
        expect(means[36 * i + 6 * row + column]).toBeCloseTo(2 * normalCdf(drive / Math.sqrt(power)) - 1, 5);
      }
  });

  test(`offsets are normal, one a comparator, p > ${LEAST_P}`, () => {
    const model = randomModel({ layers: [{ type: "dense", units: 2000 }] });
    const device = deviceOf({ ...tile, comparatorOffsetMicroamperes: 0.3 });
    const { bias, weight } = Object.fromEntries(
      ["bias", "weight"].map((kind) => [kind, model.parameters[`layers.0.${kind}`]!]),
    ) as Record<"bias" | "weight", Float32Array>;
    const offsets = putOnChip(model, device, once).parameters["layers.0.bias"]!.map((b, i) => {
      const largest = weight
        .subarray(36 * i, 36 * (i + 1))
        .reduce((most, w) => Math.max(most, Math.abs(w)), 0);
      return ((b - bias[i]!) * 20 * 0.2) / largest / 0.3;
    });
    expect(ksP(offsets, normalCdf)).toBeGreaterThan(LEAST_P);
    const later = putOnChip(model, device, { ...once, seconds: 1e6 }).parameters["layers.0.bias"];
    expect(later).toEqual(putOnChip(model, device, once).parameters["layers.0.bias"]);
  });
});

describe("comparators of other neurons", () => {
  const device = deviceOf({ ...tile, comparatorNoiseMicroamperes: 0.5 });

  test.each([
    ["", {}],
    [", batch-normalised", { normalization: "batch" }],
    [", weight-normalised", { normalization: "weight" }],
  ] as const)(`make rectifiers noisy%s, p > ${LEAST_P}`, async (_name, option) => {
    const model = randomModel({
      ...{ neuron: "relu", classes: 4 },
      layers: [{ type: "dense", units: 4, ...option }],
    });
    // Large biases keep the rectifiers open, and the readout is the identity.
    const identity = Float32Array.from({ length: 16 }, (_, k) => (k % 5 === 0 ? 1 : 0));
    Object.assign(model.parameters, {
      "layers.0.bias": new Float32Array(4).fill(100),
      "readout.weight": identity,
      "readout.bias": new Float32Array(4),
    });
    const variance = model.parameters["layers.0.variance"];
    if (variance) variance.fill(2);
    const rows = 2000;
    const run = async ({ network, parameters }: Model): Promise<Float32Array> => {
      const noise = noiseInputs(network, rows);
      const x = constant(1, [rows, 1, 6, 6]);
      const numbers = Object.entries(noise).map(([name, { shape }]) => {
        const out = new Float32Array(shape.reduce((size, n) => size * n, 1));
        fillUniform(key(1, name), out);
        return [name, out] as const;
      });
      const logits = forward(network, modelInputs({ network, parameters }), x, noise);
      return computed(logits, parameters, Object.fromEntries(numbers));
    };
    const [noisy, exact] = [await run(putOnChip(model, device, once)), await run(model)];
    const own = (kind: string): Float32Array => model.parameters[`layers.0.${kind}`]!;
    for (let i = 0; i < 4; i++) {
      const weights = own("weight").subarray(36 * i, 36 * (i + 1));
      const slope =
        "normalization" in option
          ? own("gain")[i]! / (option.normalization === "batch" ? Math.sqrt(2) : Math.hypot(...weights))
          : 1;
      const c = (slope * 0.5 * Math.max(...weights.map(Math.abs))) / (20 * 0.2);
      const found = Float64Array.from({ length: rows }, (_, row) => noisy[4 * row + i]! - exact[i]!);
      expect(ksP(found, (x) => normalCdf(x / c))).toBeGreaterThan(LEAST_P);
    }
  });

  test("offsets of batch-normalised sums move their statistics", () => {
    const model = randomModel({
      neuron: "relu",
      layers: [{ type: "dense", units: 4, normalization: "batch" }],
    });
    const { parameters } = putOnChip(model, deviceOf({ ...tile, comparatorOffsetMicroamperes: 1 }), once);
    expect(parameters["layers.0.bias"]).toEqual(model.parameters["layers.0.bias"]);
    expect(parameters["layers.0.mean"]).not.toEqual(model.parameters["layers.0.mean"]);
  });

  test("noise of comparators is refused for deterministic binary neurons, with the layer's name", () => {
    const model = randomModel({ neuron: "sign" });
    expect(() => putOnChip(model, device, once)).toThrow(ConfigError);
    expect(() => putOnChip(model, device, once)).toThrow(
      /random on mine, layers\.0: got deterministic binary/,
    );
  });
});

describe("converters", () => {
  test("read sums at evenly spaced levels over the range of the image", async () => {
    const y = uniform("sums", 40, -3, 3);
    const read = await computed(converted(input("sums", [2, 20]), constant(8, [])), {}, { sums: y });
    for (const row of [0, 1]) {
      const [sums, levels] = [y, read].map((values) => values.subarray(20 * row, 20 * (row + 1))) as [
        Float32Array,
        Float32Array,
      ];
      const range = Math.max(...sums.map(Math.abs));
      for (const [k, sum] of sums.entries()) {
        const place = Math.min(7, Math.floor((8 * (sum / range + 1)) / 2));
        expect(levels[k]).toBeCloseTo(range * ((2 * place + 1) / 8 - 1), 5);
      }
    }
  });

  test("read sums, not the biases of a readout", async () => {
    const model = randomModel({ classes: 2, layers: [{ type: "dense", units: 1 }] });
    Object.assign(model.parameters, {
      "readout.weight": Float32Array.of(0.05, 0.1),
      "readout.bias": Float32Array.of(100, 100.2),
    });
    const { network, parameters } = putOnChip(model, deviceOf({ ...tile, readoutBits: 8 }), once);
    const plan = planOf(network)[1]!;
    for (const z of [-1, 1]) {
      const y = layerMap(plan, modelInputs({ network, parameters }))([constant(z, [1, 1])], {});
      const [first, second] = await computed(y, parameters);
      // Sums are at most .1: half a step of 256 over -.1 to .1, and float32.
      expect(Math.abs(first! - (100 + 0.05 * z))).toBeLessThan(0.1 / 256 + 1e-5);
      expect(Math.abs(second! - (100.2 + 0.1 * z))).toBeLessThan(0.1 / 256 + 1e-5);
    }
  });

  test.each([
    ["", {}],
    [", batch-normalised", { normalization: "batch" }],
    [", weight-normalised", { normalization: "weight" }],
  ] as const)(
    "read the sums of pooled rectifiers with their amplifiers' offsets%s",
    async (_name, option) => {
      const model = randomModel({
        ...{ neuron: "relu", encoding: "real" },
        layers: [{ type: "conv2d", channels: 4, kernel: 5, pool: 2, ...option }],
      });
      const own = (kind: string): Float32Array => model.parameters[`layers.0.${kind}`]!;
      if ("normalization" in option) own("gain")[0] = -0.8;
      const offsets = { ...tile, comparatorOffsetMicroamperes: 2 };
      // A layer without a normalization has the offset in its bias.
      const plain = randomModel({
        neuron: "relu",
        layers: [{ type: "conv2d", channels: 4, kernel: 5, pool: 2 }],
      });
      const shifted = putOnChip(plain, deviceOf(offsets), once).parameters["layers.0.bias"]!;
      const { network, parameters } = putOnChip(model, deviceOf({ ...offsets, readoutBits: 4 }), once);
      const image = uniform("image", 36, 0, 1);
      const z = layerMap(planOf(network)[0]!, modelInputs({ network, parameters }))(
        [constant(image, [1, 1, 6, 6])],
        {},
      );
      const found = await computed(z, parameters);
      const weight = (i: number, j: number): number => own("weight")[25 * i + j]!;
      const each = [0, 1, 2, 3];
      const sums = each.map((i) => {
        const offset = shifted[i]! - plain.parameters["layers.0.bias"]![i]!;
        return each.map((place) => {
          let sum = offset;
          for (let j = 0; j < 25; j++) {
            const [row, column] = [Math.floor(place / 2) + Math.floor(j / 5), (place % 2) + (j % 5)];
            sum += weight(i, j) * image[6 * row + column]!;
          }
          return sum;
        });
      });
      const range = Math.max(...sums.flat().map(Math.abs));
      const read = (sum: number): number =>
        range * ((2 * Math.min(15, Math.floor(8 * (sum / range + 1))) + 1) / 16 - 1);
      for (const i of each) {
        const bias = own("bias")[i]!;
        const norm = Math.hypot(...own("weight").subarray(25 * i, 25 * (i + 1)));
        const y = sums[i]!.map((sum) => {
          if (!("normalization" in option)) return read(sum) + bias;
          const gain = own("gain")[i]!;
          if (option.normalization === "weight") return (gain * read(sum)) / norm + bias;
          return (gain * (read(sum) - own("mean")[i]!)) / Math.sqrt(own("variance")[i]! + 1e-5) + bias;
        });
        expect(found[i]).toBeCloseTo(Math.max(0, ...y), 4);
      }
    },
  );

  test("are ideal to moment propagation, with the digital factor that follows them", async () => {
    const model = randomModel();
    const onChip = putOnChip(model, deviceOf({ ...tile, readoutBits: 3 }), once);
    const scaled = { ...onChip.parameters, "readout.slope": new Float32Array(3).fill(0.5) };
    const halved = {
      ...model.parameters,
      "readout.weight": model.parameters["readout.weight"]!.map((w) => w / 2),
    };
    const x = constant(signs("image", 36), [1, 1, 6, 6]);
    const of = ({ network, parameters }: Model): Promise<Float32Array> =>
      computed(propagateMoments(network, modelInputs({ network, parameters }), x), parameters);
    const expected = await of({ ...model, parameters: halved });
    for (const [k, p] of (await of({ ...onChip, parameters: scaled })).entries())
      expect(p).toBeCloseTo(expected[k]!, 5);
  });

  test("are those of the readout and of rectifiers", () => {
    const device = deviceOf({ ...tile, readoutBits: 6 });
    const levelsOf = (model: Model): string[] =>
      Object.keys(putOnChip(model, device, once).parameters).filter((name) => name.endsWith(".levels"));
    expect(levelsOf(randomModel())).toEqual(["readout.levels"]);
    const all = ["layers.0.levels", "layers.1.levels", "readout.levels"];
    expect(levelsOf(randomModel({ neuron: "relu" }))).toEqual(all);
  });
});

test("the noise of units has the correlation of switching from pass to pass", () => {
  const device = parseAnalogDevice({
    ...{ name: "mine", cell },
    switch: {
      ...{ type: "probability", probability: 0.3 },
      correlation: { timeSeconds: 1e-6, intervalSeconds: 5e-7 },
    },
  });
  const { parameters } = putOnChip(randomModel(), device, once);
  const values = parameters["layers.0.correlation"]!;
  const processes = Array.from({ length: values.length / 2 }, (_, m) => values.subarray(2 * m, 2 * m + 2));
  expect(processes.reduce((sum, [share]) => sum + share!, 0)).toBeCloseTo(1, 6);
  expect(processes.reduce((sum, [share, r]) => sum + share! * r!, 0)).toBeCloseTo(
    switchingCorrelation(0.3, Math.exp(-0.5)),
    6,
  );
  expect(parameters["layers.1.correlation"]).toEqual(parameters["layers.0.correlation"]);
  expect(parameters["readout.correlation"]).toBeUndefined();
});

test("neurons on sums of exact weights draw noise that is independent from pass to pass", () => {
  const device = parseAnalogDevice({
    ...{ name: "mine", cell },
    switch: {
      ...{ type: "probability", probability: 0.5 },
      correlation: { timeSeconds: 1e-6, intervalSeconds: 5e-7 },
    },
  });
  const model = randomModel({
    layers: [
      { type: "dense", units: 4, neuron: "linear" },
      { type: "neurons", name: "stem" },
      { type: "dense", units: 4, potential: true, name: "first" },
      { type: "neurons", name: "on-potentials" },
      { type: "dense", units: 4, potential: true, name: "second" },
      { type: "add", from: ["second", "first"] },
      { type: "neurons", name: "on-sum" },
    ],
  });
  const found = Object.keys(putOnChip(model, device, once).parameters);
  expect(found.filter((name) => name.endsWith(".correlation")).sort()).toEqual([
    "on-potentials.correlation",
    "on-sum.correlation",
  ]);
});

test("sums over many switches have that correlation from pass to pass, within 4 standard errors", () => {
  const [devices, passes, process] = [400, 6000, Math.exp(-0.5)];
  const p = uniform("probabilities", devices, 0.2, 0.4);
  const w = uniform("weights", devices);
  const u = new Float64Array(passes);
  const switches = switchingPasses(p, process, key(1, "switches"));
  for (let pass = 0; pass < passes; pass++) {
    const transmits = switches.next().value as Uint8Array;
    u[pass] = w.reduce((sum, weight, j) => sum + weight * (transmits[j]! - p[j]!), 0);
  }
  const expected = switchingCorrelation(0.3, process);
  // The error of a correlation of two successive values of an autoregressive process: sqrt((1 - r^2) / n).
  const error = Math.sqrt((1 - expected ** 2) / passes);
  expect(Math.abs(correlation(u.subarray(1), u.subarray(0, -1)) - expected)).toBeLessThan(4 * error);
  const deviation = Math.sqrt(w.reduce((sum, weight, j) => sum + weight ** 2 * p[j]! * (1 - p[j]!), 0));
  // Every tenth pass is nearly independent of the one before.
  const apart = u.filter((_, pass) => pass % 10 === 0);
  expect(ksP(apart, (x) => normalCdf(x / deviation))).toBeGreaterThan(LEAST_P);
});

test("the processes of a unit's noise have the correlation of switches over one pass, and nearly over many", () => {
  const over = (processes: ReturnType<typeof processesOf>, k: number): number =>
    processes.reduce((sum, [share, r]) => sum + share * r ** k, 0);
  for (const p of [0.1, 0.3, 0.5, 0.8])
    for (const r of [0.05, 0.3, 0.6, 0.9, 0.99]) {
      const processes = processesOf(p, r);
      expect(over(processes, 0)).toBeCloseTo(1, 9);
      expect(over(processes, 1)).toBeCloseTo(switchingCorrelation(p, r), 6);
      for (const k of [2, 3, 5, 10, 30])
        expect(Math.abs(over(processes, k) - switchingCorrelation(p, r ** k))).toBeLessThan(0.15);
      // What the mean of many passes loses to correlation: a single process of that of one pass has a fifth of it at .99.
      const passes = Array.from({ length: 100 }, (_, k) => k + 1);
      const [found, exact] = [
        passes.reduce((sum, k) => sum + over(processes, k), 0),
        passes.reduce((sum, k) => sum + switchingCorrelation(p, r ** k), 0),
      ];
      expect(Math.abs(found / exact - 1)).toBeLessThan(0.25);
      for (const [share, own] of processes) {
        expect(share).toBeGreaterThan(0);
        expect(own).toBeGreaterThanOrEqual(0);
        expect(own).toBeLessThan(1);
      }
    }
  expect(processesOf(0.5, 0.05)).toHaveLength(1);
});

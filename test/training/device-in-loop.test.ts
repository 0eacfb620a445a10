/** Training with an analog device in the loop. Seeds are fixed. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { ConfigError } from "../../src/errors.ts";
import { potentialOf } from "../../src/networks/interpreters/draw.ts";
import { modelInputs } from "../../src/networks/interpreters/sample.ts";
import type { Model } from "../../src/networks/model.ts";
import { parseNetwork } from "../../src/networks/network.ts";
import { planOf } from "../../src/networks/plan.ts";
import { only } from "../../src/runtime/engine.ts";
import { createEngine } from "../../src/runtime/node.ts";
import { type AnalogDeviceDescription, parseAnalogDevice } from "../../src/substrate/device.ts";
import { analogDeviceByName } from "../../src/substrate/devices/devices.ts";
import { putOnChip } from "../../src/substrate/model-on-chip.ts";
import { deviceStatistics } from "../../src/substrate/statistics.ts";
import { sum } from "../../src/tensor/broadcast.ts";
import { multiply } from "../../src/tensor/elementwise.ts";
import { gradient } from "../../src/tensor/gradient.ts";
import { lower } from "../../src/tensor/lower.ts";
import { constant, sizeOf } from "../../src/tensor/tensor.ts";
import { deviceInputs, networkOnDevice, parametersOnDevice } from "../../src/training/device-in-loop.ts";
import { noiseWidths } from "../../src/training/noise-sizes.ts";
import { prepareTraining } from "../../src/training/prepare.ts";
import { openRun, resume, train } from "../../src/training/runs/run.ts";
import { emptyFolder } from "../cli/nsm.ts";
import { randomImages, randomModel } from "../inference/models.ts";
import { signs, uniform } from "../nn/draw.ts";
import { normalP, variance } from "../support/statistics.ts";
import { evaluate } from "../tensor/evaluate.ts";

/** Smallest p-value that each test accepts. */
const LEAST_P = 1e-4;

const engine = createEngine({ threads: 1 });
const cell = { gMinMicrosiemens: 0, gMaxMicrosiemens: 20 };
const split = {
  ...randomImages(60),
  shape: [1, 6, 6] as const,
  labels: Uint8Array.from({ length: 60 }, (_, k) => k % 3),
  classes: 3,
  subset: false,
};

describe("statistics of a device", () => {
  const at = (statistics: readonly number[], g: number): number =>
    statistics.reduce((total, c, power) => total + c * g ** power, 0);

  test("are none of the ideal device", () => {
    const { mean, deviation, ...rest } = deviceStatistics(analogDeviceByName("ideal"), 0);
    for (const g of [0, 0.3, 1]) {
      expect(at(mean, g)).toBeCloseTo(g, 6);
      expect(at(deviation, g)).toBeCloseTo(0, 6);
    }
    expect(rest).toEqual({});
  });

  test("are those of both cells: programming noise, and a share that is stuck at 0", () => {
    const device = parseAnalogDevice({
      name: "mine",
      cell: { ...cell, stuckOffShare: 0.2, programming: { deviationMicrosiemens: [0.4] } },
    });
    const { mean, deviation } = deviceStatistics(device, 0);
    for (const g of [0.2, 0.5, 0.9]) {
      // The negative cell's noise is cut off at 0: half of it, with a mean of its own.
      const half = { mean: 0.02 / Math.sqrt(2 * Math.PI), power: 0.02 ** 2 / 2 };
      expect(at(mean, g)).toBeCloseTo(0.8 * (g - half.mean), 1);
      const power = 0.8 * (g ** 2 + 0.02 ** 2) - (0.8 * g) ** 2 + 0.8 * half.power;
      expect(at(deviation, g)).toBeCloseTo(Math.sqrt(power), 1);
    }
  });

  test("are those of switches and comparators", () => {
    const found = deviceStatistics(
      parseAnalogDevice({
        ...{ name: "mine", cell },
        switch: { type: "probability", probability: 0.4, deviceDeviation: 0.1 },
        array: { rows: 8, columns: 8, readVolts: 0.5, comparatorNoiseMicroamperes: 2 },
      }),
      0,
    );
    expect(found.switch!.mean).toBeCloseTo(0.4, 2);
    expect(found.switch!.deviation).toBeCloseTo(0.1, 2);
    // The largest weight conducts 20 uS, and 10 uA.
    expect(found.comparator).toEqual({ offset: 0, noise: 0.2 });
  });
});

describe("parameters on a device", () => {
  const model = randomModel({ layers: [{ type: "dense", units: 400 }] });
  const { network } = model;

  /** Potentials of the first layer for one image, with the numbers of one chip. */
  const onDevice = async (description: Partial<AnalogDeviceDescription>, stream: string) => {
    const device = deviceStatistics(parseAnalogDevice({ name: "mine", cell, ...description }), 0);
    const inputs = deviceInputs(network, device);
    const numbers = Object.fromEntries(
      Object.entries(inputs).map(([name, { shape }]) => [
        name,
        uniform(
          `${stream} ${name}`,
          shape.reduce((size, n) => size * n, 1),
        ),
      ]),
    );
    const own = modelInputs(model);
    const parameters = parametersOnDevice(network, own, device, inputs);
    const x = constant(signs("image", 36), [1, 1, 6, 6]);
    const v = potentialOf(planOf(network)[0]!, parameters)([x], {});
    const weight = parameters["layers.0.weight"]!;
    const [slope] = gradient(sum(multiply(weight, 3)), [own["layers.0.weight"]!]);
    const executable = await engine.compile(lower({ v, weight, slope: slope! }, { bound: model.parameters }));
    const found = await executable.run(only(numbers, executable.program.inputs));
    await executable.dispose();
    return { ...(found as Record<"v" | "weight", Float32Array>), device };
  };

  test("are exact on the ideal device", async () => {
    const { weight } = await onDevice({}, "ideal");
    for (const [k, w] of model.parameters["layers.0.weight"]!.entries()) expect(weight[k]).toBeCloseTo(w, 5);
  });

  test(`have the deviation of a cell, p > ${LEAST_P}`, async () => {
    const { weight } = await onDevice(
      { cell: { gMinMicrosiemens: 5, gMaxMicrosiemens: 25, programming: { deviationMicrosiemens: [0.6] } } },
      "cells",
    );
    const original = model.parameters["layers.0.weight"]!;
    const errors = weight.map((w, k) => {
      const unit = Math.floor(k / 36);
      const largest = original
        .subarray(36 * unit, 36 * (unit + 1))
        .reduce((most, each) => Math.max(most, Math.abs(each)), 0);
      return (w - original[k]!) / largest;
    });
    const expected = (Math.SQRT2 * 0.6) / 20;
    // Uniform numbers have a variance of their squares of 4/5; statistics are fitted to within 2 %.
    const error = Math.sqrt(0.8 / errors.length) + 0.04;
    expect(Math.abs(variance(errors) / expected ** 2 - 1)).toBeLessThan(4 * error);
  });

  test("add the spread of switches to the mean drive", async () => {
    const spread = await onDevice(
      { switch: { type: "probability", probability: 0.5, deviceDeviation: 0.1 } },
      "a",
    );
    const none = await onDevice({}, "a");
    const deviations = Float64Array.from(spread.v, (v, i) => v - none.v[i]!);
    // sum (p - 1/2) w z over sqrt(2 / 4) ||w||: of the deviation sqrt(2) .1.
    const z = (variance(deviations) / 0.02 - 1) / Math.sqrt(2 / deviations.length);
    expect(normalP(z)).toBeGreaterThan(LEAST_P);
  });

  test("comparators shift sums, and widen their noise", async () => {
    const array = { rows: 8, columns: 8, readVolts: 0.5 };
    const offset = await onDevice({ array: { ...array, comparatorOffsetMicroamperes: 1 } }, "b");
    const noise = await onDevice({ array: { ...array, comparatorNoiseMicroamperes: 10 } }, "b");
    const none = await onDevice({}, "b");
    expect(variance(Float64Array.from(offset.v, (v, i) => v - none.v[i]!))).toBeGreaterThan(1e-4);
    for (const [i, v] of noise.v.entries()) {
      const weights = model.parameters["layers.0.weight"]!.subarray(36 * i, 36 * (i + 1));
      const [norm, largest] = [Math.hypot(...weights), Math.max(...weights.map(Math.abs))];
      expect(v / none.v[i]!).toBeCloseTo(norm / Math.hypot(norm, 2 * largest), 3);
    }
  });

  test("are straight-through in the backward pass", async () => {
    const found = await onDevice({ cell: { ...cell, levels: 4 } }, "c");
    const { slope } = found as unknown as { slope: Float32Array };
    expect(slope.every((value) => value === 3)).toBe(true);
  });
});

describe("amplifiers of rectifiers", () => {
  const device = parseAnalogDevice({
    ...{ name: "mine", cell },
    array: {
      ...{ rows: 8, columns: 8, readVolts: 0.5 },
      ...{ comparatorOffsetMicroamperes: 1, comparatorNoiseMicroamperes: 2 },
    },
  });
  const statistics = deviceStatistics(device, 0);

  /** The first layer's bias and deviation, in the loop and on a chip of the device. */
  const layerOf = async (model: Model) => {
    const { network, parameters } = model;
    const inputs = deviceInputs(network, statistics);
    const found = parametersOnDevice(network, modelInputs(model), statistics, inputs);
    const numbers = Object.fromEntries(
      Object.entries(inputs).map(([name, { shape }]) => [name, uniform(name, sizeOf(shape))]),
    );
    const inLoop = (kind: string): Promise<number[]> =>
      evaluate(found[`layers.0.${kind}`]!, numbers, { bound: parameters });
    const chip = putOnChip(model, device, { seed: 1, chip: 1, seconds: 0 });
    return {
      shift: (await inLoop("bias")).map((bias, i) => bias - parameters["layers.0.bias"]![i]!),
      deviation: await inLoop("deviation"),
      onChip: chip.parameters["layers.0.deviation"]!,
      weight: await inLoop("weight"),
    };
  };

  test.each([
    ["plain", { neuron: "relu" }],
    ["weight-normalised", { neuron: "relu", normalization: "weight" }],
    ["batch-normalised", { neuron: "relu", normalization: "batch" }],
    ["noisy", { neuron: "noisyRelu" }],
  ] as const)(`deviate as on a chip: %s, p > ${LEAST_P}`, async (_, options) => {
    const model = randomModel({ layers: [{ type: "dense", units: 400, ...options }] });
    const { shift, deviation, onChip } = await layerOf(model);
    const noise = deviation.map((each) =>
      options.neuron === "noisyRelu" ? Math.sqrt(each ** 2 - 0.01) : each,
    );
    for (const [i, each] of onChip.entries()) expect(Math.abs(deviation[i]!)).toBeCloseTo(Math.abs(each), 4);
    // The offset's deviation is half that of the noise; uniform numbers have a variance of their squares of 4/5.
    const power = variance(Float64Array.from(shift, (each, i) => each / noise[i]!));
    expect(normalP((power / 0.25 - 1) / Math.sqrt(0.8 / shift.length))).toBeGreaterThan(LEAST_P);
  });

  test("add their noise to the sums of rectifiers alone", () => {
    const { network } = randomModel({
      layers: [
        { type: "dense", units: 5, neuron: "relu" },
        { type: "dense", units: 5, neuron: "nsm" },
      ],
    });
    const neurons = planOf(networkOnDevice(network, statistics)).map(({ neuron }) => neuron);
    expect(neurons).toEqual(["noisyRelu", "nsm", undefined]);
    const quiet = deviceStatistics(parseAnalogDevice({ name: "mine", cell }), 0);
    expect(networkOnDevice(network, quiet)).toBe(network);
    const widths = noiseWidths(network, statistics);
    expect(widths["layers.0.uniform"]).toBe(10);
    expect(widths["layers.0.comparators"]).toBe(0);
  });

  test("stand before a digital normalisation, which divides by the norm of the weights that were to be stored", async () => {
    const coarse = deviceStatistics(
      parseAnalogDevice({ name: "mine", cell: { ...cell, stuckOffShare: 0.3 } }),
      0,
    );
    const model = randomModel({
      layers: [{ type: "dense", units: 4, neuron: "relu", normalization: "weight" }],
    });
    const found = parametersOnDevice(
      model.network,
      modelInputs(model),
      coarse,
      deviceInputs(model.network, coarse),
    );
    const norms = await evaluate(found["layers.0.norm"]!, {}, { bound: model.parameters });
    for (const [i, norm] of norms.entries())
      expect(norm).toBeCloseTo(
        Math.hypot(...model.parameters["layers.0.weight"]!.subarray(36 * i, 36 * (i + 1))),
        4,
      );
  });

  test.each([
    ["plain", {}],
    ["batch-normalised", { normalization: "batch" }],
  ] as const)("change what a run learns: %s rectifiers", async (_, options) => {
    const network = {
      ...{
        name: "tiny",
        encoding: "real" as const,
        input: [1, 6, 6] as [number, number, number],
        classes: 3,
      },
      layers: [{ type: "dense" as const, units: 8, neuron: "relu" as const, ...options }],
    };
    const learn = (each: AnalogDeviceDescription) =>
      train(network, split, {
        batch: 20,
        epochs: 1,
        threads: 1,
        substrate: { device: parseAnalogDevice(each) },
      });
    const [noisy, quiet] = [await learn(device), await learn({ name: "mine", cell })];
    expect(noisy.parameters["layers.0.weight"]).not.toEqual(quiet.parameters["layers.0.weight"]);
    expect(noisy.network).toEqual(quiet.network);
  });
});

describe("a run", () => {
  const network = {
    ...{ name: "tiny", encoding: "sign" as const, input: [1, 6, 6] as [number, number, number], classes: 3 },
    layers: [{ type: "dense" as const, units: 8 }],
  };
  const device = parseAnalogDevice({
    ...{ name: "mine", cell: { ...cell, programming: { deviationMicrosiemens: [1] } } },
    switch: { type: "probability", probability: 0.3, deviceDeviation: 0.1 },
    array: {
      rows: 8,
      columns: 8,
      readVolts: 0.5,
      comparatorOffsetMicroamperes: 1,
      comparatorNoiseMicroamperes: 1,
    },
  });
  const settings = { batch: 20, epochs: 2, substrate: { device } };

  test("records its device, and takes the noise of its switch", async () => {
    const folder = await emptyFolder();
    const out = join(folder, "a");
    const run = await train(network, split, { ...settings, out, threads: 1 });
    const { training, network: stored } = JSON.parse(await readFile(join(out, "run.json"), "utf8"));
    expect(training.substrate).toEqual({ device: JSON.parse(JSON.stringify(device)), seconds: 86_400 });
    expect(stored.noise).toEqual({ type: "bernoulli", p: 0.3 });
    expect((await openRun(out)).parameters).toEqual(run.parameters);
    const plain = await train({ ...network, noise: { type: "bernoulli", p: 0.3 } }, split, {
      ...{ batch: 20, epochs: 2, threads: 1 },
    });
    expect(plain.parameters["layers.0.weight"]).not.toEqual(run.parameters["layers.0.weight"]);
  });

  test("ends in the same bits when it is stopped and resumed", async () => {
    const folder = await emptyFolder();
    const [whole, parts] = [join(folder, "whole"), join(folder, "parts")];
    const expected = await train(network, split, { ...settings, out: whole, threads: 2 });
    const stop = new AbortController();
    await train(network, split, {
      ...{ ...settings, out: parts, threads: 2, signal: stop.signal },
      onStep: ({ position: { step } }) => step === 4 && stop.abort(),
    }).catch(() => {});
    expect((await resume(parts, split, {})).parameters).toEqual(expected.parameters);
  });

  test("is refused for a network that the device cannot compute, and for a switch without noise", async () => {
    const signsNetwork = { ...network, neuron: "sign" as const };
    await expect(prepareTraining(signsNetwork, split, settings)).rejects.toThrow(/tiny on mine, layers\.0/);
    const always = { name: "on", cell, switch: { type: "probability" as const, probability: 1 } };
    await expect(prepareTraining(network, split, { substrate: { device: always } })).rejects.toThrow(
      ConfigError,
    );
    expect(parseNetwork(network).noise).toEqual({ type: "bernoulli", p: 0.5 });
  });
});

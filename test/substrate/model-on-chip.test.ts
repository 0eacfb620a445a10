/**
 * Networks on chips: the unit law against synapse-by-synapse sampling with the chip's weights and probabilities, and what a chip
 * leaves unchanged. Seeds are fixed.
 */
import { describe, expect, test } from "vitest";
import { ConfigError } from "../../src/errors.ts";
import { forward, modelInputs } from "../../src/networks/interpreters/sample.ts";
import { synapseForward, synapseInputs } from "../../src/networks/interpreters/synapse.ts";
import { kindOf } from "../../src/networks/layers/kinds.ts";
import type { Model } from "../../src/networks/model.ts";
import { type NetworkDescription, parseNetwork } from "../../src/networks/network.ts";
import { noiseInputs } from "../../src/networks/noise-inputs.ts";
import { planOf } from "../../src/networks/plan.ts";
import { offsetOf } from "../../src/networks/under-noise.ts";
import { bernoulli } from "../../src/nn/noise/bernoulli.ts";
import { fillUniform } from "../../src/random/fill.ts";
import { key } from "../../src/random/key.ts";
import { createEngine } from "../../src/runtime/node.ts";
import { type Chip, chipOf } from "../../src/substrate/chip.ts";
import { parseAnalogDevice } from "../../src/substrate/device.ts";
import { analogDeviceByName } from "../../src/substrate/devices/devices.ts";
import { putOnChip } from "../../src/substrate/model-on-chip.ts";
import { lower } from "../../src/tensor/lower.ts";
import { input, sizeOf, type TypedArray } from "../../src/tensor/tensor.ts";
import { randomModel } from "../inference/models.ts";
import { signs, uniform } from "../nn/draw.ts";
import { homogeneityP, ksP, normalCdf, worstP } from "../support/statistics.ts";

/** Smallest p-value that each test accepts, of all its comparisons together. */
const LEAST_P = 1e-4;
const [SAMPLES, BATCH] = [4000, 500];

const engine = createEngine({ threads: 1 });
const once = { seed: 1, chip: 0, seconds: 10 };

/** Switches that differ widely, behind cells with programming noise. */
const device = parseAnalogDevice({
  name: "mine",
  cell: { gMinMicrosiemens: 1, gMaxMicrosiemens: 20, programming: { deviationMicrosiemens: [0.5] } },
  switch: { type: "probability", probability: 0.4, deviceDeviation: 0.2 },
});

/** A network whose logits are the spikes of its layers, with random parameters under which most units change their state. */
const spikingModel = (description: Partial<NetworkDescription>): Model => {
  const probe = parseNetwork({
    ...{ name: "chip", classes: 2, encoding: "sign", input: [8, 6, 6], noise: bernoulli(0.5), layers: [] },
    ...description,
  });
  const network = { ...probe, classes: sizeOf(planOf(probe).at(-1)!.inputShape) };
  const parameters: Record<string, Float32Array> = {};
  for (const plan of planOf(network).slice(0, -1))
    for (const { name, kind, shape, fanIn = 1 } of plan.parameters) {
      const range = kind === "gain" ? [0.1, 0.3] : kind === "bias" ? [-1, 0] : [-1, 1];
      parameters[name] = uniform(name, sizeOf(shape), ...range);
      if (kind === "weight") expect(fanIn).toBeGreaterThanOrEqual(60);
    }
  const identity = new Float32Array(network.classes ** 2);
  for (let k = 0; k < network.classes; k++) identity[k * network.classes + k] = 1;
  Object.assign(parameters, {
    "readout.weight": identity,
    "readout.bias": new Float32Array(network.classes),
  });
  return { network, parameters };
};

/** The model whose synapses meet the chip's noise one by one: its weights, with the network's gains. */
const synapseBySynapse = (model: Model, onChip: Model, chip: Chip): Model => ({
  network: onChip.network,
  parameters: {
    ...onChip.parameters,
    ...Object.fromEntries(
      planOf(model.network).flatMap(({ parameters, noisySynapses }) =>
        noisySynapses
          ? parameters.flatMap(({ name, kind }) =>
              kind === "weight"
                ? [[name, chip[name]!.weight] as const]
                : kind === "gain"
                  ? [[name, model.parameters[name]!] as const]
                  : [],
            )
          : [],
      ),
    ),
  },
});

/** Fills xi [.., units, locations, inputs], 1 with the probability of each synapse, else 0. */
const fillSwitches = (model: Model, chip: Chip, stream: string, run: number, xi: Float32Array): void => {
  fillUniform(key(2, stream, run), xi);
  const plan = planOf(model.network).find(({ name }) => stream === `${name}.xi`)!;
  const { shape } = kindOf(plan.layer).synapses!(plan, modelInputs(model));
  const { probability } = chip[`${plan.name}.weight`]!;
  const inputs = shape.at(-1)!;
  const locations = shape.length === 3 ? shape[1]! : 1;
  const units = shape[0]!;
  for (let k = 0; k < xi.length; k++) {
    const unit = Math.floor(k / (inputs * locations)) % units;
    xi[k] = (xi[k]! + 1) / 2 < probability![unit * inputs + (k % inputs)]! ? 1 : 0;
  }
};

/** Outputs [SAMPLES, classes] of one image. */
const spikesOf = async (
  model: Model,
  image: Float32Array,
  law: "unit" | "synapse",
  fill: (stream: string, run: number, out: Float32Array) => void,
): Promise<Float32Array> => {
  const { network, parameters: bound } = model;
  const x = input("images", [BATCH, ...network.input]);
  const noise = (law === "unit" ? noiseInputs : synapseInputs)(network, BATCH);
  const logits = (law === "unit" ? forward : synapseForward)(network, modelInputs(model), x, noise);
  const executable = await engine.compile(lower({ logits }, { bound }));
  const images = new Float32Array(BATCH * image.length).map((_, k) => image[k % image.length]!);
  const found = new Float32Array(SAMPLES * network.classes);
  for (let run = 0; run < SAMPLES / BATCH; run++) {
    const arrays = Object.entries(noise).map(([name, { shape }]) => {
      const array = new Float32Array(sizeOf(shape));
      fill(name, run, array);
      return [name, array] as const;
    });
    const inputs: Record<string, TypedArray> = { images, ...Object.fromEntries(arrays) };
    found.set((await executable.run(inputs)).logits as Float32Array, run * BATCH * network.classes);
  }
  await executable.dispose();
  return found;
};

const countsOf = (spikes: Float32Array, outputs: number, unit: number): ReadonlyMap<string, number> => {
  const counts = new Map<string, number>();
  for (let k = unit; k < spikes.length; k += outputs) {
    const state = spikes[k]!.toFixed(3);
    counts.set(state, (counts.get(state) ?? 0) + 1);
  }
  return counts;
};

describe(`unit law and synapses one by one, ${SAMPLES} samples, p > ${LEAST_P}`, () => {
  test.each<[string, Partial<NetworkDescription>]>([
    ["dense", { layers: [{ type: "dense", units: 12 }] }],
    ["dense on real inputs", { encoding: "real", layers: [{ type: "dense", units: 12 }] }],
    ["a convolution with padding", { layers: [{ type: "conv2d", channels: 2, kernel: 3, padding: 1 }] }],
    ["pooled windows", { layers: [{ type: "conv2d", channels: 3, kernel: 3, pool: 2 }] }],
    [
      "strides, padding and real inputs",
      {
        encoding: "real",
        layers: [{ type: "conv2d", channels: 3, kernel: 3, stride: 2, padding: 1, pool: 2 }],
      },
    ],
    [
      "two layers",
      {
        layers: [
          { type: "conv2d", channels: 8, kernel: 3, padding: 1, pool: 2 },
          { type: "dense", units: 8 },
        ],
      },
    ],
    [
      "populations",
      {
        layers: [
          { type: "conv2d", channels: 8, kernel: 3, padding: 1, pool: 2, population: { size: 3 } },
          { type: "dense", units: 6, population: { size: 2, spacing: 0.5, learned: true } },
        ],
      },
    ],
    [
      "neurons on potentials",
      {
        layers: [
          { type: "conv2d", channels: 8, kernel: 3, padding: 1, potential: true },
          { type: "neurons" },
          { type: "conv2d", channels: 4, kernel: 3, padding: 1, potential: true },
          { type: "neurons", pool: 3 },
        ],
      },
    ],
  ])("%s", async (_name, description) => {
    const model = spikingModel(description);
    const { encoding } = model.network;
    const image = encoding === "real" ? uniform("image", 288, 0, 1) : signs("image", 288);
    const chip = chipOf(model, device, once);
    const onChip = putOnChip(model, device, once);
    const unit = await spikesOf(onChip, image, "unit", (stream, run, out) =>
      fillUniform(key(1, stream, run), out),
    );
    const single = synapseBySynapse(model, onChip, chip);
    const synapse = await spikesOf(single, image, "synapse", (stream, run, out) =>
      fillSwitches(model, chip, stream, run, out),
    );
    const { classes } = model.network;
    const ps = Array.from({ length: classes }, (_, k) => {
      const [a, b] = [countsOf(unit, classes, k), countsOf(synapse, classes, k)];
      const states = [...new Set([...a.keys(), ...b.keys()])];
      const [x, y] = [a, b].map((counts) => states.map((state) => counts.get(state) ?? 0)) as [
        number[],
        number[],
      ];
      return { p: x.every((n, i) => n === y[i]) ? 1 : homogeneityP(x, y), most: Math.max(...x) };
    });
    // Units must change their state, or the test would be trivial.
    expect(ps.filter(({ most }) => most < 0.98 * SAMPLES).length).toBeGreaterThanOrEqual(classes / 2);
    expect(worstP(ps.map(({ p }) => p))).toBeGreaterThan(LEAST_P);
  });
});

test(`the sums u are normal with the mean and variance of the unit law, p > ${LEAST_P}`, () => {
  const model = spikingModel({ layers: [{ type: "dense", units: 4 }] });
  const chip = chipOf(model, device, once);
  const { parameters } = putOnChip(model, device, once);
  const { weight, probability } = chip["layers.0.weight"]!;
  const [inputs, z] = [288, signs("image", 288)];
  const ps = Array.from({ length: 4 }, (_, unit) => {
    const [gain, bias] = ["gain", "bias"].map((kind) => model.parameters[`layers.0.${kind}`]![unit]!);
    const a = offsetOf(gain!, model.network.noise);
    const u = new Float64Array(SAMPLES).map((_, run) => {
      const xi = new Float32Array(inputs);
      fillUniform(key(3, `unit ${unit}`, run), xi);
      return xi.reduce((sum, number, j) => {
        const k = unit * inputs + j;
        return sum + (((number + 1) / 2 < probability![k]! ? 1 : 0) + a) * weight[k]! * z[j]!;
      }, bias!);
    });
    const row = (name: string): Float32Array =>
      parameters[`layers.0.${name}`]!.subarray(unit * inputs, (unit + 1) * inputs);
    const centre = row("weight").reduce((sum, m, j) => sum + m * z[j]!, bias!);
    // The squares are in units of the network's noise, whose variance is 1/4.
    const deviation = Math.sqrt(row("squares").reduce((sum, q) => sum + q / 4, 0));
    return ksP(u, (x) => normalCdf((x - centre) / deviation));
  });
  expect(worstP(ps)).toBeGreaterThan(LEAST_P);
});

describe("a chip leaves alone what it does not touch", () => {
  test("an ideal device gives the model itself", () => {
    const model = randomModel();
    expect(putOnChip(model, analogDeviceByName("ideal"), once)).toEqual({ ...model, onChip: true });
  });

  test("a switch with the network's probability gives the network's potentials", () => {
    const model = spikingModel({ layers: [{ type: "dense", units: 5 }] });
    const exact = parseAnalogDevice({
      name: "exact",
      cell: { gMinMicrosiemens: 0, gMaxMicrosiemens: 20 },
      switch: { type: "probability", probability: 0.5 },
    });
    const { parameters } = putOnChip(model, exact, once);
    const [weight, gain] = ["weight", "gain"].map((kind) => model.parameters[`layers.0.${kind}`]!);
    for (const [k, q] of parameters["layers.0.squares"]!.entries()) {
      expect(q).toBeCloseTo(weight![k]! ** 2, 6);
      const beta = parameters["layers.0.gain"]![0]!;
      expect(beta * parameters["layers.0.weight"]![k]!).toBeCloseTo(
        gain![Math.floor(k / 288)]! * weight![k]!,
        6,
      );
    }
  });

  test("weight normalization divides by the network's norms, not the chip's", () => {
    const model = randomModel({
      neuron: "relu",
      layers: [{ type: "dense", units: 6, normalization: "weight" }],
    });
    const half = parseAnalogDevice({
      name: "half",
      cell: {
        ...{ gMinMicrosiemens: 0, gMaxMicrosiemens: 20 },
        drift: { type: "powerLaw", referenceSeconds: 1, exponentMean: EXPONENT, exponentDeviation: NONE },
      },
    });
    const { parameters } = putOnChip(model, half, { ...once, seconds: 2 });
    const [weight, gain] = ["weight", "gain"].map((kind) => parameters[`layers.0.${kind}`]!);
    for (let k = 0; k < 6; k++) {
      expect(weight![36 * k]).toBeCloseTo(model.parameters["layers.0.weight"]![36 * k]! / 2, 5);
      expect(gain![k]).toBeCloseTo(model.parameters["layers.0.gain"]![k]! / 2, 5);
    }
  });
});

/** The exponent of drift is 1, so that conductances are halved from 1 s to 2 s. */
const EXPONENT = { slope: 0, intercept: 1, minimum: 1, maximum: 1 };
const NONE = { slope: 0, intercept: 0, minimum: 0, maximum: 0 };

test.each([false, true])(
  "thresholds of neurons on potentials stay where they are in u, as those of the layer itself (learned: %s)",
  (learned) => {
    const layer = { type: "conv2d", channels: 3, kernel: 3 } as const;
    const population = { size: 2, spacing: 0.5, ...(learned && { learned }) } as const;
    const neurons = { type: "neurons", population } as const;
    const shortcut = { type: "conv2d", channels: 3, kernel: 3, potential: true, from: "input" } as const;
    const modelOf = (name: string, layers: NetworkDescription["layers"]): Model => {
      const { network, parameters } = spikingModel({ layers });
      const own = learned && { [`${name}.threshold`]: uniform("thresholds", 6, -2, 1) };
      return { network, parameters: { ...parameters, ...own } };
    };
    const thresholdsOf = (name: string, layers: NetworkDescription["layers"]): Float32Array =>
      putOnChip(modelOf(name, layers), device, once).parameters[`${name}.threshold`]!;
    const expected = thresholdsOf("layers.0", [{ ...layer, population }]);
    expect(thresholdsOf("layers.1", [{ ...layer, potential: true }, neurons])).toEqual(expected);
    // In a sum they are in the u of the first layer, whose noise the neurons sample.
    const sum = { type: "add" as const, from: ["layers.0", "layers.1"] };
    expect(thresholdsOf("layers.3", [{ ...layer, potential: true }, shortcut, sum, neurons])).toEqual(
      expected,
    );
    // Sums of exact weights have no u.
    const stem = spikingModel({ layers: [{ ...layer, neuron: "linear" }, neurons] });
    const { network, parameters } = putOnChip(stem, device, once);
    expect(network.layers[1]).toEqual(stem.network.layers[1]);
    expect(parameters["layers.1.threshold"]).toEqual(stem.parameters["layers.1.threshold"]);
  },
);

test("a gain of each location with a switch is refused, with the layer's name", () => {
  const model = randomModel({ layers: [{ type: "conv2d", channels: 2, kernel: 3, gain: "location" }] });
  expect(() => putOnChip(model, device, once)).toThrow(ConfigError);
  expect(() => putOnChip(model, device, once)).toThrow(
    /random on mine, layers\.0: got a gain of each location/,
  );
  const { switch: _, ...cellsOnly } = device;
  expect(() => putOnChip(model, cellsOnly, once)).not.toThrow();
});

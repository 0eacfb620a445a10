/** Recalibration of a network on a chip. Seeds are fixed. */
import { describe, expect, test } from "vitest";
import { ConfigError } from "../../src/errors.ts";
import { exportOnnx } from "../../src/export/onnx.ts";
import { recalibrate } from "../../src/inference/chips/recalibrate.ts";
import { monteCarlo } from "../../src/inference/node.ts";
import type { Model } from "../../src/networks/model.ts";
import { parseAnalogDevice } from "../../src/substrate/device.ts";
import { putOnChip } from "../../src/substrate/model-on-chip.ts";
import { populations, randomImages, randomModel } from "./models.ts";

const images = randomImages(200);
const once = { seed: 1, chip: 0, seconds: 8 };
const cell = { gMinMicrosiemens: 0, gMaxMicrosiemens: 20 };

/** Every conductance is divided by its time: the exponent of drift is 1. */
const halving = parseAnalogDevice({
  name: "drifting",
  cell: {
    ...cell,
    drift: {
      ...{ type: "powerLaw", referenceSeconds: 1 },
      exponentMean: { slope: 0, intercept: 1, minimum: 1, maximum: 1 },
      exponentDeviation: { slope: 0, intercept: 0, minimum: 0, maximum: 0 },
    },
  },
});

const expectSame = async (a: Model, b: Model, digits: number): Promise<void> => {
  const options = { samples: 20, threads: 1 };
  const [x, y] = [await monteCarlo(a, images, options), await monteCarlo(b, images, options)];
  for (const [k, p] of x.probabilities.entries()) expect(y.probabilities[k]).toBeCloseTo(p, digits);
};

describe("a uniform loss of conductance is undone", () => {
  test.each([
    ["stochastic neurons", randomModel()],
    ["rectifiers", randomModel({ neuron: "relu" })],
    [
      "batch and weight normalization",
      randomModel({
        neuron: "relu",
        layers: [
          { type: "conv2d", channels: 3, kernel: 3, normalization: "weight" },
          { type: "dense", units: 6, normalization: "weight" },
        ],
      }),
    ],
  ] as const)("of %s", async (_name, model) => {
    const onChip = putOnChip(model, halving, once);
    await expectSame(model, await recalibrate(model, onChip, images, { threads: 1 }), 3);
  });
});

test("the digital factor of a unit follows its converter", async () => {
  const array = { rows: 64, columns: 64, readVolts: 0.2, readoutBits: 16 };
  const device = parseAnalogDevice({ ...halving, array });
  const model = randomModel({ neuron: "relu" });
  const onChip = putOnChip(model, device, once);
  const better = await recalibrate(model, onChip, images, { threads: 1 });
  await expectSame(model, better, 2);
  for (const name of ["layers.0", "layers.1", "readout"]) {
    expect(better.parameters[`${name}.weight`]).toEqual(onChip.parameters[`${name}.weight`]);
    // Conductances are an eighth of what they were.
    for (const slope of better.parameters[`${name}.slope`]!) expect(slope).toBeCloseTo(8, 1);
  }
});

const distance = async (a: Model, b: Model): Promise<number> => {
  const options = { samples: 50, threads: 1 };
  const [x, y] = [await monteCarlo(a, images, options), await monteCarlo(b, images, options)];
  return Math.sqrt(x.probabilities.reduce((sum, p, k) => sum + (p - y.probabilities[k]!) ** 2, 0));
};

describe("chips with offsets, noise and switches come closer to the network", () => {
  const device = parseAnalogDevice({
    name: "mine",
    cell: { ...cell, programming: { deviationMicrosiemens: [0.5] } },
    switch: { type: "probability", probability: 0.3, deviceDeviation: 0.05 },
    array: {
      ...{ rows: 64, columns: 64, readVolts: 0.2, wireResistanceOhms: 20 },
      ...{ comparatorOffsetMicroamperes: 1, comparatorNoiseMicroamperes: 0.5 },
    },
  });

  test.each([
    ["stochastic neurons", randomModel()],
    [
      "padded and centred",
      randomModel({ layers: [{ type: "conv2d", channels: 4, kernel: 3, padding: 1, centred: true }] }),
    ],
    ["populations", randomModel(populations())],
    ["rectifiers", randomModel({ neuron: "relu" })],
    [
      "batch normalization",
      randomModel({ neuron: "relu", layers: [{ type: "dense", units: 8, normalization: "batch" }] }),
    ],
  ] as const)("%s", async (_name, model) => {
    for (const [name, values] of Object.entries(model.parameters))
      if (name.endsWith(".variance")) values.fill(2);
    const onChip = putOnChip(model, device, once);
    const better = await recalibrate(model, onChip, images, { threads: 1 });
    expect(await distance(model, better)).toBeLessThan(0.9 * (await distance(model, onChip)));
  });
});

test("what does not fit is refused", async () => {
  const model = randomModel();
  const onChip = putOnChip(model, halving, once);
  await expect(recalibrate(model, onChip, randomImages(1))).rejects.toThrow(/got 1 images/);
  await expect(recalibrate(onChip, onChip, images, { rate: 1 } as never)).rejects.toThrow(ConfigError);
});

test("a model on a chip is refused where its units' variances are not known", async () => {
  const model = randomModel();
  const series = { type: "probability", probability: 0.4 } as const;
  const onChip = putOnChip(model, parseAnalogDevice({ name: "mine", cell, switch: series }), once);
  expect(() => exportOnnx(onChip)).toThrow(/got a model on a chip/);
  await expect(monteCarlo(onChip, images, { law: "synapse" })).rejects.toThrow(/got a model on a chip/);
  expect(() => putOnChip(onChip, halving, once)).toThrow(/got a model on a chip/);
});

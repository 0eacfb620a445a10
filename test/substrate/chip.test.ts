/** Chips: weights and probabilities of a network on a device, and the unit law of them. Seeds are fixed. */
import { describe, expect, test } from "vitest";
import { ConfigError } from "../../src/errors.ts";
import { initialParameters } from "../../src/networks/initialize.ts";
import type { Model } from "../../src/networks/model.ts";
import { parseNetwork } from "../../src/networks/network.ts";
import { parametersOf } from "../../src/networks/plan.ts";
import { bernoulli } from "../../src/nn/noise/bernoulli.ts";
import { gaussian } from "../../src/nn/noise/gaussian.ts";
import { key } from "../../src/random/key.ts";
import { chipOf } from "../../src/substrate/chip.ts";
import { type AnalogDeviceDescription, parseAnalogDevice } from "../../src/substrate/device.ts";
import { analogDeviceByName } from "../../src/substrate/devices/devices.ts";
import { passCorrelation } from "../../src/substrate/switches/switch.ts";
import { switchingPasses } from "../../src/substrate/switches/switching.ts";
import { unitLawOf } from "../../src/substrate/unit-law.ts";
import {
  chiSquareTail,
  correlation,
  ksP,
  mean,
  normalCdf,
  normalP,
  variance,
  worstP,
} from "../support/statistics.ts";

/** Smallest p-value that each test accepts, of all its comparisons together. */
const SIGNIFICANCE = 1e-4;

const network = parseNetwork({
  name: "net",
  encoding: "sign",
  input: [1, 8, 8],
  classes: 10,
  layers: [
    { type: "conv2d", channels: 6, kernel: 3, pool: 2 },
    { type: "dense", units: 40 },
  ],
});
const model: Model = { network, parameters: initialParameters(parametersOf(network), 1) };
const once = { seed: 1, chip: 0, seconds: 0 };

const deviceOf = (parts: Partial<AnalogDeviceDescription>) =>
  parseAnalogDevice({ name: "mine", cell: { gMinMicrosiemens: 0, gMaxMicrosiemens: 20 }, ...parts });

const weights = ["layers.0.weight", "layers.1.weight", "readout.weight"];

test("the ideal device stores every weight exactly, and leaves the noise to the network", () => {
  const chip = chipOf(model, analogDeviceByName("ideal"), once);
  expect(Object.keys(chip)).toEqual(weights);
  for (const name of weights)
    expect(chip[name]).toEqual({ weight: model.parameters[name], noisy: name !== "readout.weight" });
});

test("a switch is in series with synapses of stochastic neurons, not with the readout's", () => {
  const chip = chipOf(model, analogDeviceByName("fefet-selector"), once);
  for (const name of weights) {
    const { weight, probability } = chip[name]!;
    expect(weight).toHaveLength(model.parameters[name]!.length);
    if (name === "readout.weight") expect(probability).toBeUndefined();
    else expect(probability).toHaveLength(weight.length);
  }
  const p = chip["layers.1.weight"]!.probability!;
  // Phi(m / 4), m ~ N(0, 1), for a deviation over devices of a quarter of that over cycles.
  expect(ksP(p, (x) => normalCdf(4 * quantile(x)))).toBeGreaterThan(SIGNIFICANCE);
});

/** Normal quantile by bisection on the reference. */
const quantile = (p: number): number => {
  let [low, high] = [-10, 10];
  for (let k = 0; k < 60; k++) {
    const middle = (low + high) / 2;
    if (normalCdf(middle) < p) low = middle;
    else high = middle;
  }
  return low;
};

test("levels are those of each unit's largest weight", () => {
  const chip = chipOf(
    model,
    deviceOf({ cell: { gMinMicrosiemens: 5, gMaxMicrosiemens: 20, levels: 3 } }),
    once,
  );
  const original = model.parameters["layers.1.weight"]!;
  const inputs = original.length / 40;
  for (let unit = 0; unit < 40; unit++) {
    const row = original.subarray(unit * inputs, (unit + 1) * inputs);
    const largest = Math.max(...row.map(Math.abs));
    for (const [k, w] of chip["layers.1.weight"]!.weight.subarray(
      unit * inputs,
      (unit + 1) * inputs,
    ).entries())
      expect(w / largest).toBeCloseTo(Math.round((2 * row[k]!) / largest) / 2, 5);
  }
});

test("programming noise of both cells of a pair adds up", () => {
  const deviation = 0.3;
  const device = deviceOf({
    cell: { gMinMicrosiemens: 10, gMaxMicrosiemens: 20, programming: { deviationMicrosiemens: [deviation] } },
  });
  const original = model.parameters["layers.1.weight"]!;
  const inputs = original.length / 40;
  const errors = chipOf(model, device, once)["layers.1.weight"]!.weight.map((w, k) => {
    const unit = Math.floor(k / inputs);
    const largest = Math.max(...original.subarray(unit * inputs, (unit + 1) * inputs).map(Math.abs));
    return (10 * (w - original[k]!)) / largest;
  });
  expect(ksP(errors, (x) => normalCdf(x / (Math.SQRT2 * deviation)))).toBeGreaterThan(SIGNIFICANCE);
});

test("a unit without weights stores about zero", () => {
  const parameters = {
    ...model.parameters,
    "readout.weight": new Float32Array(model.parameters["readout.weight"]!.length),
  };
  const { weight } = chipOf({ network, parameters }, analogDeviceByName("pcm"), once)["readout.weight"]!;
  expect(weight.every(Number.isFinite)).toBe(true);
});

test.each([-1, Number.NaN, Number.POSITIVE_INFINITY])("a time of %f seconds is refused", (seconds) => {
  expect(() => chipOf(model, analogDeviceByName("pcm"), { ...once, seconds })).toThrow(ConfigError);
});

test("a chip keeps its cells at every time, and another chip has others", () => {
  const device = analogDeviceByName("pcm");
  const weightOf = (options: object) =>
    chipOf(model, device, { ...once, ...options })["layers.1.weight"]!.weight;
  expect(weightOf({})).toEqual(weightOf({}));
  expect(correlation(weightOf({}), weightOf({ seconds: 3600 }))).toBeGreaterThan(0.99);
  for (const other of [{ seed: 2 }, { chip: 1 }]) expect(weightOf(other)).not.toEqual(weightOf({}));
});

describe("the unit law", () => {
  test("without a switch is that of the network's noise", () => {
    const { mean: m, variance: v } = unitLawOf(
      { weight: Float32Array.of(2, -3), noisy: true },
      gaussian(0.5),
    );
    expect([...m, ...v]).toEqual([2, -3, 1, 2.25]);
    expect([...unitLawOf({ weight: Float32Array.of(2), noisy: true }, bernoulli(0.25)).mean]).toEqual([0.5]);
  });

  test.each(["ideal", "fefet-selector"])("gives the readout no noise: %s", (name) => {
    const synapses = chipOf(model, analogDeviceByName(name), once)["readout.weight"]!;
    const { mean: m, variance: v } = unitLawOf(synapses, bernoulli(0.25));
    expect(m).toEqual(synapses.weight);
    expect(v).toEqual(new Float32Array(m.length));
  });

  test("agrees with every switch drawn: mean, variance, and the normal limit", () => {
    const device = analogDeviceByName("fefet-selector");
    const synapses = chipOf(model, device, once)["layers.1.weight"]!;
    const law = unitLawOf(synapses, network.noise);
    const inputs = synapses.weight.length / 40;
    const [units, passes] = [4, 4000];
    const z = Float32Array.from({ length: inputs }, (_, j) => (j % 3 === 0 ? -1 : 1));
    const sums = Array.from({ length: units }, () => new Float64Array(passes));
    let pass = 0;
    for (const transmits of switchingPasses(
      synapses.probability!.subarray(0, units * inputs),
      0,
      key(1, "switching"),
    )) {
      for (let i = 0; i < units; i++)
        for (let j = 0; j < inputs; j++)
          sums[i]![pass]! += transmits[i * inputs + j]! * synapses.weight[i * inputs + j]! * z[j]!;
      if (++pass === passes) break;
    }
    const ps = sums.flatMap((sample, i) => {
      const row = (coefficients: Float32Array) => coefficients.subarray(i * inputs, (i + 1) * inputs);
      const expected = row(law.mean).reduce((sum, m, j) => sum + m * z[j]!, 0);
      const squared = row(law.variance).reduce((sum, v) => sum + v, 0);
      const chi = (variance(sample) / squared) * (passes - 1);
      const upper = chiSquareTail(chi, passes - 1);
      return [
        normalP((mean(sample) - expected) / Math.sqrt(squared / passes)),
        2 * Math.min(upper, 1 - upper),
        ksP(sample, (x) => normalCdf((x - expected) / Math.sqrt(squared))),
      ];
    });
    expect(worstP(ps)).toBeGreaterThan(SIGNIFICANCE);
    expect(passCorrelation(device.switch!)).toBeCloseTo(Math.exp(-3), 12);
  });
});

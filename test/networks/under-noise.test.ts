/** A trained network under another noise: w, a and b stay; beta and the scale of b follow. */
import { describe, expect, test } from "vitest";
import { ConfigError } from "../../src/errors.ts";
import { initialParameters } from "../../src/networks/initialize.ts";
import { meanOf } from "../../src/networks/interpreters/draw.ts";
import { parameterInputs } from "../../src/networks/interpreters/sample.ts";
import { type NetworkDescription, parseNetwork } from "../../src/networks/network.ts";
import { parametersOf, planOf } from "../../src/networks/plan.ts";
import { gainOf, modelUnderNoise, offsetOf } from "../../src/networks/under-noise.ts";
import { bernoulli } from "../../src/nn/noise/bernoulli.ts";
import { gaussian } from "../../src/nn/noise/gaussian.ts";
import type { Noise } from "../../src/nn/noise/noise.ts";
import { input } from "../../src/tensor/tensor.ts";
import { signs } from "../nn/draw.ts";
import { evaluate } from "../tensor/evaluate.ts";

const modelOf = (rest: Partial<NetworkDescription> = {}) => {
  const network = parseNetwork({
    name: "net",
    encoding: "sign",
    input: [1, 4, 4],
    classes: 2,
    noise: bernoulli(0.5),
    layers: [
      { type: "conv2d", channels: 2, kernel: 3, potential: true },
      { type: "neurons" },
      { type: "dense", units: 3 },
    ],
    ...rest,
  });
  return { network, parameters: initialParameters(parametersOf(network), 1) };
};

test("beta = (E(xi) + a) / sqrt(2 Var(xi)), as the paper's table says", () => {
  expect(gainOf(0, bernoulli(0.5))).toBeCloseTo(0.5 / Math.sqrt(0.5), 12);
  expect(gainOf(0.2, gaussian(2))).toBeCloseTo(1.2 / Math.sqrt(8), 12);
  for (const noise of [bernoulli(0.3), gaussian(0.7)])
    expect(gainOf(offsetOf(1.3, noise), noise)).toBeCloseTo(1.3, 12);
});

test("from p = .5 to p = .3 gains of 1 become those of the same a, nothing else changes, and back they are 1 again", () => {
  const model = modelOf();
  const other = modelUnderNoise(model, bernoulli(0.3));
  // a = sqrt(.5) - .5 for a gain of 1 under p = .5.
  const gain = (0.3 + Math.SQRT1_2 - 0.5) / Math.sqrt(2 * 0.3 * 0.7);
  expect(other.network).toEqual({ ...model.network, noise: bernoulli(0.3) });
  for (const [name, values] of Object.entries(other.parameters))
    if (!name.endsWith(".gain")) expect(values).toBe(model.parameters[name]);
    else for (const beta of values) expect(beta).toBeCloseTo(gain, 6);
  const back = modelUnderNoise(other, bernoulli(0.5));
  for (const beta of back.parameters["layers.2.gain"]!) expect(beta).toBeCloseTo(1, 6);
});

test("thresholds are biases of a population's neurons: one neuron with an offset is a neuron with that bias", async () => {
  const noise = gaussian(1);
  const of = (population?: { size: number; spacing: number; offset: number; learned?: true }) =>
    modelOf({ noise, layers: [{ type: "dense", units: 3, ...(population && { population }) }] });
  const single = of();
  const weight = single.parameters["layers.0.weight"]!;
  // b = -sqrt(2) s ||w|| offset, for each unit of 16 synapses.
  const bias = Float32Array.from({ length: 3 }, (_, i) => {
    const norm = Math.hypot(...weight.subarray(16 * i, 16 * (i + 1)));
    return -Math.SQRT2 * norm * 0.7;
  });
  const biased = { ...single, parameters: { ...single.parameters, "layers.0.bias": bias } };
  const meansOf = async ({ network, parameters }: typeof single): Promise<readonly number[]> => {
    const m = meanOf(planOf(network)[0]!, parameterInputs(network))([input("z", [8, 1, 4, 4])], {});
    const { "readout.weight": _, "readout.bias": __, ...own } = parameters;
    return [...(await evaluate(m, { ...own, z: signs("under noise", 128) }))];
  };
  const other = gaussian(2.5);
  const expected = await meansOf(modelUnderNoise(biased, other));
  expect(expected).not.toEqual(await meansOf(biased));
  for (const learned of [{}, { learned: true }] as const) {
    const population = of({ size: 1, spacing: 1, offset: 0.7, ...learned });
    for (const [k, m] of (await meansOf(population)).entries())
      expect(m).toBeCloseTo((await meansOf(biased))[k]!, 5);
    const found = await meansOf(modelUnderNoise(population, other));
    for (const [k, m] of found.entries()) expect(m).toBeCloseTo(expected[k]!, 5);
  }
});

test("thresholds on sums without synaptic noise stay, those on potentials and on sums of potentials change", () => {
  const population = { size: 2, spacing: 1, offset: 0.5 };
  for (const learned of [{}, { learned: true }] as const) {
    const neurons = { type: "neurons", population: { ...population, ...learned } } as const;
    const model = modelOf({
      noise: gaussian(1),
      layers: [
        { type: "dense", units: 3, neuron: "linear", normalization: "batch" },
        { ...neurons, name: "stem" },
        { type: "dense", units: 3, potential: true, name: "first" },
        { ...neurons, name: "on-potentials" },
        { type: "dense", units: 3, potential: true, name: "second" },
        { type: "add", from: ["second", "first"] },
        { ...neurons, name: "on-sum" },
      ],
    });
    const { network, parameters } = modelUnderNoise(model, gaussian(2));
    const expected = [1, 0.5, 0.5];
    for (const [k, name] of ["stem", "on-potentials", "on-sum"].entries()) {
      expect(network.layers.find((layer) => layer.name === name)).toMatchObject({
        population: { spacing: expected[k]!, offset: expected[k]! * 0.5 },
      });
      expect(parameters[`${name}.threshold`]).toEqual(
        model.parameters[`${name}.threshold`]?.map((t) => expected[k]! * t),
      );
    }
  }
});

describe("a network without noisy synapses", () => {
  test("is refused", () => {
    const layers = [{ type: "dense", units: 3 }] as const;
    expect(() => modelUnderNoise(modelOf({ neuron: "relu", layers: [...layers] }), gaussian(1))).toThrow(
      ConfigError,
    );
  });
});

test.each<[string, unknown]>([
  ["an unknown kind", { type: "tabel" }],
  ["a table without variance", { type: "table", values: [1], probabilities: [1] }],
  ["nothing", null],
])("%s is refused as a noise", (_, noise) => {
  expect(() => modelUnderNoise(modelOf(), noise as Noise)).toThrow(ConfigError);
});

/** A trained network at another gain: all potentials and thresholds scale, the readout does not. */
import { expect, test } from "vitest";
import { atGain } from "../../../src/experiments/depth/gain.ts";
import { monteCarlo, signalByDepth } from "../../../src/inference/node.ts";
import { initialParameters } from "../../../src/networks/initialize.ts";
import { parseNetwork } from "../../../src/networks/network.ts";
import { parametersOf } from "../../../src/networks/plan.ts";
import { uniform } from "../../nn/draw.ts";
import { smallSplit } from "../../training/digits.ts";

const network = parseNetwork({
  name: "small",
  encoding: "sign",
  input: [1, 6, 6],
  classes: 3,
  layers: [
    { type: "conv2d", channels: 3, kernel: 3, neuron: "linear", normalization: "batch" },
    { type: "neurons", population: { size: 2, spacing: 1 } },
    { type: "conv2d", channels: 4, kernel: 2, population: { size: 3, spacing: 0.5, offset: 0.2 } },
    { type: "dense", units: 6, population: { size: 2, spacing: 1, learned: true } },
  ],
});
const start = initialParameters(parametersOf(network), 1);
const parameters = Object.fromEntries(
  Object.entries(start).map(([name, values]) => [
    name,
    name.endsWith("bias") ? uniform(name, values.length, -0.5, 0.5) : values,
  ]),
);
const model = { network, parameters };
const images = smallSplit(100);
const options = { samples: 20, seed: 1, threads: 1 } as const;

test("the factor 1 changes nothing", () => {
  expect(atGain(model, 1)).toEqual(model);
});

test("potentials of the first stochastic layer, and all thresholds, are multiplied", async () => {
  const own = atGain(model, 3);
  const [before, after] = await Promise.all(
    [model, own].map(async (each) => (await signalByDepth(each, images, { threads: 1 })).layers[1]!),
  );
  expect(after!.spread! / before!.spread!).toBeCloseTo(3, 4);
  expect(after!.potential! / before!.potential!).toBeCloseTo(3, 3);
  expect(own.network.layers.slice(1)).toMatchObject([
    { population: { size: 2, spacing: 3 } },
    { population: { size: 3, spacing: 1.5, offset: 0.6000000000000001 } },
    { population: { size: 2, spacing: 3, learned: true } },
  ]);
  expect(own.parameters["layers.3.threshold"]).toEqual(parameters["layers.3.threshold"]!.map((t) => 3 * t));
  expect(own.parameters["layers.0.weight"]).toEqual(parameters["layers.0.weight"]);
  expect(own.parameters["readout.bias"]).toEqual(parameters["readout.bias"]);
});

test("passes agree at a high gain, and differ more at a low one", async () => {
  const informationAt = async (factor: number): Promise<number> => {
    const { mutualInformation } = await monteCarlo(atGain(model, factor), images, options);
    return mutualInformation.reduce((sum, each) => sum + each, 0) / images.count;
  };
  const [low, own, high] = await Promise.all([0.5, 1, 1e4].map(informationAt));
  expect(low!).toBeGreaterThan(own!);
  expect(high!).toBeLessThan(0.05 * own!);
});

/** Gradient estimators: those without bias against the exact gradient, the others against what defines them. */
import { describe, expect, test } from "vitest";
import { ConfigError } from "../../src/errors.ts";
import {
  drawnGradients,
  exactGradient,
  type GradientProblem,
} from "../../src/experiments/gradients/gradient-draws.ts";
import { initialParameters } from "../../src/networks/initialize.ts";
import { expectation } from "../../src/networks/interpreters/enumerate.ts";
import { parameterInputs } from "../../src/networks/interpreters/sample.ts";
import { type NetworkDescription, parseNetwork } from "../../src/networks/network.ts";
import { isTrained, parametersOf } from "../../src/networks/plan.ts";
import type { Estimator } from "../../src/nn/estimators.ts";
import { createEngine } from "../../src/runtime/node.ts";
import { input, sizeOf } from "../../src/tensor/tensor.ts";
import { lossOfBatch } from "../../src/training/loss.ts";
import { train } from "../../src/training/runs/run.ts";
import { populations } from "../inference/models.ts";
import { signs, uniform } from "../nn/draw.ts";
import { mean, normalP, variance, worstP } from "../support/statistics.ts";
import { smallSplit } from "./digits.ts";

const engine = createEngine({ threads: 1 });
/** Draws of a run, and runs: the mean of each run is one observation. */
const [ROWS, RUNS] = [500, 100];

const NETWORKS: Readonly<Record<string, NetworkDescription>> = {
  residual: {
    name: "residual",
    encoding: "sign",
    input: [1, 2, 2],
    classes: 2,
    layers: [
      { type: "dense", units: 2, potential: true, name: "v1" },
      { type: "neurons" },
      { type: "dense", units: 2, potential: true, name: "c2" },
      { type: "add", from: ["c2", "v1"] },
      { type: "neurons" },
    ],
  },
  dense: {
    name: "dense",
    encoding: "sign",
    input: [1, 2, 2],
    classes: 2,
    layers: [
      { type: "dense", units: 3 },
      { type: "dense", units: 2 },
    ],
  },
  "pooled as one unit": {
    name: "marginal",
    encoding: "sign",
    input: [1, 3, 3],
    classes: 2,
    layers: [
      { type: "conv2d", channels: 2, kernel: 2, pool: 2 },
      { type: "dense", units: 3 },
    ],
  },
  "pooled of sampled units": {
    name: "sampled",
    encoding: "sign",
    input: [1, 3, 3],
    classes: 2,
    layers: [
      { type: "conv2d", channels: 2, kernel: 2, pool: 2, pooling: "sampled" },
      { type: "dense", units: 3 },
    ],
  },
  populations: {
    name: "populations",
    encoding: "sign",
    input: [1, 3, 3],
    classes: 2,
    layers: [
      { type: "conv2d", channels: 1, kernel: 2, pool: 2, population: { size: 3, spacing: 0.5 } },
      { type: "dense", units: 2, population: { size: 2, spacing: 1, learned: true } },
      { type: "dense", units: 2 },
    ],
  },
};

const problemOf = (name: string): GradientProblem => {
  const network = parseNetwork(NETWORKS[name]!);
  const specs = parametersOf(network).filter(isTrained);
  const parameters = Object.fromEntries(
    specs.map(({ name, shape, kind }) => [
      name,
      uniform(
        `${network.name} ${name}`,
        sizeOf(shape),
        kind === "gain" ? 0.5 : -0.7,
        kind === "gain" ? 1 : 0.7,
      ),
    ]),
  );
  const image = signs(`${network.name} image`, sizeOf(network.input));
  return { network, parameters, image, label: 1, sought: specs.map(({ name }) => name) };
};

/** How far an estimator's mean lies from the exact gradient, by the element that lies furthest. */
const worstPOf = async (name: string, estimator: Estimator): Promise<number> => {
  const problem = problemOf(name);
  const exact = await exactGradient(engine, problem);
  const drawn = await drawnGradients(engine, problem, { estimator, rows: ROWS, runs: RUNS, seed: 1 });
  return worstP(
    [...exact].map((truth, k) => {
      const runs = drawn.map((run) => run[k]!);
      const error = Math.sqrt(variance(runs) / RUNS);
      // What does not depend on the spikes, such as the sum of the readout's biases, has no variance to speak of.
      return error < 1e-7 ? 1 : normalP((mean(runs) - truth) / error);
    }),
  );
};

describe("the score functions' mean is the exact gradient", () => {
  test.each(
    Object.keys(NETWORKS).flatMap((name) => (["reinforce", "arm"] as const).map((by) => [name, by] as const)),
  )("%s network, by %s", async (name, estimator) => {
    expect(await worstPOf(name, estimator)).toBeGreaterThan(1e-4);
  });

  test("and would be told from another by these draws", async () => {
    expect(await worstPOf("dense", "erf")).toBeLessThan(1e-4);
  });
});

test("networks whose examples depend on each other are refused", () => {
  const network = parseNetwork({
    name: "normalized",
    encoding: "sign",
    input: [1, 3, 3],
    classes: 2,
    layers: [
      { type: "dense", units: 3, neuron: "sign", normalization: "batch" },
      { type: "dense", units: 2 },
    ],
  });
  const build = () => lossOfBatch(network, parameterInputs(network), 4, { estimator: "arm" });
  expect(build).toThrow(ConfigError);
  expect(build).toThrow(/layers\.0: got batch normalization/);
});

test("networks that draw too much are refused by enumeration", () => {
  const network = parseNetwork({
    name: "wide",
    encoding: "sign",
    input: [1, 2, 2],
    classes: 2,
    layers: [{ type: "dense", units: 17 }],
  });
  const x = input("images", [1, 1, 2, 2]);
  const build = () => expectation(network, parameterInputs(network), x, (logits) => logits);
  expect(build).toThrow(ConfigError);
  expect(build).toThrow(/17 spikes.*at most 16/);
});

test.each<[Estimator, string]>([
  ["erf", "marginal"],
  ["concrete", "marginal"],
  ["reinforce", "marginal"],
  ["arm", "marginal"],
  ["identity", "sampled"],
  ["hardTanh", "sampled"],
])("populations are trained by %s, with all their parameters", async (estimator, pooling) => {
  const network = populations();
  const layers = network.layers.map((layer) =>
    "pool" in layer && layer.pool === 2 ? { ...layer, pooling } : layer,
  );
  const own = parseNetwork({ ...network, layers });
  const { parameters } = await train(own, smallSplit(), { estimator, epochs: 2, batch: 8, threads: 1 });
  const start = initialParameters(parametersOf(own), 1);
  for (const [name, values] of Object.entries(parameters)) {
    expect(values.every(Number.isFinite), name).toBe(true);
    expect(values, name).not.toEqual(start[name]);
  }
});

describe("training by an estimator that a network has no use for is refused before anything is written", () => {
  const layers = {
    dense: { type: "dense", units: 3 },
    conv: { type: "conv2d", channels: 2, kernel: 3, pool: 2 },
  } as const;
  test.each<[string, object, Estimator, RegExp]>([
    ["rectifiers", { neuron: "relu", layers: [layers.dense] }, "identity", /a network without such neurons/],
    ["signs, by a score function", { neuron: "sign", layers: [layers.dense] }, "arm", /without such neurons/],
    [
      "windows, straight through",
      { layers: [layers.conv] },
      "hardTanh",
      /layers\.0, whose windows are drawn as one/,
    ],
    [
      "batch normalization, by a score function",
      { layers: [{ ...layers.dense, neuron: "sign", normalization: "batch" }, layers.dense] },
      "reinforce",
      /batch normalization in layers\.0/,
    ],
  ])("%s", async (_what, description, estimator, message) => {
    const network = parseNetwork({
      name: "n",
      encoding: "sign",
      input: [1, 6, 6],
      classes: 3,
      ...description,
    });
    const training = train(network, smallSplit(), { estimator, epochs: 1, threads: 1 });
    await expect(training).rejects.toThrow(ConfigError);
    await expect(training).rejects.toThrow(message);
  });
});

/** Gradient estimators: those without bias against the exact gradient, the others against what defines them. */
import { describe, expect, test } from "vitest";
import { ConfigError } from "../../src/errors.ts";
import { expectation } from "../../src/networks/enumeration.ts";
import { parameterInputs } from "../../src/networks/forward.ts";
import { isTrained, parametersOf } from "../../src/networks/layers.ts";
import { type NetworkDescription, parseNetwork } from "../../src/networks/network.ts";
import { noiseInputs } from "../../src/networks/noise-inputs.ts";
import type { Estimator } from "../../src/nn/estimators.ts";
import { exampleLosses } from "../../src/nn/loss.ts";
import { createEngine } from "../../src/runtime/node.ts";
import { gradient } from "../../src/tensor/gradient.ts";
import { lower } from "../../src/tensor/lower.ts";
import { constant, input, sizeOf } from "../../src/tensor/tensor.ts";
import { train } from "../../src/training/run.ts";
import { lossOfBatch } from "../../src/training/step.ts";
import { signs, uniform } from "../nn/draw.ts";
import { mean, normalP, variance, worstP } from "../statistics.ts";
import { smallSplit } from "./digits.ts";

const engine = createEngine({ threads: 1 });
const LABEL = 1;
/** Draws of a run, and runs: the mean of each run is one observation. */
const [ROWS, RUNS] = [500, 100];

const NETWORKS: Readonly<Record<string, NetworkDescription>> = {
  dense: {
    name: "dense",
    input: [1, 2, 2],
    classes: 2,
    layers: [
      { type: "dense", units: 3 },
      { type: "dense", units: 2 },
    ],
  },
  "pooled as one unit": {
    name: "marginal",
    input: [1, 3, 3],
    classes: 2,
    layers: [
      { type: "conv2d", channels: 2, kernel: 2, pool: 2 },
      { type: "dense", units: 3 },
    ],
  },
  "pooled of sampled units": {
    name: "sampled",
    input: [1, 3, 3],
    classes: 2,
    layers: [
      { type: "conv2d", channels: 2, kernel: 2, pool: 2, pooling: "sampled" },
      { type: "dense", units: 3 },
    ],
  },
};

const setUp = (name: string) => {
  const network = parseNetwork(NETWORKS[name]!);
  const specs = parametersOf(network).filter(isTrained);
  const values = Object.fromEntries(
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
  return { network, specs, values, image: signs(`${network.name} image`, sizeOf(network.input)) };
};

const exactGradient = async (name: string): Promise<readonly number[]> => {
  const { network, specs, values, image } = setUp(name);
  const parameters = parameterInputs(network);
  const expected = expectation(network, parameters, input("images", [1, ...network.input]), (logits) =>
    exampleLosses(logits, constant(new Int32Array(logits.shape[0]!).fill(LABEL), [logits.shape[0]!])),
  );
  const found = gradient(
    expected,
    specs.map(({ name }) => parameters[name]!),
  );
  const program = lower(Object.fromEntries(specs.map(({ name }, k) => [`d ${name}`, found[k]!])));
  const executable = await engine.compile(program);
  const feeds = Object.entries({ ...values, images: image }).filter(([name]) => name in program.inputs);
  const results = await executable.run(Object.fromEntries(feeds));
  await executable.dispose();
  return specs.flatMap(({ name }) => [...(results[`d ${name}`] as Float32Array)]);
};

/** For each element of the gradient the means of the runs. */
const sampledGradients = async (name: string, estimator: Estimator): Promise<readonly number[][]> => {
  const { network, specs, values, image } = setUp(name);
  const parameters = parameterInputs(network);
  const { loss } = lossOfBatch(network, parameters, ROWS, { estimator });
  const found = gradient(
    loss,
    specs.map(({ name }) => parameters[name]!),
  );
  const executable = await engine.compile(
    lower(Object.fromEntries(specs.map(({ name }, k) => [`d ${name}`, found[k]!]))),
  );
  const images = new Float32Array(ROWS * image.length);
  for (let row = 0; row < ROWS; row++) images.set(image, row * image.length);
  const fixed = {
    ...{ ...values, images, labels: new Int32Array(ROWS).fill(LABEL) },
    mask: new Float32Array(ROWS).fill(1),
  };
  const runs: number[][] = [];
  for (let run = 0; run < RUNS; run++) {
    const noise = Object.entries(noiseInputs(network, ROWS, "training")).map(
      ([stream, { shape }]) => [stream, uniform(`${estimator} ${stream} ${run}`, sizeOf(shape))] as const,
    );
    const all = Object.entries({ ...fixed, ...Object.fromEntries(noise) });
    const feeds = Object.fromEntries(all.filter(([name]) => name in executable.program.inputs));
    const results = await executable.run(feeds);
    runs.push(specs.flatMap(({ name }) => [...(results[`d ${name}`] as Float32Array)]));
  }
  await executable.dispose();
  return runs[0]!.map((_, element) => runs.map((run) => run[element]!));
};

/** How far an estimator's mean lies from the exact gradient, by the element that lies furthest. */
const worstPOf = async (name: string, estimator: Estimator): Promise<number> => {
  const exact = await exactGradient(name);
  const sampled = await sampledGradients(name, estimator);
  return worstP(
    sampled.map((runs, k) => {
      const error = Math.sqrt(variance(runs) / RUNS);
      // What does not depend on the spikes, such as the sum of the readout's biases, has no variance to speak of.
      return error < 1e-7 ? 1 : normalP((mean(runs) - exact[k]!) / error);
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
    input: [1, 2, 2],
    classes: 2,
    layers: [{ type: "dense", units: 17 }],
  });
  const x = input("images", [1, 1, 2, 2]);
  const build = () => expectation(network, parameterInputs(network), x, (logits) => logits);
  expect(build).toThrow(ConfigError);
  expect(build).toThrow(/17 spikes.*at most 16/);
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
    const network = parseNetwork({ name: "n", input: [1, 6, 6], classes: 3, ...description });
    const training = train(network, smallSplit(), { estimator, epochs: 1, threads: 1 });
    await expect(training).rejects.toThrow(ConfigError);
    await expect(training).rejects.toThrow(message);
  });
});

/** With balanced parameters a pooled window of random inputs fires half of the time. */
import { describe, expect, test } from "vitest";
import { balanced } from "../../src/networks/balanced-initialization.ts";
import { conventional } from "../../src/networks/catalogue.ts";
import { initialParameters } from "../../src/networks/initialize.ts";
import { meanOf } from "../../src/networks/interpreters/draw.ts";
import { parameterInputs } from "../../src/networks/interpreters/sample.ts";
import { type Network, parseNetwork } from "../../src/networks/network.ts";
import { parametersOf, planOf } from "../../src/networks/plan.ts";
import { bernoulli } from "../../src/nn/noise/bernoulli.ts";
import { gaussian } from "../../src/nn/noise/gaussian.ts";
import { createEngine } from "../../src/runtime/node.ts";
import { lower } from "../../src/tensor/lower.ts";
import { input } from "../../src/tensor/tensor.ts";
import { signs } from "../nn/draw.ts";
import { mean, variance } from "../support/statistics.ts";

const engine = createEngine({ threads: 1 });
const BATCH = 20;
const startOf = (network: Network) => initialParameters(parametersOf(network), 1);

describe("a pooled window, whose units have inputs of their own", () => {
  test.each([
    [2, bernoulli(0.5)],
    [2, gaussian(1)],
    [3, bernoulli(0.25)],
  ])("of %i x %i units, %o", async (pool, noise) => {
    const network = parseNetwork({
      name: "window",
      encoding: "sign",
      input: [100, pool, pool],
      classes: 2,
      noise,
      layers: [{ type: "conv2d", channels: 500, kernel: 1, pool }],
    });
    const parameters = balanced(network, startOf(network));
    const z = input("z", [BATCH, ...network.input]);
    const m = meanOf(planOf(network)[0]!, parameterInputs(network))([z], {});
    const executable = await engine.compile(lower({ m }));
    const { "readout.weight": _, "readout.bias": __, ...own } = parameters;
    const feeds = { ...own, z: signs("window", BATCH * 100 * pool ** 2) };
    const { m: found } = await executable.run(feeds);
    const means = [...found!] as number[];
    await executable.dispose();
    // E(z) = 2 P - 1; by the normal approximation it is beyond 4 with probability 6e-5.
    const score = mean(means) / Math.sqrt(variance(means) / means.length);
    expect(Math.abs(score)).toBeLessThan(4);
  });
});

test("a window fires half of the time also where its inputs are means of populations", async () => {
  const [size, pool] = [4, 2];
  const network = parseNetwork({
    name: "window",
    encoding: "sign",
    input: [100, pool, pool],
    classes: 2,
    layers: [
      { type: "conv2d", channels: 100, kernel: 1, population: { size, spacing: 1 } },
      { type: "conv2d", channels: 500, kernel: 1, pool },
    ],
  });
  const parameters = balanced(network, startOf(network));
  const z = input("z", [BATCH, 100, pool, pool]);
  const m = meanOf(planOf(network)[1]!, parameterInputs(network))([z], {});
  const program = lower({ m }, { bound: parameters });
  const executable = await engine.compile(program);
  const spikes = signs("populations", BATCH * 100 * pool ** 2 * size);
  const means = Float32Array.from({ length: spikes.length / size }, (_, k) =>
    mean([...spikes.subarray(k * size, (k + 1) * size)]),
  );
  const found = [...(await executable.run({ z: means })).m!] as number[];
  await executable.dispose();
  expect(Math.abs(mean(found) / Math.sqrt(variance(found) / found.length))).toBeLessThan(4);
});

test("changes gains of stochastic layers and biases of pooled ones, nothing else", () => {
  const convolution = { type: "conv2d", channels: 4, kernel: 3, padding: 1 } as const;
  const network = parseNetwork({
    name: "deep",
    input: [1, 8, 8],
    classes: 2,
    encoding: "real",
    layers: [
      { ...convolution, neuron: "sign", normalization: "batch" },
      { ...convolution, pool: 2, gain: "location" },
      convolution,
      { type: "dense", units: 3 },
    ],
  });
  const [random, found] = [startOf(network), balanced(network, startOf(network))];
  const changed = Object.keys(random).filter((name) => random[name]!.some((x, k) => x !== found[name]![k]));
  expect(changed).toEqual(["layers.1.gain", "layers.1.bias", "layers.2.gain", "layers.3.gain"]);
  const twin = conventional(network);
  expect(balanced(twin, startOf(twin))).toEqual(startOf(twin));
});

test("populations start with a wide drive and without a bias, and so do the sums that they take", () => {
  const population = { size: 4, spacing: 1 };
  const network = parseNetwork({
    name: "populations",
    input: [1, 8, 8],
    classes: 2,
    encoding: "real",
    layers: [
      { type: "conv2d", channels: 4, kernel: 3, neuron: "linear", normalization: "batch" },
      { type: "neurons", population },
      { type: "conv2d", channels: 4, kernel: 3, pool: 2, population },
      { type: "dense", units: 5, potential: true },
      { type: "neurons", population },
    ],
  });
  const start = startOf(network);
  const found = balanced(network, start);
  expect(found["layers.0.gain"]).toEqual(new Float32Array(4).fill(2.5));
  expect(found["layers.2.gain"]).toEqual(new Float32Array(4).fill(1.5));
  expect(found["layers.2.bias"]).toEqual(new Float32Array(4));
  expect(found["layers.3.gain"]).toEqual(new Float32Array(5).fill(1.5));
  expect(found["layers.2.weight"]).toBe(start["layers.2.weight"]);
});

/** Networks of populations: every way to run one gives the same law, and bad descriptions are refused. */
import { describe, expect, test } from "vitest";
import { ConfigError, ShapeError } from "../../src/errors.ts";
import { baseline, baselineNames } from "../../src/networks/baselines.ts";
import { initialParameters } from "../../src/networks/initialize.ts";
import { expectation } from "../../src/networks/interpreters/enumerate.ts";
import { meanForward } from "../../src/networks/interpreters/mean.ts";
import { propagateMoments } from "../../src/networks/interpreters/moments.ts";
import { forward, parameterInputs } from "../../src/networks/interpreters/sample.ts";
import { signalForward } from "../../src/networks/interpreters/signal.ts";
import { synapseForward, synapseInputs } from "../../src/networks/interpreters/synapse.ts";
import { traceForward } from "../../src/networks/interpreters/trace.ts";
import { type NetworkDescription, parseNetwork } from "../../src/networks/network.ts";
import { noiseInputs } from "../../src/networks/noise-inputs.ts";
import { parametersOf, planOf } from "../../src/networks/plan.ts";
import { CACHED, WHOLE } from "../../src/networks/tiling.ts";
import { sum } from "../../src/tensor/broadcast.ts";
import { gradient } from "../../src/tensor/gradient.ts";
import { part, reshape } from "../../src/tensor/layout.ts";
import { mean } from "../../src/tensor/reduce.ts";
import { softmax } from "../../src/tensor/softmax.ts";
import { input, sizeOf, type Tensor } from "../../src/tensor/tensor.ts";
import { signs, uniform } from "../nn/draw.ts";
import { evaluate } from "../tensor/evaluate.ts";

type Layers = NetworkDescription["layers"];

const network = (layers: Layers, rest: Partial<NetworkDescription> = {}) =>
  parseNetwork({ name: "net", encoding: "sign", input: [1, 4, 4], classes: 3, layers, ...rest });

/** 4 + 6 + 4 neurons: pooled windows, a layer of potentials, and learned thresholds. */
const net = network([
  { type: "conv2d", channels: 1, kernel: 2, pool: 2, population: { size: 4, spacing: 0.8 } },
  { type: "dense", units: 3, potential: true },
  { type: "neurons", population: { size: 2, spacing: 0.5, offset: 0 } },
  { type: "dense", units: 2, population: { size: 2, spacing: 1, learned: true } },
]);
const inputs = parameterInputs(net);
const parameters = Object.fromEntries(
  parametersOf(net).map(({ name, shape, kind }) => {
    const [low, high] = kind === "gain" ? [0.5, 1] : kind === "threshold" ? [-1, 0.2] : [-0.6, 0.6];
    return [name, uniform(name, sizeOf(shape), low, high)] as const;
  }),
);
const image = signs("image", 16);
const images = (rows: number): Tensor => input("x", [rows, 1, 4, 4]);
const feeds = (rows: number) => ({
  ...parameters,
  x: new Float32Array(16 * rows).map((_, k) => image[k % 16]!),
  ...Object.fromEntries(
    Object.entries(noiseInputs(net, rows)).map(([name, { shape }]) => [name, uniform(name, sizeOf(shape))]),
  ),
});

describe("a small network of populations", () => {
  const rows = 20_000;
  const probability = (c: number) => (logits: Tensor) => reshape(part(softmax(logits), 1, c, c + 1), [-1]);
  const exact = async (): Promise<readonly number[]> =>
    Promise.all(
      [0, 1, 2].map(
        async (c) => (await evaluate(expectation(net, inputs, images(1), probability(c)), feeds(1)))[0]!,
      ),
    );

  test("is what enumeration says: within 4 standard errors of at most .5 / sqrt(20,000)", async () => {
    const p = softmax(forward(net, inputs, images(rows), noiseInputs(net, rows)));
    const [sampled, known] = [await evaluate(mean(p, [0]), feeds(rows)), await exact()];
    expect(known.reduce((total, each) => total + each, 0)).toBeCloseTo(1, 5);
    for (const [c, each] of sampled.entries())
      expect(Math.abs(each - known[c]!)).toBeLessThan((4 * 0.5) / Math.sqrt(rows));
  });

  test("is near its moments and its mean field", async () => {
    const known = await exact();
    for (const p of [propagateMoments(net, inputs, images(1)), softmax(meanForward(net, inputs, images(1)))])
      for (const [c, q] of (await evaluate(p, feeds(1))).entries())
        expect(Math.abs(q - known[c]!)).toBeLessThan(0.05);
  });

  test("gives the same logits in chunks, whole and traced, and means of its neurons", async () => {
    const batch = 300;
    const noise = noiseInputs(net, batch);
    const whole = await evaluate(forward(net, inputs, images(batch), noise, WHOLE), feeds(batch));
    const chunks = forward(net, inputs, images(batch), noise, { ...CACHED, elements: 5000 });
    expect(await evaluate(chunks, feeds(batch))).toEqual(whole);
    const { logits, layers } = traceForward(net, inputs, images(batch), noise);
    expect(await evaluate(logits, feeds(batch))).toEqual(whole);
    expect(Object.values(layers).map(({ spikes }) => spikes.shape)).toEqual([
      [batch, 4, 1, 1, 1],
      [batch, 2, 3],
      [batch, 2, 2],
    ]);
    expect(planOf(net).map(({ inputSpikes }) => inputSpikes)).toEqual([1, 4, 0, 2, 2]);
  });

  test("trains all of its parameters: no gradient is zero", async () => {
    const logits = forward(net, inputs, images(50), noiseInputs(net, 50));
    const names = Object.keys(parameters);
    const gradients = gradient(
      sum(probability(0)(logits)),
      names.map((name) => inputs[name]!),
    );
    for (const [k, found] of gradients.entries())
      expect(
        (await evaluate(found, feeds(50))).some((g) => g !== 0),
        names[k],
      ).toBe(true);
  });
});

test("a unit without active inputs and bias fires under both laws, whatever its thresholds: sgn(0) = +1", async () => {
  const silent = network(
    [
      { type: "dense", units: 2, population: { size: 3, spacing: 1 } },
      { type: "dense", units: 2, potential: true, from: "input" },
      { type: "neurons", population: { size: 2, spacing: 1 }, name: "on" },
      { type: "concatenate", from: ["layers.0", "on"] },
    ],
    { encoding: "real" },
  );
  const own = initialParameters(parametersOf(silent), 1);
  const rows = 2;
  const x = input("x", [rows, 1, 4, 4]);
  const xi = synapseInputs(silent, rows);
  const noise = noiseInputs(silent, rows);
  const random = Object.entries({ ...xi, ...noise }).map(
    ([name, { shape }]) => [name, uniform(name, sizeOf(shape))] as const,
  );
  const given = { ...own, ...Object.fromEntries(random), x: new Float32Array(rows * 16) };
  const all = parameterInputs(silent);
  // All neurons fire: the readout sums its weights.
  const expected = await evaluate(forward(silent, all, x, noise), given);
  const sums = [0, 1, 2].map((c) =>
    own["readout.weight"]!.subarray(4 * c, 4 * c + 4).reduce((s, w) => s + w),
  );
  for (const [k, logit] of expected.entries()) expect(logit).toBeCloseTo(sums[k % 3]!, 5);
  const found = await evaluate(synapseForward(silent, all, x, xi), given);
  for (const [k, logit] of found.entries()) expect(logit).toBeCloseTo(expected[k]!, 5);
});

test("the slope of a layer of populations is 2 / sqrt(pi) mean_k exp(-(v + t_k)^2)", async () => {
  const rows = 40;
  const { layers } = signalForward(net, inputs, images(rows), noiseInputs(net, rows), "inference");
  const { potential, slope } = layers["layers.3"]!.stochastic!;
  const v = await evaluate(potential, feeds(rows));
  const t = parameters["layers.3.threshold"]!;
  // [batch, 2 units]; thresholds [2 neurons, 2 units].
  const slopes = [...v].map((x, k) => {
    const own = [t[k % 2]!, t[2 + (k % 2)]!].map((threshold) => Math.exp(-((x + threshold) ** 2)));
    return ((2 / Math.sqrt(Math.PI)) * (own[0]! + own[1]!)) / 2;
  });
  const expected = slopes.reduce((sum, each) => sum + each) / slopes.length;
  expect((await evaluate(slope, feeds(rows)))[0]).toBeCloseTo(expected, 5);
});

test("the synapse law refuses populations whose synapses exceed 2 GiB an image, before it takes any memory", () => {
  const population = { size: 64, spacing: 0 };
  const large = network([
    { type: "dense", units: 500, population },
    { type: "dense", units: 500, population },
  ]);
  expect(() => synapseInputs(large, 1)).toThrow(ConfigError);
  expect(() => synapseInputs(large, 1)).toThrow(/layers\.1: got 1024000000 synapses/);
  expect(() => noiseInputs(large, 1)).not.toThrow();
});

test("neurons count for the size of a layer: more than 2 GiB an image are refused", () => {
  const wide = (size: number) =>
    planOf(
      network([{ type: "conv2d", channels: 64, kernel: 1, population: { size } }], {
        encoding: "sign",
        input: [1, 512, 512],
      }),
    );
  expect(() => wide(32)).not.toThrow();
  expect(() => wide(33)).toThrow(ShapeError);
  expect(() => wide(33)).toThrow(/layers\.0: got 33 x 64 x 512 x 512 neurons/);
});

test("a population of one neuron with the threshold 0 is a single neuron, forward and backward", async () => {
  const [single, own] = [{}, { population: { size: 1 } }].map((population) =>
    network([
      { type: "conv2d", channels: 2, kernel: 3, padding: 1, pool: 2, ...population },
      { type: "conv2d", channels: 2, kernel: 2, ...population },
    ]),
  );
  const found = await Promise.all(
    [single!, own!].map(async (each) => {
      const weights = parameterInputs(each);
      const given = {
        ...Object.fromEntries(
          parametersOf(each).map(({ name, shape }) => [name, uniform(name, sizeOf(shape), 0.1, 0.6)]),
        ),
        ...Object.fromEntries(
          Object.entries(noiseInputs(each, 30)).map(([name, { shape }]) => [
            name,
            uniform(name, sizeOf(shape)),
          ]),
        ),
        x: feeds(30).x,
      };
      const logits = forward(each, weights, images(30), noiseInputs(each, 30));
      const [slope] = gradient(sum(part(logits, 1, 0, 1)), [weights["layers.0.weight"]!]);
      return [await evaluate(logits, given), await evaluate(slope!, given)];
    }),
  );
  expect(found[1]![0]).toEqual(found[0]![0]);
  for (const [k, value] of found[1]![1]!.entries()) expect(value).toBeCloseTo(found[0]![1]![k]!, 4);
});

test("learned thresholds start where the fixed ones are", () => {
  const { "layers.3.threshold": thresholds } = initialParameters(parametersOf(net), 1);
  expect(thresholds).toEqual(Float32Array.of(0, 0, -1, -1));
});

test.each(baselineNames)("the baseline %s has a population only where neurons are stochastic", (name) => {
  const found = baseline(net, name);
  expect(found.layers.some((layer) => "population" in layer)).toBe(name === "straight-through");
  planOf(found);
});

describe("a description is refused by its place", () => {
  test.each<[string, unknown, RegExp]>([
    ["no neurons", { size: 0, spacing: 1 }, /population\.size.*>=1/],
    ["too many neurons", { size: 65, spacing: 1 }, /population\.size.*<=64/],
    ["half a neuron", { size: 1.5, spacing: 1 }, /population\.size/],
    ["a spacing that is no number", { size: 4, spacing: "wide" }, /population\.spacing/],
    ["a spacing of NaN", { size: 4, spacing: Number.NaN }, /population\.spacing/],
    ["an infinite offset", { size: 4, spacing: 1, offset: Number.POSITIVE_INFINITY }, /population\.offset/],
    ["a negative spacing", { size: 4, spacing: -1 }, /population\.spacing/],
    ["a number", 4, /population/],
  ])("%s", (_what, population, message) => {
    const parse = (): unknown => network([{ type: "dense", units: 3, population } as never]);
    expect(parse).toThrow(ConfigError);
    expect(parse).toThrow(message);
  });

  test.each(["relu", "sign", "noisyRelu", "linear"] as const)("of %s neurons", (neuron) => {
    const lay = (): unknown =>
      planOf(network([{ type: "dense", units: 3, neuron, population: { size: 2, spacing: 1 } }]));
    expect(lay).toThrow(ConfigError);
    expect(lay).toThrow(/layers\.0: got a population of .* neurons/);
  });

  test("of potentials", () => {
    const lay = (): unknown =>
      planOf(
        network([
          { type: "dense", units: 3, potential: true, population: { size: 2, spacing: 1 } },
          { type: "neurons" },
        ]),
      );
    expect(lay).toThrow(ConfigError);
  });
});

/**
 * The forward pass as a whole: batches, the part shared by samples, layers without neurons, the conventional
 * counterpart.
 */
import { describe, expect, test } from "vitest";
import { propagateMoments } from "../../src/networks/interpreters/moments.ts";
import {
  forward,
  parameterInputs,
  passFromShared,
  sharedByPasses,
} from "../../src/networks/interpreters/sample.ts";
import { type NetworkDescription, parseNetwork } from "../../src/networks/network.ts";
import { noiseInputs } from "../../src/networks/noise-inputs.ts";
import { parametersOf } from "../../src/networks/plan.ts";
import { input, sizeOf, type Tensor } from "../../src/tensor/tensor.ts";
import { signs, uniform } from "../nn/draw.ts";
import { evaluate } from "../tensor/evaluate.ts";

const UNIT_ROUNDOFF = 2 ** -24;

const build = (layers: NetworkDescription["layers"], rest: Partial<NetworkDescription> = {}) => {
  const network = parseNetwork({
    name: "forward",
    encoding: "sign",
    input: [1, 12, 12],
    classes: 3,
    layers,
    ...rest,
  });
  const specs = parametersOf(network);
  const parameters = Object.fromEntries(
    specs.map(({ name, shape, kind }) => {
      const range = kind === "gain" ? [0.3, 1] : [-0.5, 0.5];
      return [name, uniform(name, sizeOf(shape), ...range)] as const;
    }),
  );
  return { network, parameters };
};
type Built = ReturnType<typeof build>;

/** Feeds of a batch besides parameters: images and noise. Those of image k are the same in every batch. */
const feedsOf = ({ network }: Built, batch: number, first = 0): Record<string, Float32Array> => {
  const rows = (name: string, perImage: number, draw: typeof signs): Float32Array => {
    const all = draw(name, (first + batch) * perImage);
    return all.subarray(first * perImage);
  };
  const noise = Object.entries(noiseInputs(network, 1)).map(
    ([name, { shape }]) => [name, rows(name, sizeOf(shape), uniform)] as const,
  );
  return { ...Object.fromEntries(noise), x: rows("x", sizeOf(network.input), signs) };
};

const logits = (it: Built, batch: number, first = 0): Promise<number[]> => {
  const x = input("x", [batch, ...it.network.input]);
  const parameters = parameterInputs(it.network);
  const output = forward(it.network, parameters, x, noiseInputs(it.network, batch));
  return evaluate(output, { ...it.parameters, ...feedsOf(it, batch, first) });
};

/** Tolerance of logits: sums of `hidden` terms below 1/2 in magnitude, rounded on both sides. */
const expectSameLogits = (a: readonly number[], b: readonly number[], hidden: number): void => {
  expect(a).toHaveLength(b.length);
  for (const [k, x] of a.entries())
    expect(Math.abs(x - b[k]!)).toBeLessThanOrEqual(2 * (hidden + 4) * UNIT_ROUNDOFF * (hidden + 1));
};

const cnn: NetworkDescription["layers"] = [
  { type: "conv2d", channels: 32, kernel: 3, pool: 2 },
  { type: "conv2d", channels: 4, kernel: 2, padding: 1 },
  { type: "dense", units: 8 },
];

describe("a batch gives each image the logits that it has alone, given the same noise", () => {
  // The first layer is wide enough that 150 images take more than one chunk.
  test.each([1, 2, 7, 150])("of %d images", async (batch) => {
    const it = build(cnn);
    const together = await logits(it, batch);
    for (const k of new Set([0, 1, Math.floor(batch / 2), batch - 1]))
      if (k < batch) expectSameLogits(together.slice(k * 3, k * 3 + 3), await logits(it, 1, k), 8);
  });
});

describe("what all passes share and the rest of a pass are the whole pass", () => {
  test.each<[string, NetworkDescription["layers"], Partial<NetworkDescription>?]>([
    ["pooled convolution", cnn],
    [
      "pooled convolution of units that are drawn one by one",
      [{ type: "conv2d", channels: 32, kernel: 3, pool: 2, pooling: "sampled" }, ...cnn.slice(1)],
    ],
    [
      "pooled convolution of populations",
      [
        { type: "conv2d", channels: 8, kernel: 3, pool: 2, population: { size: 3, spacing: 1 } },
        { type: "conv2d", channels: 4, kernel: 2, population: { size: 2, spacing: 1 } },
        { type: "dense", units: 8, population: { size: 2, spacing: 1, learned: true } },
      ],
    ],
    ["noisy rectifiers", cnn, { neuron: "noisyRelu" }],
    [
      "dropout in inference, not in the first layer",
      [cnn[0]!, { type: "dense", units: 8, dropout: 0.4 }, { type: "dense", units: 8, dropout: 0.4 }],
      { neuron: "relu", dropoutInUse: true },
    ],
    [
      "dense",
      [
        { type: "dense", units: 6 },
        { type: "dense", units: 8 },
      ],
    ],
    ["one layer", [{ type: "dense", units: 8 }]],
    [
      "after average pooling",
      [
        { type: "averagePool", size: 2 },
        { type: "dense", units: 8 },
      ],
    ],
  ])("%s", async (_name, layers, rest) => {
    const it = build(layers, rest);
    const batch = 5;
    const parameters = parameterInputs(it.network);
    const mean = sharedByPasses(it.network, parameters, input("x", [batch, 1, 12, 12]));
    const feeds = { ...it.parameters, ...feedsOf(it, batch) };
    const given = input("mean", mean.shape);
    const pass = passFromShared(it.network, parameters, given, noiseInputs(it.network, batch));
    const values = Float32Array.from(await evaluate(mean, feeds));
    expectSameLogits(await evaluate(pass, { ...feeds, mean: values }), await logits(it, batch), 8);
  });
});

test("average pooling takes the mean of spikes, and feeds it on as real numbers", async () => {
  const it = build(
    [
      { type: "conv2d", channels: 2, kernel: 1 },
      { type: "averagePool", size: 12 },
    ],
    { classes: 2 },
  );
  const parameters = {
    ...it.parameters,
    "layers.0.bias": new Float32Array(2),
    "readout.weight": Float32Array.of(1, 0, 0, 1),
    "readout.bias": new Float32Array(2),
  };
  const means = await logits({ ...it, parameters }, 4);
  expect(means.every((m) => m > -1 && m < 1)).toBe(true);
  // Means of 144 spikes: multiples of 2 / 144.
  for (const m of means) expect(Math.abs(m * 72 - Math.round(m * 72))).toBeLessThan(1e-4);
});

describe("the conventional network", () => {
  const it = build(
    [
      { type: "conv2d", channels: 2, kernel: 3, padding: 1, pool: 2 },
      { type: "averagePool", size: 2 },
      { type: "dense", units: 4 },
    ],
    { neuron: "relu", encoding: "sign", input: [1, 4, 4], classes: 2 },
  );

  test("has no noise", () => {
    expect(noiseInputs(it.network, 3)).toEqual({});
  });

  test("computes rectified convolution, largest of each window, mean, rectified sums, linear readout", async () => {
    const { x } = feedsOf(it, 1) as { x: Float32Array };
    const p = it.parameters as Record<string, Float32Array>;
    const at = (i: number, j: number): number => (i < 0 || j < 0 || i > 3 || j > 3 ? 0 : x[i * 4 + j]!);
    const conv = (c: number, i: number, j: number): number => {
      let total = p["layers.0.bias"]![c]!;
      for (let a = 0; a < 3; a++)
        for (let b = 0; b < 3; b++)
          total += p["layers.0.weight"]![c * 9 + a * 3 + b]! * at(i + a - 1, j + b - 1);
      return Math.max(0, total);
    };
    const largest = (c: number, i: number, j: number): number =>
      Math.max(conv(c, i, j), conv(c, i, j + 1), conv(c, i + 1, j), conv(c, i + 1, j + 1));
    const features = [0, 1].map(
      (c) => (largest(c, 0, 0) + largest(c, 0, 2) + largest(c, 2, 0) + largest(c, 2, 2)) / 4,
    );
    const linear = (layer: string, inputs: readonly number[], units: number): number[] =>
      Array.from({ length: units }, (_, u) =>
        inputs.reduce(
          (sum, z, k) => sum + p[`${layer}.weight`]![u * inputs.length + k]! * z,
          p[`${layer}.bias`]![u]!,
        ),
      );
    const hidden = linear("layers.2", features, 4).map((h) => Math.max(0, h));
    const expected = linear("readout", hidden, 2);
    for (const [k, y] of (await logits(it, 1)).entries())
      expect(Math.abs(y - expected[k]!)).toBeLessThan(64 * UNIT_ROUNDOFF * 8);
  });
});

test("moments of a network that averages spikes are probabilities", async () => {
  const it = build([
    { type: "conv2d", channels: 3, kernel: 3, pool: 2 },
    { type: "averagePool", size: 5 },
  ]);
  const x: Tensor = input("x", [4, 1, 12, 12]);
  const p = await evaluate(propagateMoments(it.network, parameterInputs(it.network), x), {
    ...it.parameters,
    ...feedsOf(it, 4),
  });
  for (let k = 0; k < 4; k++) expect(p.slice(k * 3, k * 3 + 3).reduce((a, b) => a + b)).toBeCloseTo(1, 6);
  expect(p.every((q) => q > 0 && q < 1)).toBe(true);
});

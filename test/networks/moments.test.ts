/**
 * Moment propagation through whole networks: exact where it should be, and its distance from sampling
 * elsewhere.
 */
import { describe, expect, test } from "vitest";
import { mnist } from "../../src/datasets/mnist.ts";
import { splitValidation } from "../../src/datasets/validation.ts";
import { ConfigError } from "../../src/errors.ts";
import type { Images } from "../../src/networks/images.ts";
import { propagateMoments } from "../../src/networks/interpreters/moments.ts";
import { parameterInputs, sharedByPasses } from "../../src/networks/interpreters/sample.ts";
import type { Model } from "../../src/networks/model.ts";
import { type NetworkDescription, parseNetwork } from "../../src/networks/network.ts";
import { parametersOf } from "../../src/networks/plan.ts";
import { createEngine } from "../../src/runtime/node.ts";
import { input, sizeOf } from "../../src/tensor/tensor.ts";
import { train } from "../../src/training/runs/run.ts";
import { predicted } from "../inference/models.ts";
import { signs, uniform } from "../nn/draw.ts";
import { evaluate } from "../tensor/evaluate.ts";

const engine = createEngine({ threads: 1 });

const momentsOf = async (model: Model, images: Images) =>
  (await predicted(engine, model, images, { method: "moments" })).probabilities;

const randomModel = (description: Omit<NetworkDescription, "name">): Model => {
  const network = parseNetwork({ name: "moments", ...description });
  const parameters = parametersOf(network).map(({ name, shape, kind }) => {
    const range = kind === "gain" ? [0.3, 1.2] : [-1, 1];
    return [name, uniform(name, sizeOf(shape), ...range)] as const;
  });
  return { network, parameters: Object.fromEntries(parameters) };
};

const softmax = (logits: readonly number[]): readonly number[] => {
  const weights = logits.map((x) => Math.exp(x - Math.max(...logits)));
  const total = weights.reduce((a, b) => a + b);
  return weights.map((w) => w / total);
};

describe("one hidden layer, whose means are exact", () => {
  const [hidden, classes] = [8, 3];
  const model = randomModel({
    encoding: "sign",
    input: [1, 3, 4],
    classes,
    layers: [{ type: "dense", units: hidden }],
  });
  const { network, parameters } = model;
  const images = 5;
  const x = signs("images", images * 12);
  const readout = (z: readonly number[]): readonly number[] =>
    Array.from({ length: classes }, (_, c) =>
      z.reduce(
        (sum, zk, k) => sum + parameters["readout.weight"]![c * hidden + k]! * zk,
        parameters["readout.bias"]![c]!,
      ),
    );
  const run = (build: typeof sharedByPasses) =>
    evaluate(
      build(network, parameterInputs(network), input("x", [images, 1, 3, 4])),
      { x },
      { bound: parameters },
    );

  test("the logits have mean W m + c and variance sum W^2 (1 - m^2), by MacKay's softmax", async () => {
    const [means, probabilities] = [await run(sharedByPasses), await run(propagateMoments)];
    for (let image = 0; image < images; image++) {
      const m = means.slice(image * hidden, (image + 1) * hidden);
      const spread = readout(m).map((_, c) =>
        m.reduce(
          (sum, mk, k) => sum + parameters["readout.weight"]![c * hidden + k]! ** 2 * (1 - mk * mk),
          0,
        ),
      );
      const expected = softmax(readout(m).map((mu, c) => mu / Math.sqrt(1 + (Math.PI / 8) * spread[c]!)));
      for (let c = 0; c < classes; c++)
        // Sums of 8 terms below 1 in float32, twice; |d softmax| <= |d logit|.
        expect(Math.abs(probabilities[image * classes + c]! - expected[c]!)).toBeLessThan(
          4 * 8 * 8 * 2 ** -24,
        );
    }
  });

  test("is nearer to the exact distribution, summed over all 256 spike patterns, than ignoring the noise is", async () => {
    const [means, probabilities] = [await run(sharedByPasses), await run(propagateMoments)];
    let [distance, noiseless] = [0, 0];
    for (let image = 0; image < images; image++) {
      const m = means.slice(image * hidden, (image + 1) * hidden);
      const exact = new Array<number>(classes).fill(0);
      for (let pattern = 0; pattern < 2 ** hidden; pattern++) {
        const z = m.map((_, k): number => ((pattern >> k) & 1 ? 1 : -1));
        const weight = z.reduce((product, zk, k) => (product * (1 + zk * m[k]!)) / 2, 1);
        for (const [c, p] of softmax(readout(z)).entries()) exact[c]! += weight * p;
      }
      for (let c = 0; c < classes; c++) {
        distance += Math.abs(probabilities[image * classes + c]! - exact[c]!) / 2 / images;
        noiseless += Math.abs(softmax(readout(m))[c]! - exact[c]!) / 2 / images;
      }
    }
    expect(distance).toBeLessThan(noiseless);
  });
});

describe("trained networks: one pass of moments is nearer to the mean of many samples than 20 samples are", async () => {
  // Total variation, averaged over 100 test digits, for five training seeds: moments 0.011 to 0.022; 20
  // samples 0.037 to 0.045; 100 samples 0.017 to 0.020.
  const digits = await mnist();
  const { validation: some } = splitValidation(digits.train, 1500);
  const { validation: images } = splitValidation(digits.test, 100);

  test.each<[string, NetworkDescription["layers"]]>([
    [
      "dense",
      [
        { type: "dense", units: 40 },
        { type: "dense", units: 40 },
      ],
    ],
    [
      "pooled convolution",
      [
        { type: "conv2d", channels: 4, kernel: 5, stride: 2, pool: 2 },
        { type: "dense", units: 40 },
      ],
    ],
  ])("%s", async (_name, layers) => {
    const network = parseNetwork({
      name: "small",
      encoding: "sign",
      input: [1, 28, 28],
      classes: 10,
      layers,
    });
    const model = await train(network, some, {
      epochs: 3,
      batch: 50,
      learningRate: 3e-3,
      threads: 1,
      seed: 1,
    });
    const sampled = (samples: number, seed: number) =>
      predicted(engine, model, images, { passes: samples, seed }).then(({ probabilities }) => probabilities);
    const many = await sampled(2000, 1);
    const distance = (p: ArrayLike<number>): number =>
      many.reduce((sum, q, k) => sum + Math.abs(q - p[k]!), 0) / 2 / images.count;
    const moments = distance(await momentsOf(model, images));
    const twenty = distance(await sampled(20, 2));
    expect(moments).toBeLessThan(twenty);
    expect(distance(await sampled(20, 3))).toBeGreaterThan(distance(await sampled(200, 3)));
  });
});

describe("moment propagation", () => {
  const model = randomModel({
    encoding: "sign",
    input: [1, 3, 4],
    classes: 3,
    layers: [{ type: "dense", units: 4 }],
  });
  const split = (count: number): Images => ({
    name: "noise",
    images: Uint8Array.from(uniform("pixels", count * 12, 0, 255)),
    count,
    shape: [1, 3, 4],
  });

  test("gives every image its own row, whatever the batches", async () => {
    const all = split(230);
    const rows = await momentsOf(model, all);
    expect(rows).toHaveLength(230 * 3);
    for (const k of [0, 99, 100, 229]) {
      const one = { ...all, images: all.images.subarray(k * 12, (k + 1) * 12), count: 1 };
      const row = await momentsOf(model, one);
      for (let c = 0; c < 3; c++) expect(rows[k * 3 + c]).toBeCloseTo(row[c]!, 5);
    }
  });

  test("refuses a network without noise", async () => {
    const network = parseNetwork({ ...model.network, neuron: "relu" });
    const { "layers.0.gain": _, ...parameters } = model.parameters;
    await expect(momentsOf({ network, parameters }, split(1))).rejects.toThrow(ConfigError);
  });
});

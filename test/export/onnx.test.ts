/** Exported models in a plain ONNX Runtime session, as any other program would open them. */
import * as ort from "onnxruntime-node";
import { beforeAll, describe, expect, it } from "vitest";
import type { ImageSplit } from "../../src/datasets/dataset.ts";
import { mnist } from "../../src/datasets/mnist.ts";
import { ConfigError } from "../../src/errors.ts";
import { exportOnnx } from "../../src/export/onnx.ts";
import { monteCarlo } from "../../src/inference/monte-carlo.ts";
import { createSampler } from "../../src/inference/sampler.ts";
import { mnistCnn, mnistMlp } from "../../src/networks/catalogue.ts";
import { encodeImage, encodingTable } from "../../src/networks/images.ts";
import { initialParameters } from "../../src/networks/initialize.ts";
import { parametersOf } from "../../src/networks/layers.ts";
import type { Model } from "../../src/networks/model.ts";
import { type Network, parseNetwork } from "../../src/networks/network.ts";
import { gaussian } from "../../src/nn/noise.ts";
import { createEngine } from "../../src/runtime/node.ts";
import { allocateNoise, fillNoise } from "../../src/runtime/noise.ts";
import { sizeOf } from "../../src/tensor/tensor.ts";
import { normalP } from "../support/statistics.ts";

const BATCH = 3;
const engine = createEngine({ threads: 1 });

let digits: ImageSplit;
beforeAll(async () => {
  digits = (await mnist()).test;
});

/** With running statistics that are not those of the start. */
const modelOf = (network: Network): Model => {
  const parameters = initialParameters(parametersOf(network), 5);
  for (const { name, kind } of parametersOf(network))
    if (kind === "mean" || kind === "variance")
      parameters[name]!.forEach((value, k, all) => {
        all[k] = value + 0.3 * Math.sin(k + 1);
      });
  return { network, parameters };
};

/** Pixels in [0, 1], as the exported model takes them. */
const pixels = (count: number): ort.Tensor =>
  new ort.Tensor(
    "float32",
    Float32Array.from(digits.images.subarray(0, count * 784), (x) => x / 255),
    [count, 1, 28, 28],
  );

const encoded = (network: Network): Float32Array => {
  const images = new Float32Array(BATCH * 784);
  for (let k = 0; k < BATCH; k++) encodeImage(digits, k, encodingTable(network), images, k);
  return images;
};

/** Standardised pixels, sign neurons behind a batch normalization, padded layers, a mean over places. */
const asCifar = parseNetwork({
  name: "as CIFAR's",
  input: [1, 28, 28],
  classes: 10,
  encoding: "standard",
  pixels: { mean: [0.13], deviation: [0.3] },
  layers: [
    { type: "conv2d", channels: 4, kernel: 3, padding: 1, pool: 2, neuron: "sign", normalization: "batch" },
    { type: "conv2d", channels: 5, kernel: 3, padding: 1, pool: 2 },
    { type: "conv2d", channels: 6, kernel: 3, padding: 1 },
    { type: "averagePool", size: 7 },
    { type: "dense", units: 8, neuron: "relu", normalization: "batch" },
  ],
});

const NETWORKS: readonly (readonly [string, Network])[] = [
  ["mnist-mlp", mnistMlp()],
  ["mnist-cnn", mnistCnn(gaussian(1))],
  ["mnist-mlp on real pixels", { ...mnistMlp(), encoding: "real" }],
  ["mnist-cnn of rectifiers", { ...mnistCnn(), neuron: "relu" }],
  ["a network as CIFAR's", asCifar],
];

describe.each(NETWORKS)("%s", (_name, network) => {
  it("gives our probabilities for the same noise", async () => {
    const model = modelOf(network);
    const sampler = await createSampler(engine, model, BATCH);
    const { sizes, law } = sampler.noise;
    const noise = allocateNoise(sizes);
    fillNoise({ seed: 9, purpose: "test", sizes, law }, 0, noise);
    const ours = await sampler.pass(await sampler.prepare(encoded(network)), noise);
    const session = await ort.InferenceSession.create(
      exportOnnx(model, { noise: "inputs", batch: BATCH, samples: 1 }),
    );
    const metadata = new Map(session.inputMetadata.map((input) => [input.name, input]));
    const feeds = Object.entries(noise).map(([stream, values]) => {
      const { shape } = metadata.get(stream) as { shape: readonly number[] };
      expect(sizeOf(shape)).toBe(values.length);
      return [stream, new ort.Tensor("float32", values, shape)] as const;
    });
    const { probabilities } = await session.run({ images: pixels(BATCH), ...Object.fromEntries(feeds) });
    const theirs = probabilities!.data as Float32Array;
    expect(theirs.length).toBe(ours.length);
    for (let k = 0; k < ours.length; k++) expect(Math.abs(theirs[k]! - ours[k]!)).toBeLessThan(1e-5);
  });
});

it("draws its own noise and averages its passes", async () => {
  const network = mnistMlp();
  const model = modelOf(network);
  const samples = 300;
  const bytes = exportOnnx(model, { noise: "inside", batch: 1, samples });
  const session = await ort.InferenceSession.create(bytes);
  expect(session.inputNames).toEqual(["images"]);
  const first = await session.run({ images: pixels(1) });
  const again = await session.run({ images: pixels(1) });
  expect(first.probabilities!.data).not.toEqual(again.probabilities!.data);
  const one = { ...digits, images: digits.images.subarray(0, 784), count: 1 };
  const ours = await monteCarlo(engine, model, one, { samples: 3000, seed: 1 });
  const label = ours.labels[0]!;
  // Two-sided z test of two independent means of the same law, at 1e-4.
  const error = ours.standardError[0]! * Math.sqrt(1 + 3000 / samples);
  const theirs = (first.probabilities!.data as Float32Array)[label]!;
  expect(normalP((theirs - ours.probabilities[label]!) / error)).toBeGreaterThan(1e-4);
  const entropy = (first.entropy!.data as Float32Array)[0]!;
  const mutual = (first.mutualInformation!.data as Float32Array)[0]!;
  expect(entropy).toBeGreaterThan(mutual);
  expect(mutual).toBeGreaterThan(0);
});

it("refuses zero samples and half a batch", () => {
  const model = modelOf(mnistMlp());
  expect(() => exportOnnx(model, { noise: "inside", batch: 1, samples: 0 })).toThrow(ConfigError);
  expect(() => exportOnnx(model, { noise: "inputs", batch: 0.5, samples: 1 })).toThrow(ConfigError);
});

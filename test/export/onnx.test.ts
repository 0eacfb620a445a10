/** Exported models in a plain ONNX Runtime session, as any other program would open them. */
import { fromBinary } from "@bufbuild/protobuf";
import * as ort from "onnxruntime-node";
import { beforeAll, describe, expect, it } from "vitest";
import type { ImageSplit } from "../../src/datasets/dataset.ts";
import { mnist } from "../../src/datasets/mnist.ts";
import { ConfigError } from "../../src/errors.ts";
import { exportOnnx } from "../../src/export/onnx.ts";
import { passPrograms } from "../../src/inference/pass-programs.ts";
import { quantize } from "../../src/integer/quantize.ts";
import { mnistCnn, mnistMlp } from "../../src/networks/catalogue.ts";
import { encodeImage } from "../../src/networks/images.ts";
import { initialParameters } from "../../src/networks/initialize.ts";
import type { Model } from "../../src/networks/model.ts";
import { type Network, parseNetwork } from "../../src/networks/network.ts";
import { parametersOf } from "../../src/networks/plan.ts";
import { gaussian } from "../../src/nn/noise/gaussian.ts";
import { ModelProtoSchema } from "../../src/onnx/schema/onnx_pb.ts";
import { allocateNoise, fillNoise } from "../../src/random/streams.ts";
import type { Arrays } from "../../src/runtime/engine.ts";
import { createEngine } from "../../src/runtime/node.ts";
import type { Program } from "../../src/tensor/lower.ts";
import { sizeOf } from "../../src/tensor/tensor.ts";
import { packageVersion } from "../../src/version.ts";
import { populations, predicted } from "../inference/models.ts";
import { normalP } from "../support/statistics.ts";

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

const encoded = (table: Float32Array, count: number): Float32Array => {
  const images = new Float32Array(count * 784);
  for (let k = 0; k < count; k++) encodeImage(digits, k, table, images, k);
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
  ["populations", populations({ input: [1, 28, 28], classes: 10 })],
];

const BATCHES = [1, 3, 100];

/** Our probabilities of one pass, and the noise that it took. */
const ourPass = async (model: Model, batch: number) => {
  const programs = passPrograms(model, "unit", engine);
  const sizes = Object.fromEntries(
    Object.entries(programs.noise.sizes).map(([stream, size]) => [stream, batch * size]),
  );
  const noise = allocateNoise(sizes);
  fillNoise({ seed: 9, purpose: "test", sizes }, 0, noise);
  const run = async (program: Program, inputs: Arrays) => {
    const executable = await engine.compile(program);
    const outputs = await executable.run(inputs);
    await executable.dispose();
    return outputs;
  };
  const images = encoded(programs.pixels, batch);
  const { entering = images } = programs.prepare ? await run(programs.prepare(batch), { images }) : {};
  const probabilities = (await run(programs.pass(batch), { entering, ...noise }))
    .probabilities as Float32Array;
  return { probabilities, noise };
};

const INTEGERS: readonly (readonly [string, Model])[] = [
  ["mnist-cnn in integers", modelOf(mnistCnn())],
  ["real pixels in integers", modelOf({ ...mnistMlp(), encoding: "real" })],
  [
    "standardised pixels in integers",
    modelOf({
      ...asCifar,
      layers: [{ ...asCifar.layers[0]!, pool: 1 } as never, ...asCifar.layers.slice(1, 4)],
    }),
  ],
].map(([name, model]) => [name as string, quantize(model as Model, "int4")]);

const MODELS = [...NETWORKS.map(([name, network]) => [name, modelOf(network)] as const), ...INTEGERS];

describe.each(MODELS)("%s", (_name, model) => {
  it("gives our probabilities for the same noise, in batches of any size", async () => {
    const session = await ort.InferenceSession.create(exportOnnx(model, { noise: "inputs" }));
    const metadata = new Map(session.inputMetadata.map((input) => [input.name, input]));
    for (const batch of BATCHES) {
      const { probabilities: ours, noise } = await ourPass(model, batch);
      const feeds = Object.entries(noise).map(([stream, values]) => {
        const { shape } = metadata.get(stream) as { shape: readonly (number | string)[] };
        expect(shape[0]).toBe("batch");
        const own = [batch, ...shape.slice(1)] as number[];
        expect(sizeOf(own)).toBe(values.length);
        return [stream, new ort.Tensor("float32", values, own)] as const;
      });
      const { probabilities, entropy } = await session.run({
        images: pixels(batch),
        ...Object.fromEntries(feeds),
      });
      const theirs = probabilities!.data as Float32Array;
      expect(probabilities!.dims).toEqual([batch, 10]);
      expect(entropy!.dims).toEqual([batch]);
      expect(theirs.length).toBe(ours.length);
      for (let k = 0; k < ours.length; k++) expect(Math.abs(theirs[k]! - ours[k]!)).toBeLessThan(1e-5);
    }
  });

  it("draws its own noise for batches of any size", async () => {
    const session = await ort.InferenceSession.create(exportOnnx(model, { samples: 4 }));
    expect(session.inputNames).toEqual(["images"]);
    for (const batch of BATCHES) {
      const { probabilities, entropy } = await session.run({ images: pixels(batch) });
      expect(probabilities!.dims).toEqual([batch, 10]);
      for (let image = 0; image < batch; image++) {
        const p = (probabilities!.data as Float32Array).subarray(10 * image, 10 * image + 10);
        expect(p.reduce((sum, each) => sum + each, 0)).toBeCloseTo(1, 4);
        const own = -p.reduce((sum, each) => sum + (each > 0 ? each * Math.log(each) : 0), 0);
        expect((entropy!.data as Float32Array)[image]).toBeCloseTo(own, 4);
      }
    }
  });
});

it("may have a fixed batch", async () => {
  const bytes = exportOnnx(modelOf(mnistMlp()), { batch: 3, samples: 2 });
  const session = await ort.InferenceSession.create(bytes);
  expect(session.inputMetadata[0]).toMatchObject({ name: "images", shape: [3, 1, 28, 28] });
  expect((await session.run({ images: pixels(3) })).probabilities!.dims).toEqual([3, 10]);
  await expect(session.run({ images: pixels(1) })).rejects.toThrow();
});

it("draws the same numbers in every new session where it has a seed", async () => {
  const model = modelOf(mnistMlp());
  const runs = async (seed: number): Promise<Float32Array[]> => {
    const session = await ort.InferenceSession.create(exportOnnx(model, { samples: 3, seed }));
    const each = [await session.run({ images: pixels(2) }), await session.run({ images: pixels(2) })];
    return each.map(({ probabilities }) => probabilities!.data as Float32Array);
  };
  const [first, second] = await runs(7);
  expect(second).not.toEqual(first);
  expect(await runs(7)).toEqual([first, second]);
  expect((await runs(8))[0]).not.toEqual(first);
});

it("says in its metadata what it needs to be used", () => {
  const network = mnistMlp();
  const classNames = [..."0123456789"].map((digit) => `digit ${digit}`);
  const bytes = exportOnnx(modelOf(network), { samples: 5, seed: 2, classNames, unsure: 0.5 });
  const metadata = Object.fromEntries(
    fromBinary(ModelProtoSchema, bytes).metadataProps.map(({ key, value }) => [key, value]),
  );
  expect(metadata).toMatchObject({ noise: "inside", samples: "5", seed: "2", version: packageVersion });
  expect(parseNetwork(JSON.parse(metadata.network!))).toEqual(parseNetwork(network));
  expect(JSON.parse(metadata.classNames!)).toEqual(classNames);
  expect(Number(metadata.threshold)).toBe(0.5 * Math.log(10));
  expect(JSON.parse(metadata.preprocessing!)).toEqual({
    ...{ input: "images", layout: "NCHW", channels: 1, height: 28, width: 28, colours: "grey" },
    scale: "pixel / 255",
  });
});

it.each([
  ["mnist-mlp", mnistMlp()],
  ["populations", populations({ input: [1, 28, 28], classes: 10 })],
])("draws its own noise and averages its passes: %s", async (_name, network) => {
  const model = modelOf(network);
  const samples = 300;
  const bytes = exportOnnx(model, { samples });
  const session = await ort.InferenceSession.create(bytes);
  expect(session.inputNames).toEqual(["images"]);
  const first = await session.run({ images: pixels(1) });
  const again = await session.run({ images: pixels(1) });
  expect(first.probabilities!.data).not.toEqual(again.probabilities!.data);
  const one = { ...digits, images: digits.images.subarray(0, 784), count: 1 };
  const ours = await predicted(engine, model, one, { passes: 3000, seed: 1 });
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

it("refuses zero samples, half a batch and other options out of range", () => {
  const model = modelOf(mnistMlp());
  expect(() => exportOnnx(model, { samples: 0 })).toThrow(ConfigError);
  expect(() => exportOnnx(model, { batch: 0.5 })).toThrow(ConfigError);
  expect(() => exportOnnx(model, { seed: -1 })).toThrow(ConfigError);
  expect(() => exportOnnx(model, { unsure: 2 })).toThrow(ConfigError);
});

it("noise of 0, which other generators give, makes no infinite number of noisy rectifiers", async () => {
  const network = parseNetwork({
    ...{ name: "noisy", encoding: "real", input: [1, 4, 4], classes: 3 },
    layers: [{ type: "dense", units: 5, neuron: "noisyRelu" }],
  });
  const bytes = exportOnnx(
    { network, parameters: initialParameters(parametersOf(network), 1) },
    { noise: "inputs" },
  );
  const session = await ort.InferenceSession.create(bytes);
  const noise = session.inputMetadata.filter(({ name }) => name !== "images");
  const feeds = noise.map((each) => {
    const shape = [1, ...(each as { shape: readonly number[] }).shape.slice(1)];
    return [each.name, new ort.Tensor("float32", new Float32Array(sizeOf(shape)), shape)] as const;
  });
  expect(feeds).toHaveLength(1);
  const images = new ort.Tensor("float32", new Float32Array(16).fill(0.5), [1, 1, 4, 4]);
  const { probabilities } = await session.run({ images, ...Object.fromEntries(feeds) });
  expect([...(probabilities!.data as Float32Array)].every(Number.isFinite)).toBe(true);
});

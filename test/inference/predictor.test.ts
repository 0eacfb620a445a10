/** Predictors: what an image is predicted as depends on the image and its key, and on nothing that happens beside it. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ConfigError, DataError, DeviceError } from "../../src/errors.ts";
import { openPredictor, propagate, sample } from "../../src/inference/node.ts";
import type { Prediction } from "../../src/inference/prediction.ts";
import type { Predictor } from "../../src/inference/predictor.ts";
import { createRunner } from "../../src/inference/runner.ts";
import { openPredictor as openWebPredictor } from "../../src/inference/web/predicting.ts";
import { mnistCnn, mnistMlp } from "../../src/networks/catalogue.ts";
import { encodeImage, encodingTable } from "../../src/networks/images.ts";
import { initialParameters } from "../../src/networks/initialize.ts";
import { meanForward } from "../../src/networks/interpreters/mean.ts";
import { parameterInputs } from "../../src/networks/interpreters/sample.ts";
import type { Model } from "../../src/networks/model.ts";
import { type Network, parseNetwork } from "../../src/networks/network.ts";
import { parametersOf } from "../../src/networks/plan.ts";
import { createEngine } from "../../src/runtime/node.ts";
import { requireDevice } from "../../src/runtime/require-device.ts";
import { softmax } from "../../src/tensor/softmax.ts";
import { input, sizeOf } from "../../src/tensor/tensor.ts";
import { uniform } from "../nn/draw.ts";
import { evaluate as evaluateTensor } from "../tensor/evaluate.ts";
import { jobOf, populations, randomImages, randomModel, runnerOptions } from "./models.ts";

const model = randomModel();
const images = Array.from({ length: 24 }, (_, k) => randomImages(24).images.slice(k * 36, (k + 1) * 36));
const PASSES = 30;

describe("a prediction has the same bits", () => {
  let predictor: Predictor;
  let alone: readonly Prediction[];
  beforeAll(async () => {
    predictor = await openPredictor(model, { passes: PASSES, threads: 2 });
    alone = await inTurn(images.map((image) => () => predictor.predict(image)));
  });
  afterAll(() => predictor.close());

  const inTurn = async <T>(calls: readonly (() => Promise<T>)[]): Promise<readonly T[]> => {
    const results: T[] = [];
    for (const call of calls) results.push(await call());
    return results;
  };

  test("alone and alone again", async () => {
    expect(await predictor.predict(images[3]!)).toEqual(alone[3]);
  });

  test("in a batch, and at another place of another batch", async () => {
    expect(await predictor.predict(images)).toEqual(alone);
    for (const order of [[5, 3], [3, 5, 7], [...images.keys()].reverse()])
      expect(await predictor.predict(order.map((k) => images[k]!))).toEqual(order.map((k) => alone[k]));
  });

  test("beside other callers", async () => {
    const calls = images.map((image, k) =>
      k % 3 === 0
        ? predictor.predict([image, images[0]!]).then(([first]) => first)
        : predictor.predict(image),
    );
    expect(await Promise.all(calls)).toEqual(alone);
  });

  test("on any number of threads", async () => {
    for (const threads of [1, 3]) {
      const other = await openPredictor(model, { passes: PASSES, threads });
      expect(await other.predict(images)).toEqual(alone);
      expect(await other.predict(images[7]!)).toEqual(alone[7]);
      await other.close();
    }
  });

  test("where there are fewer passes than shares of equal size", async () => {
    const many = [...images, ...images].slice(0, 31);
    const one = await openPredictor(model, { passes: 5, threads: 1 });
    const four = await openPredictor(model, { passes: 5, threads: 4 });
    // Starts all four runners.
    await four.predict(Array.from({ length: 200 }, (_, k) => images[k % 24]!));
    for (const count of [31, 29, 23, 1])
      expect(await four.predict(many.slice(0, count))).toEqual(await one.predict(many.slice(0, count)));
    await Promise.all([one.close(), four.close()]);
  });

  test("for the same key, and others for other keys and seeds", async () => {
    const keys = images.map((_, k) => k + 100);
    const keyed = await predictor.predict(images, { keys });
    expect(keyed).not.toEqual(alone);
    expect(await predictor.predict(images[5]!, { keys: [105] })).toEqual(keyed[5]);
    expect(await predictor.predict(images[5]!, { keys: [0] })).toEqual(alone[5]);
    expect(keyed[5]).not.toEqual(alone[5]);
    const seeded = await openPredictor(model, { passes: PASSES, seed: 2, threads: 1 });
    expect(await seeded.predict(images[5]!)).not.toEqual(alone[5]);
    await seeded.close();
  });

  test("where the passes of others end early", async () => {
    const adaptive = await openPredictor(model, { passes: 200, confidence: 0.9, threads: 2 });
    const each = await inTurn(images.map((image) => () => adaptive.predict(image)));
    expect(new Set(each.map(({ samples }) => samples)).size).toBeGreaterThan(3);
    expect(await adaptive.predict(images)).toEqual(each);
    expect(await Promise.all(images.map((image) => adaptive.predict(image)))).toEqual(each);
    await adaptive.close();
  });

  test("as `sample` with keys 0, 1, ..", async () => {
    const keys = [...images.keys()];
    expect(await sample(model, images, { samples: PASSES, threads: 1 })).toEqual(
      await predictor.predict(images, { keys }),
    );
  });
});

describe.each([
  ["mnist-cnn", mnistCnn()],
  ["mnist-mlp", mnistMlp()],
  ["populations", populations({ input: [1, 28, 28], classes: 10 })],
  [
    "a strided convolution",
    parseNetwork({
      name: "strided",
      encoding: "sign",
      input: [1, 28, 28],
      classes: 10,
      layers: [
        { type: "conv2d", channels: 6, kernel: 5, stride: 3, pool: 2 },
        { type: "dense", units: 30 },
      ],
    }),
  ],
])("kernels of %s", (_name, network: Network) => {
  test("give a row the same bits in programs of few rows and of many", async () => {
    const parameters = initialParameters(parametersOf(network), 1);
    const pixels = Uint8Array.from(uniform("pixels", 12 * sizeOf(network.input), 0, 256));
    const twelve = { name: "pixels", images: pixels, count: 12, shape: network.input };
    const engine = createEngine({ threads: 1 });
    // One runner runs 12 rows, the other a few each time.
    const found = [];
    for (const runners of [1, 4]) {
      const runner = createRunner(engine, { network, parameters }, { ...runnerOptions, passes: 9, runners });
      const parts =
        runners === 1
          ? [[0, 9]]
          : [
              [0, 2],
              [2, 5],
              [5, 9],
            ];
      const rows = [];
      for (const [first, end] of parts)
        for (let k = 0; k < 12; k++) {
          const job = { ...jobOf(twelve, 9), first: first!, end: end!, keys: [k] };
          job.pixels = pixels.slice(k * sizeOf(network.input), (k + 1) * sizeOf(network.input));
          const { probabilities: own } = await runner.passesOf(job);
          for (let pass = 0; pass < end! - first!; pass++)
            rows.push([k, first! + pass, ...own.subarray(pass * 10, pass * 10 + 10)]);
        }
      found.push(rows.sort((a, b) => a[0]! - b[0]! || a[1]! - b[1]!));
      await runner.dispose();
    }
    expect(found[1]).toEqual(found[0]);
  });
});

test("moment propagation, without passes", async () => {
  const predictor = await openPredictor(model, { approximation: "moments", threads: 1 });
  const predictions = await predictor.predict(images);
  expect(predictions.map(({ probabilities }) => probabilities)).toEqual(
    await propagate(model, images, { threads: 1 }),
  );
  expect(predictions[0]).toMatchObject({
    samples: 0,
    standardError: null,
    agreement: null,
    mutualInformation: null,
  });
  await predictor.close();
});

test("the mean field, without passes", async () => {
  const predictor = await openPredictor(model, { approximation: "mean", threads: 1 });
  const predictions = await predictor.predict(images);
  await predictor.close();
  expect(predictions[0]).toMatchObject({ samples: 0, agreement: null, mutualInformation: null });
  const { network, parameters } = model;
  const table = encodingTable(network);
  const encoded = new Float32Array(images.length * 36);
  for (const [k, image] of images.entries())
    encodeImage({ name: "image", images: image, count: 1, shape: network.input }, 0, table, encoded, k);
  const logits = meanForward(network, parameterInputs(network), input("x", [images.length, 1, 6, 6]));
  const expected = await evaluateTensor(softmax(logits), { x: encoded }, { bound: parameters });
  const found = predictions.flatMap(({ probabilities }) => probabilities);
  for (const [k, p] of found.entries()) expect(p).toBeCloseTo(expected[k]!, 5);
});

describe("refused", () => {
  test("an image of another size, without harm to calls beside it", async () => {
    const predictor = await openPredictor(model, { passes: 3, threads: 1 });
    const [right, wrong] = [predictor.predict(images[0]!), predictor.predict(new Uint8Array(35))];
    await expect(wrong).rejects.toThrow(DataError);
    expect((await right).samples).toBe(3);
    await expect(predictor.predict([])).rejects.toThrow(DataError);
    await predictor.close();
  });

  test.each([
    ["too few", [1]],
    ["negative", [1, -1]],
    ["a fraction", [1, 0.5]],
  ])("keys: %s", async (_what, keys) => {
    const predictor = await openPredictor(model, { passes: 3, threads: 1 });
    await expect(predictor.predict(images.slice(0, 2), { keys })).rejects.toThrow(ConfigError);
    await predictor.close();
  });

  test.each<[string, unknown, RegExp]>([
    ["nothing", undefined, /images for network .*: got no Uint8Array of pixels, but Undefined; .*Convert/],
    ["the name of a file", "digit.png", /no Uint8Array of pixels, but String/],
    [
      "numbers that are no bytes",
      [new Float32Array(36)],
      /image 0 .* but Float32Array; expected .* 36 pixels/,
    ],
  ])("%s instead of an image", async (_what, images, message) => {
    const predictor = await openPredictor(randomModel({}), { passes: 1, threads: 1 });
    const call = predictor.predict(images as never);
    await expect(call).rejects.toThrow(DataError);
    await expect(call).rejects.toThrow(message);
    await predictor.close();
  });

  test("the name of a run's folder instead of the run", async () => {
    const call = openPredictor("runs/a" as never);
    await expect(call).rejects.toThrow(ConfigError);
    await expect(call).rejects.toThrow(/type string without network .*openRun/);
  });

  test("calls after close, but not those before", async () => {
    const predictor = await openPredictor(model, { passes: 500, threads: 2 });
    const due = predictor.predict(images);
    const closed = predictor.close();
    await expect(predictor.predict(images[0]!)).rejects.toThrow(/got a predictor that was closed/);
    await expect(predictor.predict(images[0]!)).rejects.toThrow(ConfigError);
    await closed;
    expect((await due).map(({ samples }) => samples)).toEqual(Array(24).fill(500));
    await predictor.close();
  });

  test.each([
    ["no passes", { passes: 0 }],
    ["a confidence of 1", { confidence: 1 }],
    ["a negative seed", { seed: -1 }],
    ["an unknown law", { law: "poisson" as "unit" }],
    ["an unknown approximation", { approximation: "median" as "mean" }],
    ["no threads", { threads: 0 }],
  ])("%s", async (_what, options) => {
    await expect(openPredictor(model, options)).rejects.toThrow(ConfigError);
  });

  test("a misspelt device, naming those that there are", async () => {
    const options = { device: "abacus" as "cpu", threads: 1 };
    await expect(openPredictor(model, options)).rejects.toThrow(/cpu, webgpu, cuda/);
    await expect(openPredictor(model, options)).rejects.toThrow(ConfigError);
  });

  test("a device that is not there, before any image is predicted", async ({ skip }) => {
    const hasDevice = await requireDevice(createEngine({ device: "cuda", threads: 1 })).then(
      () => true,
      () => false,
    );
    skip(hasDevice, "a machine with CUDA");
    await expect(openPredictor(model, { device: "cuda" })).rejects.toThrow(DeviceError);
  });

  test("a model that does not fit, and a method that does not, as on the calling thread", async () => {
    const { "readout.bias": _, ...parameters } = model.parameters;
    await expect(openPredictor({ ...model, parameters })).rejects.toThrow(/parameter readout.bias/);
    const conventional: Model = randomModel({ neuron: "relu" });
    const error = await openPredictor(conventional, { approximation: "moments", threads: 1 }).catch(
      (cause) => cause,
    );
    expect(error).toBeInstanceOf(ConfigError);
    expect(error.expected).toBe("stochastic neurons");
  });
});

describe("a call that is aborted", () => {
  test("ends long before its passes do, with the signal's reason; the predictor answers others as before", async () => {
    const predictor = await openPredictor(model, { passes: 100_000_000, threads: 1 });
    const reason = new Error("enough");
    const controller = new AbortController();
    const aborted = predictor.predict(images, { signal: controller.signal });
    setTimeout(() => controller.abort(reason), 50);
    await expect(aborted).rejects.toBe(reason);
    const late = predictor.predict(images[0]!, { signal: AbortSignal.abort(reason) });
    await expect(late).rejects.toBe(reason);
    // Waits for what is under way, which would take hours.
    await predictor.close();
  });

  test("leaves calls that share its batches alone", async () => {
    const options = { passes: PASSES, seed: 3, threads: 1 } as const;
    const predictor = await openPredictor(model, options);
    const controller = new AbortController();
    const [first, second] = [
      predictor.predict(images, { signal: controller.signal }),
      predictor.predict(images[5]!),
    ];
    controller.abort();
    await expect(first).rejects.toThrow(/abort/i);
    const alone = await openPredictor(model, options);
    expect(await second).toEqual(await alone.predict(images[5]!));
    await Promise.all([predictor.close(), alone.close()]);
  });
});

describe("an option that a predictor does not have", () => {
  test.each<[string, object, RegExp]>([
    ["samples", { samples: 20 }, /unknown option "samples".*called "passes"/],
    [
      "a misspelt one",
      { pases: 20 },
      /unknown option "pases" \(did you mean passes\?\); expected passes, seed,/,
    ],
    ["a progress", { onProgress: () => {} }, /unknown option "onProgress"/],
  ])("is refused: %s", async (_name, options, words) => {
    for (const open of [openPredictor, openWebPredictor] as const) {
      await expect(open(model, options)).rejects.toThrow(ConfigError);
      await expect(open(model, options)).rejects.toThrow(words);
    }
  });

  test("such as the folder of a page's files in Node", async () => {
    await expect(openPredictor(model, { wasmFolder: "/wasm/" } as never)).rejects.toThrow(/"wasmFolder"/);
  });
});

test("populations end early alike, alone and together", async () => {
  const own = randomModel(populations());
  const { images: pixels } = randomImages(12);
  const twelve = Array.from({ length: 12 }, (_, k) => pixels.slice(36 * k, 36 * (k + 1)));
  const open = (threads: number) => openPredictor(own, { passes: 200, confidence: 0.95, threads });
  const [one, two] = [await open(1), await open(2)];
  const each: Prediction[] = [];
  for (const image of twelve) each.push(await one.predict(image));
  const samples = each.map((prediction) => prediction.samples);
  expect(Math.min(...samples)).toBeLessThan(Math.max(...samples));
  expect(await one.predict(twelve)).toEqual(each);
  expect(await two.predict(twelve)).toEqual(each);
  await Promise.all([one.close(), two.close()]);
});

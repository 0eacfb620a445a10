/** Random numbers, Monte Carlo, moment propagation and checkpoints in Chromium give what they give in Node. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { mnist } from "../../src/datasets/mnist.ts";
import { exportSafetensors } from "../../src/export/safetensors.ts";
import { modelOnChip } from "../../src/inference/chips/open-chips.ts";
import { openPredictor } from "../../src/inference/node.ts";
import type { Prediction } from "../../src/inference/prediction.ts";
import { quantize } from "../../src/integer/quantize.ts";
import { mnistMlp } from "../../src/networks/catalogue.ts";
import { initialParameters } from "../../src/networks/initialize.ts";
import { readModel } from "../../src/networks/model-file.ts";
import { parametersOf } from "../../src/networks/plan.ts";
import { allocateNoise, fillNoise, type NoiseStreams } from "../../src/random/streams.ts";
import { encodeSafetensors } from "../../src/storage/safetensors.ts";
import { analogDeviceByName, analogDeviceNames } from "../../src/substrate/devices/devices.ts";
import { populations, randomImages, randomModel } from "../inference/models.ts";
import { openPage, type PageApi, type TestPage } from "./page.ts";

type Web = { readonly nsm: PageApi };

const IMAGES = 10;
const SEED = 7;
const PASSES = 5;

/** Probabilities after the same arithmetic in another order: float32 has 6e-8 a rounding, a layer some hundred terms. */
const ROUNDING = 1e-5;

let chromium: TestPage;
beforeAll(async () => {
  chromium = await openPage();
});
afterAll(() => chromium?.close());

it("uniform numbers, to the bit", async () => {
  const streams: NoiseStreams = {
    seed: SEED,
    purpose: "test",
    sizes: { a: 5001, b: 3 },
  };
  const ours = allocateNoise(streams.sizes);
  fillNoise(streams, 4, ours);
  const theirs = await chromium.page.evaluate((given) => {
    const { nsm } = globalThis as unknown as Web;
    const arrays = Object.fromEntries(
      Object.entries(given.sizes).map(([name, size]) => [name, new Float32Array(size)]),
    );
    nsm.fillNoise(given, 4, arrays);
    return Object.fromEntries(Object.entries(arrays).map(([name, array]) => [name, [...array]]));
  }, streams);
  for (const [name, array] of Object.entries(ours)) expect(theirs[name], name).toEqual([...array]);
});

const firstDigits = async (): Promise<readonly Uint8Array[]> => {
  const { test } = await mnist();
  return Array.from({ length: IMAGES }, (_, k) => test.images.slice(k * 784, (k + 1) * 784));
};

const probabilitiesOf = (predictions: readonly Prediction[]): readonly number[] =>
  predictions.flatMap(({ probabilities }) => probabilities);

/** Images whose probabilities differ by more than rounding. */
const differing = (ours: ArrayLike<number>, theirs: ArrayLike<number>): number => {
  expect(theirs.length).toBe(ours.length);
  const classes = ours.length / IMAGES;
  const rows = Array.from(ours).flatMap((p, k) =>
    // Written so that NaN differs.
    Math.abs(p - theirs[k]!) < ROUNDING ? [] : [Math.floor(k / classes)],
  );
  return new Set(rows).size;
};

it.each([
  ["mnist-mlp", mnistMlp()],
  ["populations", populations({ input: [1, 28, 28], classes: 10 })],
])("Monte Carlo and moment propagation of %s", async (_name, network) => {
  const images = await firstDigits();
  const model = { network, parameters: initialParameters(parametersOf(network), SEED) };
  const ours = async (options: { readonly approximation?: "moments" }): Promise<readonly Prediction[]> => {
    const predictor = await openPredictor(model, { passes: PASSES, seed: SEED, threads: 1, ...options });
    const predictions = await predictor.predict(images);
    await predictor.close();
    return predictions;
  };
  const [sampled, moments] = [await ours({}), await ours({ approximation: "moments" })];
  const theirs = await chromium.page.evaluate(
    async ([pixels, seed, passes, description]) => {
      const { nsm } = globalThis as unknown as Web;
      const network = nsm.parseNetwork(description);
      const model = { network, parameters: nsm.initialParameters(nsm.parametersOf(network), seed) };
      const digits = pixels.map((image) => Uint8Array.from(image));
      const predictions = async (options: { readonly approximation?: "moments" }) => {
        const predictor = await nsm.openPredictor(model, { passes, seed, ...options });
        const found = await predictor.predict(digits);
        await predictor.close();
        return found;
      };
      return { sampled: await predictions({}), moments: await predictions({ approximation: "moments" }) };
    },
    [images.map((image) => [...image]), SEED, PASSES, network] as const,
  );
  expect(theirs.sampled.map(({ samples }) => samples)).toEqual(Array(IMAGES).fill(PASSES));
  expect(differing(probabilitiesOf(moments), probabilitiesOf(theirs.moments))).toBe(0);
  // 45,000 spikes, of which one in a million may have a mean so near to its noise that rounding decides: one such image
  // is a chance of 5 per cent, two of 0.1.
  const changed = differing(probabilitiesOf(sampled), probabilitiesOf(theirs.sampled));
  expect(changed).toBeLessThanOrEqual(1);
  const labels = theirs.sampled.filter(({ label }, k) => label !== sampled[k]!.label);
  expect(labels.length).toBeLessThanOrEqual(changed);
});

it("a network in integers, to the bit", async () => {
  const images = await firstDigits();
  const network = mnistMlp();
  const parameters = initialParameters(parametersOf(network), SEED);
  const bytes = exportSafetensors(quantize({ network, parameters }, "int8"));
  const predictor = await openPredictor(readModel(bytes), { passes: PASSES, seed: SEED, threads: 1 });
  const ours = await predictor.predict(images);
  await predictor.close();
  const theirs = await chromium.page.evaluate(
    async ([base64, pixels, seed, passes]) => {
      const { nsm } = globalThis as unknown as Web;
      const model = nsm.readModel(Uint8Array.from(atob(base64), (c) => c.charCodeAt(0)));
      const predictor = await nsm.openPredictor(model, { passes, seed });
      const found = await predictor.predict(pixels.map((image) => Uint8Array.from(image)));
      await predictor.close();
      return found;
    },
    [Buffer.from(bytes).toString("base64"), images.map((image) => [...image]), SEED, PASSES] as const,
  );
  expect(probabilitiesOf(theirs)).toEqual(probabilitiesOf(ours));
});

it("the model in a checkpoint", async () => {
  const { network, parameters } = randomModel();
  const tensors = Object.fromEntries(
    Object.entries(parameters).map(([name, data]) => [name, { shape: [data.length], data }]),
  );
  const checkpoint = encodeSafetensors({ tensors, metadata: {} });
  const images = Array.from({ length: IMAGES }, (_, k) =>
    randomImages(IMAGES).images.slice(k * 36, (k + 1) * 36),
  );
  const predictor = await openPredictor({ network, parameters }, { approximation: "moments", threads: 1 });
  const ours = await predictor.predict(images);
  await predictor.close();
  const theirs = await chromium.page.evaluate(
    async ([bytes, description, pixels]) => {
      const { nsm } = globalThis as unknown as Web;
      const model = nsm.modelFromCheckpoint(Uint8Array.from(bytes), nsm.parseNetwork(description));
      const predictor = await nsm.openPredictor(model, { approximation: "moments" });
      return predictor.predict(pixels.map((image) => Uint8Array.from(image)));
    },
    [[...checkpoint], network, images.map((image) => [...image])] as const,
  );
  expect(differing(probabilitiesOf(ours), probabilitiesOf(theirs))).toBe(0);
});

it("the page goes on painting while it samples", async () => {
  const { frames, seconds, samples } = await chromium.page.evaluate(async () => {
    const { nsm } = globalThis as unknown as Web;
    const network = nsm.mnistCnn();
    const model = { network, parameters: nsm.initialParameters(nsm.parametersOf(network), 1) };
    const predictor = await nsm.openPredictor(model, { passes: 50 });
    let frames = 0;
    let isPainting = true;
    const count = (): void => {
      frames++;
      if (isPainting) requestAnimationFrame(count);
    };
    requestAnimationFrame(count);
    const began = performance.now();
    const predictions = await predictor.predict(Array.from({ length: 20 }, () => new Uint8Array(784)));
    const seconds = (performance.now() - began) / 1000;
    isPainting = false;
    await predictor.close();
    return { frames, seconds, samples: predictions.map(({ samples }) => samples) };
  });
  expect(samples).toEqual(Array(20).fill(50));
  // A page that is held for the whole call paints once at most, whatever the machine does besides.
  expect(frames, `frames in ${seconds} s`).toBeGreaterThan(5);
});

it("what is wrong is told as in Node", async () => {
  const told = await chromium.page.evaluate(async () => {
    const { nsm } = globalThis as unknown as Web;
    const network = nsm.mnistMlp();
    const model = { network, parameters: nsm.initialParameters(nsm.parametersOf(network), 1) };
    const predictor = await nsm.openPredictor(model, { passes: 2 });
    const nameOf = (work: Promise<unknown>) =>
      work.then(
        () => "nothing",
        (error: unknown) => [nsm.DataError, nsm.ConfigError].find((kind) => error instanceof kind)?.name,
      );
    const size = await nameOf(predictor.predict(new Uint8Array(5)));
    await predictor.close();
    const closed = await nameOf(predictor.predict(new Uint8Array(784)));
    const moments = await nameOf(
      nsm.openPredictor(
        { ...model, network: nsm.parseNetwork({ ...network, neuron: "relu" }) },
        { approximation: "moments" },
      ),
    );
    return { size, closed, moments };
  });
  expect(told).toEqual({ size: "DataError", closed: "ConfigError", moments: "ConfigError" });
});

it("a chip that is aborted is not made", async () => {
  const { network, parameters } = randomModel();
  const arrays = Object.entries(parameters).map(([name, array]) => [name, [...array]] as const);
  // Workers of tests before this one may be about to end.
  const before = chromium.page.workers().length;
  const told = await chromium.page.evaluate(
    async ([description, entries]) => {
      const { nsm } = globalThis as unknown as Web;
      const model = {
        network: description,
        parameters: Object.fromEntries(entries.map(([name, values]) => [name, Float32Array.from(values)])),
      };
      const ending = new AbortController();
      const options = { seed: 1, chip: 0, seconds: 0, signal: ending.signal };
      const make = () =>
        nsm.modelOnChip(model, nsm.analogDeviceByName("pcm"), options).then(
          () => "made",
          (cause) => cause.message,
        );
      const begun = make();
      ending.abort(new Error("enough"));
      return [await begun, await make()];
    },
    [network, arrays] as const,
  );
  expect(told).toEqual(["enough", "enough"]);
  await expect.poll(() => chromium.page.workers().length).toBeLessThanOrEqual(before);
});

it.each(analogDeviceNames)("a network on a chip of the device %s, to the bit", async (name) => {
  const model = randomModel();
  const options = { seed: SEED, chip: 2, seconds: 3600 };
  const ours = await modelOnChip(model, analogDeviceByName(name), options);
  const theirs = await chromium.page.evaluate(
    async ([device, text, chip]) => {
      const { nsm } = globalThis as unknown as Web;
      const parameters = Object.fromEntries(
        Object.entries(text.parameters).map(([key, values]) => [key, Float32Array.from(values)]),
      );
      const json = new TextEncoder().encode(JSON.stringify(nsm.analogDeviceByName(device)));
      const found = await nsm.modelOnChip(
        { network: text.network, parameters },
        nsm.analogDeviceIn(json, "device.json"),
        chip,
      );
      const image = new Uint8Array(36).map((_, k) => 7 * k);
      const predictor = await nsm.openPredictor(found, { passes: 5 });
      const { probabilities } = await predictor.predict(image);
      await predictor.close();
      const values = Object.entries(found.parameters).map(([key, array]) => [key, [...array]] as const);
      return { network: found.network, probabilities, parameters: Object.fromEntries(values) };
    },
    [
      name,
      {
        network: model.network,
        parameters: Object.fromEntries(
          Object.entries(model.parameters).map(([key, array]) => [key, [...array]]),
        ),
      },
      options,
    ] as const,
  );
  expect(theirs.network).toEqual(ours.network);
  expect(theirs.parameters).toEqual(
    Object.fromEntries(Object.entries(ours.parameters).map(([key, array]) => [key, [...array]])),
  );
  expect(theirs.probabilities.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 5);
});

/** Random numbers, Monte Carlo, moment propagation and checkpoints in Chromium give what they give in Node. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { mnist } from "../../src/datasets/mnist.ts";
import { momentProbabilities } from "../../src/inference/moments.ts";
import { monteCarlo } from "../../src/inference/monte-carlo.ts";
import { mnistMlp } from "../../src/networks/catalogue.ts";
import type { Images } from "../../src/networks/images.ts";
import { initialParameters } from "../../src/networks/initialize.ts";
import { parametersOf } from "../../src/networks/plan.ts";
import { createEngine } from "../../src/runtime/node.ts";
import { allocateNoise, fillNoise, type NoiseLaw, type NoiseStreams } from "../../src/runtime/noise.ts";
import { encodeSafetensors } from "../../src/storage/safetensors.ts";
import { randomImages, randomModel } from "../inference/models.ts";
import { openPage, type TestPage } from "./page.ts";

type Web = { readonly nsm: typeof import("../../src/web.ts") };

const IMAGES = 10;
const SEED = 7;
const SAMPLES = 5;

/** Probabilities after the same arithmetic in another order: float32 has 6e-8 a rounding, a layer some hundred terms. */
const ROUNDING = 1e-5;

let chromium: TestPage;
beforeAll(async () => {
  chromium = await openPage();
});
afterAll(() => chromium?.close());

const LAWS: readonly NoiseLaw[] = [
  { type: "uniform" },
  { type: "bernoulli", p: 0.3 },
  { type: "gaussian", sigma: 0.7 },
];

it.each(LAWS)("$type numbers, to the bit", async (law) => {
  const streams: NoiseStreams = { seed: SEED, purpose: "test", sizes: { a: 5001, b: 3 }, law };
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

const firstDigits = async (): Promise<Images> => {
  const { test } = await mnist();
  return { ...test, count: IMAGES, images: test.images.slice(0, IMAGES * 784) };
};

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

it("Monte Carlo and moment propagation of mnist-mlp", async () => {
  const { name, shape, count, images } = await firstDigits();
  const network = mnistMlp();
  const model = { network, parameters: initialParameters(parametersOf(network), SEED) };
  const engine = createEngine({ threads: 1 });
  const digits = { name, shape, count, images };
  const sampled = await monteCarlo(engine, model, digits, { samples: SAMPLES, seed: SEED });
  const moments = await momentProbabilities(engine, model, digits);
  const theirs = await chromium.page.evaluate(
    async ([pixels, given, seed, samples]) => {
      const { nsm } = globalThis as unknown as Web;
      const network = nsm.mnistMlp();
      const model = { network, parameters: nsm.initialParameters(nsm.parametersOf(network), seed) };
      const engine = nsm.createWebEngine();
      const digits = { ...given, images: Uint8Array.from(pixels) };
      const sampled = await nsm.monteCarlo(engine, model, digits, { samples, seed });
      const moments = await nsm.momentProbabilities(engine, model, digits);
      return {
        probabilities: [...sampled.probabilities],
        labels: [...sampled.labels],
        passes: [...sampled.samples],
        moments: [...moments],
      };
    },
    [[...images], { name, shape, count }, SEED, SAMPLES] as const,
  );
  expect(theirs.passes).toEqual(Array(IMAGES).fill(SAMPLES));
  expect(theirs.passes).toEqual([...sampled.samples]);
  expect(differing(moments, theirs.moments)).toBe(0);
  // 45,000 spikes, of which one in a million may have a mean so near to its noise that rounding decides: one such image
  // is a chance of 5 per cent, two of 0.1.
  const changed = differing(sampled.probabilities, theirs.probabilities);
  expect(changed).toBeLessThanOrEqual(1);
  const labels = theirs.labels.filter((label, k) => label !== sampled.labels[k]);
  expect(labels.length).toBeLessThanOrEqual(changed);
});

it("the model in a checkpoint", async () => {
  const { network, parameters } = randomModel();
  const tensors = Object.fromEntries(
    Object.entries(parameters).map(([name, data]) => [name, { shape: [data.length], data }]),
  );
  const checkpoint = encodeSafetensors({ tensors, metadata: {} });
  const { images, ...described } = randomImages(IMAGES);
  const ours = await momentProbabilities(
    createEngine({ threads: 1 }),
    { network, parameters },
    { ...described, images },
  );
  const theirs = await chromium.page.evaluate(
    async ([bytes, description, pixels, given]) => {
      const { nsm } = globalThis as unknown as Web;
      const model = nsm.modelFromCheckpoint(Uint8Array.from(bytes), nsm.parseNetwork(description));
      const digits = { ...given, images: Uint8Array.from(pixels) };
      return [...(await nsm.momentProbabilities(nsm.createWebEngine(), model, digits))];
    },
    [[...checkpoint], network, [...images], described] as const,
  );
  expect(differing(ours, theirs)).toBe(0);
});

/** Monte Carlo against brute force: every pass computed anew from the definition of its noise. */
import { describe, expect, test } from "vitest";
import type { ImageSplit } from "../../src/datasets/dataset.ts";
import { ConfigError, DataError } from "../../src/errors.ts";
import { evaluate, monteCarlo, propagate, sample } from "../../src/inference/node.ts";
import { encodeImage, encodingTable, type Images } from "../../src/networks/images.ts";
import { forward, parameterInputs } from "../../src/networks/interpreters/sample.ts";
import type { Model } from "../../src/networks/model.ts";
import { noiseInputs } from "../../src/networks/noise-inputs.ts";
import { gaussian } from "../../src/nn/noise/gaussian.ts";
import { fillUniform } from "../../src/random/fill.ts";
import { key } from "../../src/random/key.ts";
import { allocateNoise } from "../../src/random/streams.ts";
import type { Engine } from "../../src/runtime/engine.ts";
import { createEngine } from "../../src/runtime/node.ts";
import { lower } from "../../src/tensor/lower.ts";
import { softmax } from "../../src/tensor/softmax.ts";
import { input, sizeOf } from "../../src/tensor/tensor.ts";
import { binomialUpperP, normalP, worstP } from "../support/statistics.ts";
import { populations, predicted, randomImages, randomModel } from "./models.ts";

const engine = createEngine({ threads: 1 });
const model = randomModel();
const CLASSES = 3;

/** Rows of class probabilities, one row an image, of passes 0, 1, ...: the whole network, pass by pass. */
const passes = async ({ network, parameters }: Model, images: Images, samples: number, seed: number) => {
  const shape = [images.count, ...network.input];
  const uniforms = noiseInputs(network, images.count);
  const logits = forward(network, parameterInputs(network), input("images", shape), uniforms);
  const executable = await engine.compile(lower({ p: softmax(logits) }, { bound: parameters }));
  const encoded = new Float32Array(sizeOf(shape));
  const table = encodingTable(network);
  for (let k = 0; k < images.count; k++) encodeImage(images, k, table, encoded, k);
  const sizes = Object.fromEntries(
    Object.entries(uniforms).map(([name, { shape }]) => [name, sizeOf(shape)]),
  );
  const noise = allocateNoise(sizes);
  const results: Float32Array[] = [];
  for (let pass = 0; pass < samples; pass++) {
    // By the definition: row k from the start of its own key, of the seed, the stream, the image's key k and the pass.
    for (const [stream, array] of Object.entries(noise)) {
      const width = array.length / images.count;
      for (let k = 0; k < images.count; k++)
        fillUniform(key(seed, `sample/${stream}`, k, pass), array.subarray(k * width, (k + 1) * width));
    }
    results.push((await executable.run({ images: encoded, ...noise })).p as Float32Array);
  }
  await executable.dispose();
  return results;
};

const entropy = (p: readonly number[]): number => p.reduce((h, q) => (q > 0 ? h - q * Math.log(q) : h), 0);
const largest = (p: readonly number[]): number => p.indexOf(Math.max(...p));

describe.each<[string, Model]>([
  ["single neurons", model],
  ["populations", randomModel(populations())],
])("with images that pass the engine together, %s", (_name, model) => {
  const images = randomImages(7);

  test.each([1, 2, 13])("%d samples: means, entropies and votes are those of the passes", async (samples) => {
    const result = await predicted(engine, model, images, { passes: samples, seed: 5 });
    const all = await passes(model, images, samples, 5);
    expect([...result.samples]).toEqual(new Array(7).fill(samples));
    for (let k = 0; k < 7; k++) {
      const rows = all.map((pass) => [...pass.subarray(k * CLASSES, (k + 1) * CLASSES)]);
      const mean = [0, 1, 2].map((c) => rows.reduce((sum, row) => sum + row[c]!, 0) / samples);
      for (const [c, p] of mean.entries()) expect(result.probabilities[k * CLASSES + c]).toBeCloseTo(p, 6);
      expect(result.labels[k]).toBe(largest(mean));
      expect(result.entropy[k]).toBeCloseTo(entropy(mean), 5);
      const expected = rows.reduce((sum, row) => sum + entropy(row), 0) / samples;
      expect(result.expectedEntropy[k]).toBeCloseTo(expected, 5);
      expect(result.mutualInformation[k]).toBeCloseTo(Math.max(0, entropy(mean) - expected), 5);
      const votes = rows.filter((row) => largest(row) === largest(mean)).length;
      expect(result.agreement[k]).toBeCloseTo(votes / samples, 12);
      const spread = rows.reduce((sum, row) => sum + (row[largest(mean)]! - mean[largest(mean)]!) ** 2, 0);
      if (samples > 1)
        expect(result.standardError[k]).toBeCloseTo(Math.sqrt(spread / (samples - 1) / samples), 5);
      else expect(result.standardError[k]).toBeNaN();
    }
  });
});

describe("results", () => {
  const images = randomImages(130);
  const run = (seed: number, samples = 20, confidence?: number) =>
    predicted(engine, model, images, { passes: samples, seed, ...(confidence && { confidence }) });

  test("are the same bits for the same seed and images, and others for another seed", async () => {
    expect(await run(1)).toEqual(await run(1));
    expect(await run(1, 100, 0.95)).toEqual(await run(1, 100, 0.95));
    const [one, two] = [await run(1), await run(2)];
    for (let k = 0; k < 130; k++)
      expect([...two.probabilities.subarray(k * CLASSES, (k + 1) * CLASSES)]).not.toEqual([
        ...one.probabilities.subarray(k * CLASSES, (k + 1) * CLASSES),
      ]);
  });

  test("of one image repeated are independent of each other", async () => {
    const one = randomImages(1);
    const same: Images = {
      ...one,
      count: 130,
      images: new Uint8Array(130 * 36).map((_, k) => one.images[k % 36]!),
    };
    const { probabilities } = await predicted(engine, model, same, { passes: 3, seed: 1 });
    const rows = Array.from({ length: 130 }, (_, k) =>
      probabilities.subarray(k * CLASSES, (k + 1) * CLASSES).join(),
    );
    expect(new Set(rows).size).toBeGreaterThan(65);
  });

  test("tell the number of images that are done, up to all of them", async () => {
    const told: number[] = [];
    const onProgress = (done: number): void => void told.push(done);
    await monteCarlo(model, images, { samples: 300, threads: 1, onProgress });
    expect(told.every((done, k) => k === 0 || done > told[k - 1]!)).toBe(true);
    expect(told.length).toBeGreaterThan(1);
    expect(told.at(-1)).toBe(130);
  });
});

describe("adaptive stopping", () => {
  const images = randomImages(250);
  const MOST = 400;

  test.each([0.9, 0.99])(
    "at %d takes fewer passes and keeps the label of many, p > 1e-4",
    async (confidence) => {
      const adaptive = await predicted(engine, model, images, { passes: MOST, seed: 1, confidence });
      const many = await predicted(engine, model, images, { passes: 4000, seed: 2 });
      const taken = adaptive.samples.reduce((sum, n) => sum + n, 0) / images.count;
      expect(taken).toBeLessThan(MOST / 2);
      expect(Math.min(...adaptive.samples)).toBeGreaterThan(1);
      expect(Math.max(...adaptive.samples)).toBeLessThanOrEqual(MOST);
      // Images that were decided before the passes ran out, and whose label is beyond doubt after many: the gap between
      // the best classes is at least eight standard errors, four of each.
      let [compared, wrong] = [0, 0];
      for (let k = 0; k < images.count; k++) {
        const p = [...many.probabilities.subarray(k * CLASSES, (k + 1) * CLASSES)].sort((a, b) => b - a);
        if (adaptive.samples[k] === MOST || p[0]! - p[1]! < 8 * many.standardError[k]!) continue;
        compared++;
        if (adaptive.labels[k] !== many.labels[k]) wrong++;
      }
      expect(compared).toBeGreaterThan(images.count / 2);
      // The stated error is at most 1 - confidence an image: so many or more mistakes come by chance with probability p.
      expect(binomialUpperP(wrong, compared, 1 - confidence)).toBeGreaterThan(1e-4);
    },
  );

  test("takes more passes for more confidence", async () => {
    const taken = async (confidence: number): Promise<number> =>
      (await predicted(engine, model, images, { passes: MOST, seed: 1, confidence })).samples.reduce(
        (sum, n) => sum + n,
        0,
      );
    const counts = [await taken(0.8), await taken(0.95), await taken(0.999)];
    expect(counts).toEqual([...counts].sort((a, b) => a - b));
    expect(new Set(counts).size).toBe(3);
  });

  test("fills the rows of decided images with others, so that few passes are wasted", async () => {
    let rows = 0;
    const counting: Engine = {
      ...engine,
      compile: async (program) => {
        const executable = await engine.compile(program);
        if (!("probabilities" in program.outputs)) return executable;
        return {
          ...executable,
          run: (inputs, into) => {
            rows += program.outputs.probabilities!.shape[0]!;
            return executable.run(inputs, into);
          },
        };
      },
    };
    const { samples } = await predicted(counting, model, images, {
      passes: MOST,
      seed: 1,
      confidence: 0.9,
    });
    const needed = samples.reduce((sum, n) => sum + n, 0);
    // Rows are only spent in vain once no image is left: while the longest of the last images finishes.
    expect(rows).toBeLessThanOrEqual(needed + 64 * (MOST + 1));
    expect(rows).toBeGreaterThanOrEqual(needed);
  });
});

describe("a network without noise", () => {
  test.each([
    ["the conventional twin", { neuron: "relu" } as const],
    ["averages alone", { layers: [{ type: "averagePool", size: 3 }] } as const],
  ])("needs one pass: %s", async (_what, change) => {
    const twin = randomModel(change as Parameters<typeof randomModel>[0]);
    const images = randomImages(130);
    for (const law of ["unit", "synapse"] as const) {
      const result = await predicted(engine, twin, images, { passes: 100, seed: 1, method: law });
      expect(new Set(result.samples)).toEqual(new Set([1]));
      expect(new Set(result.mutualInformation)).toEqual(new Set([0]));
      const [exact] = await passes(twin, images, 1, 1);
      for (const [k, p] of exact!.entries()) expect(result.probabilities[k]).toBeCloseTo(p, 6);
    }
  });
});

test("both sampling laws give the same mean probabilities for Gaussian noise, p > 1e-4", async () => {
  const noisy = randomModel({ noise: gaussian(1) });
  const images = randomImages(5);
  const [unit, synapse] = [
    await predicted(engine, noisy, images, { passes: 1000, seed: 1 }),
    await predicted(engine, noisy, images, { passes: 1000, seed: 1, method: "synapse" }),
  ];
  const ps = Array.from(unit.labels, (label, k) => {
    const at = k * CLASSES + label;
    const difference = unit.probabilities[at]! - synapse.probabilities[at]!;
    return normalP(difference / Math.hypot(unit.standardError[k]!, synapse.standardError[k]!));
  });
  expect([...unit.labels]).toEqual([...synapse.labels]);
  expect(worstP(ps)).toBeGreaterThan(1e-4);
});

describe("refused", () => {
  test.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])("%d samples", async (samples) => {
    const sampled = monteCarlo(model, randomImages(1), { threads: 1, samples, seed: 1 });
    await expect(sampled).rejects.toThrow(ConfigError);
    await expect(sampled).rejects.toThrow(`got ${samples} passes`);
  });

  test("an option that only predictors have, by its name here", async () => {
    const options = { passes: 20, threads: 1 } as object;
    const message = /unknown option "passes".*Here it is called "samples"/;
    await expect(sample(model, [], options)).rejects.toThrow(message);
    const labelled = { name: "one", classes: CLASSES, labels: new Uint8Array(1), subset: false };
    const split = { ...randomImages(1), ...labelled } as ImageSplit;
    await expect(evaluate(model, split, options)).rejects.toThrow(message);
    const unknown = propagate(model, [], { samples: 20 } as object);
    await expect(unknown).rejects.toThrow(/unknown option "samples"; expected device, threads/);
  });

  test.each([0, 1, -0.5, Number.NaN])("a confidence of %d", async (confidence) => {
    const sampled = monteCarlo(model, randomImages(1), { threads: 1, samples: 1, seed: 1, confidence });
    await expect(sampled).rejects.toThrow(ConfigError);
  });

  test.each([
    ["images of another size", { ...randomImages(4), shape: [1, 4, 9] }],
    ["no image", randomImages(0)],
  ])("%s", async (_what, images) => {
    await expect(monteCarlo(model, images, { threads: 1, samples: 1, seed: 1 })).rejects.toThrow(DataError);
  });

  test("a model without all of its parameters", async () => {
    const { "layers.0.gain": _, ...parameters } = model.parameters;
    await expect(monteCarlo({ ...model, parameters }, randomImages(1), { threads: 1 })).rejects.toThrow(
      ConfigError,
    );
  });
});

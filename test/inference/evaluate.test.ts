/** Evaluation scores every image of a split exactly once, whatever the batches. */
import { describe, expect, test } from "vitest";
import type { ImageSplit } from "../../src/datasets/dataset.ts";
import { ConfigError, DataError } from "../../src/errors.ts";
import { evaluate, monteCarlo, openPredictor, sample } from "../../src/inference/node.ts";
import type { Model } from "../../src/networks/model.ts";
import { randomImages, randomModel } from "./models.ts";

const labelled = (count: number, classes: number, label: (image: number) => number): ImageSplit => ({
  ...randomImages(count),
  shape: [1, 6, 6],
  labels: Uint8Array.from({ length: count }, (_, k) => label(k)),
  classes,
  subset: false,
});

describe("every image is scored exactly once", () => {
  // More classes than images, so that each image can have a label of its own.
  const model = randomModel({ classes: 256, neuron: "relu" });

  /** -log p of the label, each image predicted by itself. */
  const scores = async (it: Model, split: ImageSplit): Promise<number[]> => {
    const predictor = await openPredictor(it, { passes: 1, threads: 1 });
    const results: number[] = [];
    for (let k = 0; k < split.count; k++) {
      const { probabilities } = await predictor.predict(split.images.subarray(k * 36, (k + 1) * 36));
      results.push(-Math.log(probabilities[split.labels[k]!]!));
    }
    await predictor.close();
    return results;
  };

  test.each([1, 99, 100, 101, 230])("of %d images, each of whose labels only it has", async (count) => {
    const split = labelled(count, 256, (k) => (k * 37) % 256);
    expect(new Set(split.labels).size).toBe(count);
    const result = await evaluate(model, split, { samples: 1, threads: 1 });
    expect(result).toMatchObject({ images: count, split: split.name, samples: 1 });
    const each = await scores(model, split);
    expect(result.nll).toBeCloseTo(each.reduce((a, b) => a + b, 0) / count, 4);
    // Its score alone moves the mean by far more than that, so that none is missing and none is counted twice.
    expect(Math.min(...each) / count).toBeGreaterThan(1e-3);
  });

  test("one wrong label is one error, at either end and in the padded batch", async () => {
    const few = randomModel({ neuron: "relu" });
    const { labels } = await monteCarlo(few, randomImages(230), { samples: 1, threads: 1 });
    for (const wrong of [0, 99, 100, 199, 200, 229]) {
      const split = labelled(230, 3, (k) => (k === wrong ? (labels[k]! + 1) % 3 : labels[k]!));
      const result = await evaluate(few, split, { samples: 1, threads: 1 });
      expect(result.error).toBeCloseTo(100 / 230, 10);
    }
  });

  test("with adaptive stopping too, whose mean number of passes is told", async () => {
    const noisy = randomModel();
    const options = { samples: 200, seed: 1, threads: 1, confidence: 0.9 };
    const { labels, samples } = await monteCarlo(noisy, randomImages(230), options);
    for (const wrong of [0, 120, 229]) {
      const split = labelled(230, 3, (k) => (k === wrong ? (labels[k]! + 1) % 3 : labels[k]!));
      const result = await evaluate(noisy, split, options);
      expect(result.error).toBeCloseTo(100 / 230, 10);
      expect(result.samples).toBeCloseTo(samples.reduce((sum, n) => sum + n, 0) / 230, 10);
      expect(result.samples).toBeLessThan(100);
    }
  });
});

describe("in Node, with an engine of its own", () => {
  const model = randomModel();
  const split = labelled(12, 3, (k) => k % 3);

  test("evaluates in the same bits on any number of threads", async () => {
    const options = { samples: 10, seed: 4 };
    const expected = await evaluate(model, split, { ...options, threads: 1 });
    for (const threads of [2, 3])
      expect(await evaluate(model, split, { ...options, threads })).toEqual(expected);
  });

  test("takes the paper's 100 samples unless told", async () => {
    expect((await evaluate(model, split, { threads: 1 })).samples).toBe(100);
    const [prediction] = await sample(model, [split.images.subarray(0, 36)], { threads: 1 });
    expect(prediction!.samples).toBe(100);
  });

  test("predicts images one by one, in their order", async () => {
    const images = [0, 1, 2, 3].map((k) => split.images.subarray(k * 36, (k + 1) * 36));
    const options = { samples: 20, seed: 6, threads: 1 };
    const predictions = await sample(model, images, options);
    const all = { ...randomImages(4), images: split.images.subarray(0, 4 * 36) };
    const { probabilities, labels } = await monteCarlo(model, all, options);
    expect(predictions.map(({ label }) => label)).toEqual([...labels]);
    expect(predictions.flatMap(({ probabilities: p }) => [...p])).toEqual([...probabilities]);
    expect(predictions.every((p) => p.standardError !== null && p.mutualInformation! >= 0)).toBe(true);
    const [once] = await sample(model, images.slice(0, 1), { ...options, samples: 1 });
    expect(once!.standardError).toBeNull();
  });
});

describe("refused", () => {
  const model = randomModel();

  test("an image of the wrong size, by its number", async () => {
    const images = [new Uint8Array(36), new Uint8Array(35)];
    const sampled = sample(model, images, { threads: 1 });
    await expect(sampled).rejects.toThrow(DataError);
    await expect(sampled).rejects.toThrow(/image 1 for network random: got 35 pixels; expected 36/);
  });

  test("no image", async () => {
    await expect(sample(model, [], { threads: 1 })).rejects.toThrow(DataError);
  });

  test("a split for another input, and labels that are no class", async () => {
    const split = labelled(4, 4, (k) => k);
    await expect(evaluate(model, split, { threads: 1 })).rejects.toThrow(/label 3 of image 3/);
    const other = { ...split, shape: [1, 9, 4] as const };
    await expect(evaluate(model, other, { threads: 1 })).rejects.toThrow(DataError);
  });

  test("a data set instead of one of its splits", async () => {
    const whole = { name: "digits", train: {}, test: {} } as unknown as ImageSplit;
    await expect(evaluate(randomModel({}), whole)).rejects.toThrow(DataError);
    await expect(evaluate(randomModel({}), whole)).rejects.toThrow(/Give one of its splits/);
  });

  test("zero samples", async () => {
    const split = labelled(3, 3, (k) => k);
    await expect(evaluate(model, split, { samples: 0, threads: 1 })).rejects.toThrow(ConfigError);
    await expect(sample(model, [split.images.subarray(0, 36)], { samples: 0, threads: 1 })).rejects.toThrow(
      ConfigError,
    );
  });
});

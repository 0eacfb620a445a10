import { describe, expect, test } from "vitest";
import { batchStatistics, foldedNormalization, normalize, unbiased } from "../../src/nn/batch-norm.ts";
import { conv2d } from "../../src/tensor/convolution.ts";
import { input } from "../../src/tensor/tensor.ts";
import { evaluate } from "../tensor/evaluate.ts";
import { uniform } from "./draw.ts";

const [BATCH, CHANNELS, PLACES] = [3, 2, 20];
const x = input("x", [BATCH, CHANNELS, 4, 5]);
const values = uniform("batch norm x", BATCH * CHANNELS * PLACES, -3, 5);

/** Values of one channel. */
const ofChannel = (channel: number): number[] =>
  [...values].filter((_, k) => Math.floor(k / PLACES) % CHANNELS === channel);
const mean = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0) / numbers.length;
const variance = (numbers: readonly number[]): number => mean(numbers.map((v) => (v - mean(numbers)) ** 2));

const learned = { gain: input("gain", [CHANNELS]), bias: input("bias", [CHANNELS]) };
const numbers = { gain: Float32Array.of(0.5, -2), bias: Float32Array.of(1, 0.25) };

describe("batch normalization", () => {
  test("takes mean and variance of each channel over the batch and the image", async () => {
    const found = batchStatistics(x);
    for (const [channel, value] of (await evaluate(found.mean, { x: values })).entries())
      expect(value).toBeCloseTo(mean(ofChannel(channel)), 5);
    for (const [channel, value] of (await evaluate(found.variance, { x: values })).entries())
      expect(value).toBeCloseTo(variance(ofChannel(channel)), 4);
  });

  test("gives each channel mean bias and deviation |gain|", async () => {
    const y = await evaluate(normalize(x, batchStatistics(x), learned), { x: values, ...numbers });
    for (let channel = 0; channel < CHANNELS; channel++) {
      const own = y.filter((_, k) => Math.floor(k / PLACES) % CHANNELS === channel);
      expect(mean(own)).toBeCloseTo(numbers.bias[channel]!, 5);
      expect(Math.sqrt(variance(own))).toBeCloseTo(Math.abs(numbers.gain[channel]!), 4);
    }
  });

  test("has running variances without the bias of the count", async () => {
    const found = await evaluate(unbiased(batchStatistics(x).variance, x.shape), { x: values });
    const count = BATCH * PLACES;
    for (const [channel, value] of found.entries())
      expect(value).toBeCloseTo((variance(ofChannel(channel)) * count) / (count - 1), 4);
  });

  test("in inference folds into the convolution before it", async () => {
    const image = input("image", [2, 3, 6, 6]);
    const weight = input("weight", [CHANNELS, 3, 3, 3]);
    const running = { mean: input("mean", [CHANNELS]), variance: input("variance", [CHANNELS]) };
    const feeds = {
      image: uniform("folded image", 2 * 3 * 36),
      weight: uniform("folded weight", CHANNELS * 27),
      mean: Float32Array.of(0.3, -1),
      variance: Float32Array.of(0.2, 4),
      ...numbers,
    };
    const folded = foldedNormalization(weight, running, learned);
    const one = await evaluate(conv2d(image, folded.weight, {}, folded.bias), feeds);
    const two = await evaluate(normalize(conv2d(image, weight), running, learned), feeds);
    for (const [k, value] of two.entries()) expect(one[k]).toBeCloseTo(value, 4);
  });
});

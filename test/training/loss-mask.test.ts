/** The loss of a batch, and the padding of a last batch, which must not count. */
import { describe, expect, test } from "vitest";
import { forward, parameterInputs } from "../../src/networks/interpreters/sample.ts";
import { noiseInputs } from "../../src/networks/noise-inputs.ts";
import { parametersOf } from "../../src/networks/plan.ts";
import { correctCount, crossEntropy } from "../../src/nn/loss.ts";
import { createEngine } from "../../src/runtime/node.ts";
import { gradient } from "../../src/tensor/gradient.ts";
import { lower } from "../../src/tensor/lower.ts";
import { input, sizeOf } from "../../src/tensor/tensor.ts";
import { signs, uniform } from "../nn/draw.ts";
import { evaluate } from "../tensor/evaluate.ts";
import { smallNetwork as network } from "./digits.ts";

const engine = createEngine({ threads: 1 });
const UNIT_ROUNDOFF = 2 ** -24;

describe("cross-entropy", () => {
  const [batch, classes] = [4, 3];
  const logits = uniform("logits", batch * classes, -3, 3);
  const labels = Int32Array.of(2, 0, 1, 1);
  const feeds = (mask: number[]) => ({ logits, labels, mask: Float32Array.from(mask) });
  const tensors = [
    input("logits", [batch, classes]),
    input("labels", [batch], "int32"),
    input("mask", [batch]),
  ] as const;

  test.each([[[1, 1, 1, 1]], [[1, 0, 1, 0]], [[0, 0, 0, 1]]])(
    "is the mean of -log softmax over %j",
    async (mask) => {
      const [loss] = await evaluate(crossEntropy(...tensors), feeds(mask));
      let [total, count] = [0, 0];
      for (let k = 0; k < batch; k++) {
        if (!mask[k]) continue;
        const row = [...logits.subarray(k * classes, (k + 1) * classes)];
        total += Math.log(row.reduce((sum, x) => sum + Math.exp(x), 0)) - row[labels[k]!]!;
        count++;
      }
      expect(Math.abs(loss! - total / count)).toBeLessThan(32 * UNIT_ROUNDOFF * 8);
    },
  );

  test.each([0.1, 0.5, 0.99])(
    "with labels smoothed by %d is that of the mixed targets",
    async (smoothing) => {
      const mask = [1, 0, 1, 1];
      const [loss] = await evaluate(crossEntropy(...tensors, undefined, smoothing), feeds(mask));
      let total = 0;
      for (let k = 0; k < batch; k++) {
        const row = [...logits.subarray(k * classes, (k + 1) * classes)];
        const logSum = Math.log(row.reduce((sum, x) => sum + Math.exp(x), 0));
        for (const [c, x] of row.entries()) {
          const target = smoothing / classes + (c === labels[k] ? 1 - smoothing : 0);
          total += (mask[k]! * target * (logSum - x)) / 3;
        }
      }
      expect(Math.abs(loss! - total)).toBeLessThan(32 * UNIT_ROUNDOFF * 8);
    },
  );

  test("without smoothing is the same expression", () => {
    expect(lower({ loss: crossEntropy(...tensors, undefined, 0) }).model).toEqual(
      lower({ loss: crossEntropy(...tensors) }).model,
    );
  });

  test("stays finite for logits that no softmax in float32 could bear", async () => {
    const wild = { ...feeds([1, 1, 1, 1]), logits: logits.map((x) => 1e30 * x) };
    const [loss] = await evaluate(crossEntropy(...tensors), wild);
    expect(Number.isFinite(loss)).toBe(true);
    expect(loss).toBeGreaterThan(1e29);
  });

  test("right answers are counted where the mask is 1", async () => {
    const certain = { ...feeds([1, 1, 1, 0]), logits: Float32Array.of(0, 0, 9, 9, 0, 0, 9, 0, 0, 0, 9, 0) };
    expect(await evaluate(correctCount(...tensors), certain)).toEqual([2]);
  });
});

/** Loss and all gradients of a batch, for given images, labels, mask and noise. */
const lossAndGradients = async (batch: number, feeds: Record<string, Float32Array | Int32Array>) => {
  const parameters = parameterInputs(network);
  const images = input("images", [batch, ...network.input]);
  const logits = forward(network, parameters, images, noiseInputs(network, batch));
  const loss = crossEntropy(logits, input("labels", [batch], "int32"), input("mask", [batch]));
  const names = Object.keys(parameters);
  const gradients = gradient(loss, Object.values(parameters));
  const outputs = Object.fromEntries(names.map((name, k) => [`gradient ${name}`, gradients[k]!]));
  const values = parametersOf(network).map(({ name, shape, kind }) => {
    const range = kind === "gain" ? [0.5, 1.5] : [-1, 1];
    return [name, uniform(name, sizeOf(shape), ...range)] as const;
  });
  const executable = await engine.compile(lower({ loss, ...outputs }));
  const results = await executable.run({ ...Object.fromEntries(values), ...feeds });
  await executable.dispose();
  return results as Record<string, Float32Array>;
};

describe("a padded batch gives the loss and the gradients of the examples that count", () => {
  const [whole, count] = [6, 4];
  const pixels = sizeOf(network.input);
  const noise = Object.entries(noiseInputs(network, 1)).map(
    ([name, { shape }]) => [name, sizeOf(shape)] as const,
  );

  /** `count` examples, the same each time, then padding from the stream `padding`. */
  const feeds = (batch: number, padding: string) => {
    const fill = (name: string, size: number, draw: typeof signs): Float32Array => {
      const out = draw(`${name} ${padding}`, batch * size);
      out.set(draw(name, count * size));
      return out;
    };
    return {
      images: fill("images", pixels, signs),
      labels: Int32Array.from({ length: batch }, (_, k) => (k < count ? k % 3 : padding.length % 3)),
      mask: Float32Array.from({ length: batch }, (_, k) => (k < count ? 1 : 0)),
      ...Object.fromEntries(noise.map(([name, size]) => [name, fill(name, size, uniform)])),
    };
  };

  test("to the bit, whatever the padding holds", async () => {
    const one = await lossAndGradients(whole, feeds(whole, "a"));
    expect(await lossAndGradients(whole, feeds(whole, "bb"))).toEqual(one);
    expect(one.loss![0]).toBeGreaterThan(0);
  });

  test("as the unpadded batch, but for the order in which a product sums up", async () => {
    const padded = await lossAndGradients(whole, feeds(whole, "a"));
    const exact = await lossAndGradients(count, feeds(count, "a"));
    for (const [name, values] of Object.entries(exact)) {
      const largest = Math.max(...values.map(Math.abs));
      expect(largest, name).toBeGreaterThan(0);
      // Sums over at most 4 images x 16 places, rounded on both sides, none more than a few times the largest.
      for (const [k, value] of values.entries())
        expect(Math.abs(padded[name]![k]! - value), name).toBeLessThanOrEqual(
          2 * 64 * UNIT_ROUNDOFF * 8 * largest,
        );
    }
  });
});

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { pooledSpikeMean } from "../../src/nn/neuron.ts";
import { bernoulli } from "../../src/nn/noise/bernoulli.ts";
import { pooledConvolutionMean, windowUnits } from "../../src/nn/pooled-convolution.ts";
import { convolutionPotential } from "../../src/nn/potential.ts";
import { sum } from "../../src/tensor/broadcast.ts";
import { multiply, negate } from "../../src/tensor/elementwise.ts";
import { gradient } from "../../src/tensor/gradient.ts";
import { input, type Tensor } from "../../src/tensor/tensor.ts";
import { evaluate } from "../tensor/evaluate.ts";
import { signs, uniform } from "./draw.ts";
import { firingProbability, type Layer, meanErrorBound, outputSize, unitsOf } from "./reference.ts";

const UNIT_ROUNDOFF = 2 ** -24;
const noise = bernoulli(0.4);
const size = (min: number, max: number) => fc.integer({ min, max });

describe("E(z) of pooled convolutions is 1 - 2 prod (1 - P_k) with P_k of equation (2)", () => {
  const cases = fc.record({
    image: fc.tuple(size(1, 2), size(5, 9), size(5, 9)),
    channels: size(1, 3),
    kernel: fc.tuple(size(1, 3), size(1, 3)),
    stride: size(1, 2),
    padding: size(0, 3),
    pool: size(1, 3),
    binary: fc.boolean(),
    gather: fc.boolean(),
    perLocation: fc.boolean(),
    withBias: fc.boolean(),
    stream: fc.nat().map(String),
  });

  test("over kernels, strides, padding, windows that do not fill the image, and inputs", () =>
    fc.assert(
      fc.asyncProperty(cases, async ({ image, channels, kernel, stride, padding, pool, ...rest }) => {
        const shape = { input: image, channels, kernel, stride, padding };
        const [rows, columns] = outputSize({ ...shape, weight: [], gain: [], bias: [] });
        fc.pre(rows >= pool && columns >= pool);
        const { binary, gather, perLocation, withBias, stream } = rest;
        const pixels = image[0] * image[1] * image[2];
        const gains = perLocation ? channels * rows * columns : channels;
        const feeds = {
          z: binary
            ? signs(`${stream} z`, pixels)
            : uniform(`${stream} z`, pixels).map((x) => Math.max(0, x)),
          weight: uniform(`${stream} weight`, channels * image[0] * kernel[0] * kernel[1]),
          gain: uniform(`${stream} gain`, gains, -0.5, 1),
          bias: withBias ? uniform(`${stream} bias`, channels) : new Float32Array(channels),
        };
        const layer: Layer = { ...shape, ...feeds };
        const synapses = {
          weight: input("weight", [channels, image[0], ...kernel]),
          gain: input("gain", perLocation ? [channels, rows, columns] : [channels]),
          bias: input("bias", [channels]),
        };
        const options = {
          strides: [stride, stride],
          pads: [padding, padding, padding, padding],
        } as const;
        const mean = pooledConvolutionMean(synapses, noise, binary, image, { ...options, pool, gather });
        const means = await evaluate(mean(input("z", [1, ...image])), feeds);

        const units = unitsOf(layer, feeds.z);
        const [height, width] = [Math.floor(rows / pool), Math.floor(columns / pool)];
        expect(means).toHaveLength(channels * height * width);
        for (const [k, mean] of means.entries()) {
          const [c, i, j] = [Math.floor(k / (height * width)), Math.floor(k / width) % height, k % width];
          let [silence, bound] = [1, 8 * UNIT_ROUNDOFF];
          for (let a = 0; a < pool; a++)
            for (let b = 0; b < pool; b++) {
              const unit = units[(c * rows + i * pool + a) * columns + j * pool + b]!;
              silence *= 1 - firingProbability(unit, noise);
              bound += meanErrorBound(unit, noise);
            }
          const error = Math.abs(mean - (1 - 2 * silence));
          if (!(error <= bound)) expect.fail(`window ${k}: error ${error}, bound ${bound}`);
        }
      }),
      { numRuns: 150, seed: 1 },
    ));
});

describe("shortcuts equal the general route", () => {
  const [batch, channels, kernel, pool] = [2, 3, 3, 2];
  // A side of 8 units fills 4 windows; of 7 units, the last row and column are dropped.
  test.each([
    ["one input channel, a strided convolution", 1, 10],
    ["one input channel, a strided convolution", 1, 9],
    ["two input channels, gathered windows", 2, 10],
    ["two input channels, gathered windows", 2, 9],
  ])("%s (%d) on images of %d a side, values and gradients", async (_, inputs, extent) => {
    const image = [inputs, extent, extent];
    const z = input("z", [batch, ...image]);
    const synapses = {
      weight: input("weight", [channels, inputs, kernel, kernel]),
      gain: input("gain", [channels]),
      bias: input("bias", [channels]),
    };
    const shortcut = pooledConvolutionMean(synapses, noise, true, image, { pool, gather: true })(z);
    const potential = convolutionPotential(synapses, noise, true, image)(z);
    const general = pooledSpikeMean(windowUnits(negate(potential), pool), pool ** 2);
    expect(operators(shortcut)).not.toContain("spaceToDepth");
    expect(operators(general)).toContain("spaceToDepth");
    expect(shortcut.shape).toEqual(general.shape);

    const c = input("c", shortcut.shape);
    const elements = shortcut.shape.reduce((product, n) => product * n);
    const feeds = {
      z: signs("z", batch * inputs * extent ** 2),
      weight: uniform("weight", channels * inputs * kernel ** 2, 0.1, 1),
      gain: uniform("gain", channels, 0.5, 1.5),
      bias: uniform("bias", channels),
      c: uniform("c", elements),
    };
    const parameters = [synapses.weight, synapses.gain, synapses.bias, z];
    const both = (of: (v: Tensor) => Tensor) =>
      Promise.all([evaluate(of(shortcut), feeds), evaluate(of(general), feeds)]);
    const compare = ([a, b]: number[][], bound: number): void => {
      expect(a!.some((x) => x !== 0)).toBe(true);
      for (const [k, x] of a!.entries()) expect(Math.abs(x - b![k]!)).toBeLessThanOrEqual(bound);
    };

    // |v| <= gain sqrt(fan in) + |b| / (sqrt(2) s ||w||) < 10; sums of at most 18 terms, both sides.
    compare(await both((m) => m), 2 * 24 * UNIT_ROUNDOFF * 10);
    // A gradient sums at most 4 `elements` terms of magnitude below 10.
    for (const [k] of parameters.entries())
      compare(
        await both((m) => gradient(sum(multiply(c, m)), parameters)[k]!),
        2 * 4 * elements * UNIT_ROUNDOFF * 10 * elements,
      );
  });
});

const operators = (root: Tensor): readonly string[] => [
  typeof root.operator === "string" ? root.operator : root.operator.name,
  ...root.inputs.flatMap(operators),
];

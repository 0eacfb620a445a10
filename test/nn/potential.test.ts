/** P(z = 1) of every layer against equation (2), by plain loops in float64. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { spikeMean } from "../../src/nn/neuron.ts";
import { bernoulli } from "../../src/nn/noise/bernoulli.ts";
import { gaussian } from "../../src/nn/noise/gaussian.ts";
import type { Noise } from "../../src/nn/noise/noise.ts";
import { convolutionPotential, densePotential } from "../../src/nn/potential.ts";
import { sum } from "../../src/tensor/broadcast.ts";
import { gradient } from "../../src/tensor/gradient.ts";
import { input, type Tensor } from "../../src/tensor/tensor.ts";
import { evaluate } from "../tensor/evaluate.ts";
import { signs, uniform } from "./draw.ts";
import { firingProbability, type Layer, meanErrorBound, outputSize, unitsOf } from "./reference.ts";

const noises = fc.oneof(
  fc.constantFrom(0.1, 0.25, 0.5, 0.9).map(bernoulli),
  fc.constantFrom(0.3, 1, 2).map(gaussian),
);

interface Case {
  readonly noise: Noise;
  readonly binary: boolean;
  readonly perLocation: boolean;
  readonly withBias: boolean;
  readonly layer: Layer;
  readonly stream: string;
}

/** Parameters of moderate size, so that few units are saturated; some biases are 0. */
const withParameters = (
  shape: Omit<Layer, "weight" | "gain" | "bias">,
  { stream, perLocation, withBias }: Pick<Case, "stream" | "perLocation" | "withBias">,
): Layer => {
  const sized: Layer = { ...shape, weight: [], gain: [], bias: [] };
  const { channels, kernel, input: image } = sized;
  const [rows, columns] = outputSize(sized);
  return {
    ...shape,
    weight: uniform(`${stream} weight`, channels * image[0] * kernel[0] * kernel[1]),
    gain: uniform(`${stream} gain`, perLocation ? channels * rows * columns : channels, -0.5, 1.5),
    bias: withBias ? uniform(`${stream} bias`, channels) : new Float32Array(channels),
  };
};

const size = (min: number, max: number) => fc.integer({ min, max });

const convolutions: fc.Arbitrary<Case> = fc
  .record({
    noise: noises,
    binary: fc.boolean(),
    perLocation: fc.boolean(),
    withBias: fc.boolean(),
    stream: fc.nat().map(String),
    shape: fc.record({
      input: fc.tuple(size(1, 3), size(3, 7), size(3, 7)),
      channels: size(1, 4),
      kernel: fc.tuple(size(1, 3), size(1, 3)),
      stride: size(1, 3),
      padding: size(0, 3),
    }),
  })
  .map(({ shape, ...rest }) => ({ ...rest, layer: withParameters(shape, rest) }));

const dense: fc.Arbitrary<Case> = fc
  .record({
    noise: noises,
    binary: fc.boolean(),
    perLocation: fc.constant(false),
    withBias: fc.boolean(),
    stream: fc.nat().map(String),
    shape: fc.record({ inputs: size(1, 40), units: size(1, 8) }),
  })
  .map(({ shape: { inputs, units }, ...rest }) => {
    const shape = {
      encoding: "sign",
      input: [1, 1, inputs],
      kernel: [1, inputs],
      channels: units,
      stride: 1,
      padding: 0,
    } as const;
    return { ...rest, layer: withParameters(shape, rest) };
  });

/** Numbers -1 and +1, or real numbers, about half of which are 0, so that some windows have no active input. */
const imageOf = ({ stream, binary, layer }: Case): Float32Array => {
  const [channels, height, width] = layer.input;
  return binary
    ? signs(`${stream} image`, channels * height * width)
    : uniform(`${stream} image`, channels * height * width).map((x) => Math.max(0, x));
};

const parametersOf = ({ weight, gain, bias }: Layer) => ({
  weight: Float32Array.from(weight),
  gain: Float32Array.from(gain),
  bias: Float32Array.from(bias),
});

const convolutionOf = ({ noise, binary, perLocation, layer }: Case, z: Tensor): Tensor => {
  const { input: shape, channels, kernel, stride, padding: p } = layer;
  const [rows, columns] = outputSize(layer);
  const synapses = {
    weight: input("weight", [channels, shape[0], ...kernel]),
    gain: input("gain", perLocation ? [channels, rows, columns] : [channels]),
    bias: input("bias", [channels]),
  };
  const options = { strides: [stride, stride], pads: [p, p, p, p] } as const;
  return convolutionPotential(synapses, noise, binary, shape, options)(z);
};

const denseOf = ({ noise, binary, layer }: Case, z: Tensor): Tensor => {
  const { input: shape, channels } = layer;
  const synapses = {
    weight: input("weight", [channels, shape[2]]),
    gain: input("gain", [channels]),
    bias: input("bias", [channels]),
  };
  return densePotential(synapses, noise, binary)(z);
};

const checkProbabilities = async (it: Case, v: Tensor, z: Float32Array): Promise<void> => {
  const means = await evaluate(spikeMean(v), { z, ...parametersOf(it.layer) });
  const units = unitsOf(it.layer, z);
  expect(means).toHaveLength(units.length);
  for (const [k, unit] of units.entries()) {
    const error = Math.abs((means[k]! + 1) / 2 - firingProbability(unit, it.noise));
    const bound = meanErrorBound(unit, it.noise) / 2;
    // Written so that NaN fails.
    if (!(error <= bound)) expect.fail(`unit ${k}: error ${error} of P, bound ${bound}`);
  }
};

describe("firing probabilities equal equation (2)", () => {
  test("convolutions: strides, zero padding, gain per channel and location, binary and real inputs", () =>
    fc.assert(
      fc.asyncProperty(convolutions, async (it) => {
        const z = imageOf(it);
        await checkProbabilities(it, convolutionOf(it, input("z", [1, ...it.layer.input])), z);
      }),
      { numRuns: 150, seed: 1 },
    ));

  test("dense layers: binary and real inputs", () =>
    fc.assert(
      fc.asyncProperty(dense, async (it) => {
        const z = imageOf(it);
        await checkProbabilities(it, denseOf(it, input("z", [1, it.layer.input[2]])), z);
      }),
      { numRuns: 80, seed: 2 },
    ));
});

describe("a unit none of whose inputs is active has no noise: z = sgn(b), sgn(0) = +1", () => {
  const noise = bernoulli(0.5);
  const weight = input("weight", [3, 1, 2, 2]);
  const [gain, bias] = [input("gain", [3]), input("bias", [3])];
  const feeds = {
    z: new Float32Array(9),
    weight: uniform("silent", 12),
    gain: new Float32Array(3).fill(1),
    bias: Float32Array.of(-0.1, 0, 0.1),
  };
  const z = input("z", [1, 1, 3, 3]);

  test("a black window of a real image, whose gradients are 0", async () => {
    const v = convolutionPotential({ weight, gain, bias }, noise, false, [1, 3, 3])(z);
    const m = spikeMean(v);
    expect(await evaluate(m, feeds)).toEqual([-1, -1, -1, -1, 1, 1, 1, 1, 1, 1, 1, 1]);
    for (const g of gradient(sum(m), [weight, gain, bias, z]))
      expect((await evaluate(g, feeds)).every((x) => Object.is(Math.abs(x), 0))).toBe(true);
  });

  test("a window that lies in the padding of a binary image", async () => {
    const options = { pads: [2, 2, 2, 2] } as const;
    const v = convolutionPotential({ weight, gain, bias }, noise, true, [1, 3, 3], options)(z);
    const m = await evaluate(spikeMean(v), { ...feeds, z: new Float32Array(9).fill(1) });
    // The corners of the three maps of 6 x 6.
    expect([0, 5, 30, 35].map((k) => m[k])).toEqual([-1, -1, -1, -1]);
    expect([36, 41, 72, 107].map((k) => m[k])).toEqual([1, 1, 1, 1]);
    const gradients = gradient(sum(spikeMean(v)), [weight, gain, bias]);
    for (const g of gradients)
      expect((await evaluate(g, { ...feeds, z: new Float32Array(9).fill(1) })).every(Number.isFinite)).toBe(
        true,
      );
  });

  test("a dense unit", async () => {
    const flat = densePotential({ weight: input("weight", [3, 4]), gain, bias }, noise, false);
    const m = await evaluate(spikeMean(flat(input("z", [1, 4]))), { ...feeds, z: new Float32Array(4) });
    expect(m).toEqual([-1, 1, 1]);
  });
});

describe("self-normalisation: scaling w by c > 0 changes no probability when b = 0", () => {
  const scales = fc.double({ min: Math.log(1e-4), max: Math.log(1e4), noNaN: true }).map(Math.exp);

  const checkScaling = async (it: Case, v: Tensor, scale: number): Promise<void> => {
    const feeds = { z: imageOf(it), ...parametersOf(it.layer) };
    const before = await evaluate(spikeMean(v), feeds);
    const after = await evaluate(spikeMean(v), { ...feeds, weight: feeds.weight.map((w) => scale * w) });
    const units = unitsOf(it.layer, feeds.z);
    for (const [k, mean] of before.entries()) {
      // Both sides round independently, and so does each scaled weight: by u relative, less than one of the
      // bound's n u.
      const bound = 3 * meanErrorBound(units[k]!, it.noise);
      if (!(Math.abs(after[k]! - mean) <= bound))
        expect.fail(`unit ${k}, c = ${scale}: ${mean}, ${after[k]}`);
    }
  };

  const unbiased = (it: Case): Case => ({
    ...it,
    layer: { ...it.layer, bias: new Float32Array(it.layer.channels) },
  });

  test("convolutions", () =>
    fc.assert(
      fc.asyncProperty(convolutions.map(unbiased), scales, (it, c) =>
        checkScaling(it, convolutionOf(it, input("z", [1, ...it.layer.input])), c),
      ),
      { numRuns: 60, seed: 3 },
    ));

  test("dense layers", () =>
    fc.assert(
      fc.asyncProperty(dense.map(unbiased), scales, (it, c) =>
        checkScaling(it, denseOf(it, input("z", [1, it.layer.input[2]])), c),
      ),
      { numRuns: 60, seed: 4 },
    ));

  test("with a bias it does change them: the test can fail", async () => {
    const weight = input("weight", [1, 4]);
    const synapses = { weight, gain: input("gain", [1]), bias: input("bias", [1]) };
    const v = densePotential(synapses, bernoulli(0.5), true)(input("z", [1, 4]));
    const feeds = { z: Float32Array.of(1, 1, -1, -1), gain: Float32Array.of(1), bias: Float32Array.of(0.5) };
    const mean = async (w: number): Promise<number> =>
      (await evaluate(spikeMean(v), { ...feeds, weight: new Float32Array(4).fill(w) }))[0]!;
    expect((await mean(0.1)) - (await mean(1))).toBeGreaterThan(0.01);
  });
});

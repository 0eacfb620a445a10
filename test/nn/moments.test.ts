/** Potentials under moment propagation against plain loops in float64. */
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  convolutionPotentialMoments,
  densePotentialMoments,
  firingPotential,
  type Moments,
} from "../../src/nn/moments.ts";
import { spikeMean } from "../../src/nn/neuron.ts";
import { bernoulli } from "../../src/nn/noise/bernoulli.ts";
import { gaussian } from "../../src/nn/noise/gaussian.ts";
import { type Noise, noiseVariance } from "../../src/nn/noise/noise.ts";
import { input } from "../../src/tensor/tensor.ts";
import { erfc } from "../support/special-functions.ts";
import { evaluate } from "../tensor/evaluate.ts";
import { uniform } from "./draw.ts";
import { type Layer, meanFactor, outputSize, unitsOf } from "./reference.ts";

const UNIT_ROUNDOFF = 2 ** -24;

/**
 * E(z) of every unit, with a bound of the float32 error: E(z) = erf(E(u) / sqrt(2 Var(u))), where E(u) =
 * (E(xi) + a) w.m + b and Var(u) = s^2 sum w^2 E(z^2) + (E(xi) + a)^2 sum w^2 Var(z).
 */
const expectedMeans = (layer: Layer, noise: Noise, mean: Float32Array, variance: Float32Array) => {
  const spreads = unitsOf(layer, variance);
  return unitsOf(layer, mean).map(({ taps, gain, bias }, k) => {
    const factor = meanFactor(noise, gain);
    let [expectation, spread, magnitude] = [bias, 0, Math.abs(bias)];
    for (const [j, { w, z }] of taps.entries()) {
      const power = spreads[k]!.taps[j]!.z;
      expectation += factor * w * z;
      magnitude += Math.abs(factor * w * z);
      spread += w * w * (noiseVariance(noise) * (z * z + power) + factor ** 2 * power);
    }
    const deviation = Math.sqrt(2 * spread);
    return {
      mean: spread === 0 ? (bias >= 0 ? 1 : -1) : 1 - erfc(expectation / deviation),
      bound: UNIT_ROUNDOFF * (spread === 0 ? 0 : ((3 * taps.length + 32) * 2 * magnitude) / deviation + 32),
    };
  });
};

const size = (min: number, max: number) => fc.integer({ min, max });

const cases = fc.record({
  noise: fc.oneof(
    fc.constantFrom(0.2, 0.5).map((p) => bernoulli(p)),
    fc.constantFrom(0.5, 2).map((sigma) => gaussian(sigma)),
  ),
  image: fc.tuple(size(1, 2), size(3, 6), size(3, 6)),
  channels: size(1, 3),
  extent: size(1, 3),
  stride: size(1, 2),
  padding: size(0, 3),
  dense: fc.boolean(),
  perLocation: fc.boolean(),
  /** Variance of the inputs; without it they are deterministic, and some are 0. */
  uncertain: fc.boolean(),
  stream: fc.nat().map(String),
});

test("means of dense and convolutional layers, for deterministic and stochastic inputs", () =>
  fc.assert(
    fc.asyncProperty(cases, async ({ noise, image, channels, extent, dense, uncertain, stream, ...rest }) => {
      const [inputs, height, width] = image;
      const kernel: [number, number] = dense ? [height, width] : [extent, extent];
      const shape = { input: image, channels, kernel, stride: 1, padding: 0, ...(dense ? {} : rest) };
      const [rows, columns] = outputSize({ ...shape, weight: [], gain: [], bias: [] });
      const perLocation = rest.perLocation && !dense;
      const pixels = inputs * height * width;
      const mean = uniform(`${stream} mean`, pixels).map((m) => (uncertain ? m : Math.max(0, m)));
      const feeds = {
        mean,
        variance: mean.map((m) => (uncertain ? 1 - m * m : 0)),
        weight: uniform(`${stream} weight`, channels * inputs * kernel[0] * kernel[1]),
        gain: uniform(`${stream} gain`, perLocation ? channels * rows * columns : channels, -0.5, 1.5),
        bias: uniform(`${stream} bias`, channels),
      };
      const expected = expectedMeans({ ...shape, ...feeds }, noise, feeds.mean, feeds.variance);

      const [gain, bias] = [
        input("gain", perLocation ? [channels, rows, columns] : [channels]),
        input("bias", [channels]),
      ];
      const z = (shape: number[]): Moments => ({
        mean: input("mean", shape),
        variance: input("variance", shape),
      });
      const { stride, padding: p } = shape;
      const v = dense
        ? densePotentialMoments(
            { weight: input("weight", [channels, pixels]), gain, bias },
            noise,
            false,
            z([1, pixels]),
          )
        : convolutionPotentialMoments(
            { weight: input("weight", [channels, inputs, ...kernel]), gain, bias },
            noise,
            false,
            z([1, ...image]),
            { strides: [stride, stride], pads: [p, p, p, p] },
          );
      const means = await evaluate(spikeMean(firingPotential(v)), feeds);
      expect(means).toHaveLength(expected.length);
      for (const [k, { mean: exact, bound }] of expected.entries())
        if (!(Math.abs(means[k]! - exact) <= bound))
          expect.fail(`unit ${k}: ${means[k]} instead of ${exact}, bound ${bound}`);
    }),
    { numRuns: 150, seed: 1 },
  ));

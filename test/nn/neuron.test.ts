import { describe, expect, test } from "vitest";
import { hardSpike, pooledSpikeMean, spike, spikeMean } from "../../src/nn/neuron.ts";
import { sum } from "../../src/tensor/broadcast.ts";
import { multiply, negate } from "../../src/tensor/elementwise.ts";
import { gradient } from "../../src/tensor/gradient.ts";
import { input } from "../../src/tensor/tensor.ts";
import { erfc } from "../support/special-functions.ts";
import { evaluate } from "../tensor/evaluate.ts";
import { uniform } from "./draw.ts";

const UNIT_ROUNDOFF = 2 ** -24;

describe("spike", () => {
  const [m, u] = [input("m", [6]), input("u", [6])];
  const feeds = { m: Float32Array.of(-1, -0.5, 0.25, 0.25, 0.25, 1) };
  const largest = 1 - 2 ** -24;

  test("is +1 where m > u, else -1; saturated at m = 1 and m = -1", async () => {
    const of = (...numbers: number[]): Promise<number[]> =>
      evaluate(spike(m, u), { ...feeds, u: Float32Array.from(numbers) });
    expect(await of(-largest, -0.75, 0.2, 0.25, 0.3, largest)).toEqual([-1, 1, 1, -1, -1, 1]);
    expect(await of(largest, -0.5, 0.2, 0.25, 0.3, -largest)).toEqual([-1, -1, 1, -1, -1, 1]);
  });

  test("has the gradient 2/sqrt(pi) exp(-v^2) in v, whatever was drawn", async () => {
    const n = 200;
    const [v, noise, c] = [input("v", [n]), input("noise", [n]), input("c", [n])];
    const values = {
      v: uniform("spike v", n, -4, 4),
      noise: uniform("spike noise", n),
      c: uniform("spike cotangent", n),
    };
    const [slope] = gradient(sum(multiply(c, spike(spikeMean(v), noise))), [v]);
    const slopes = await evaluate(slope!, values);
    for (const [k, x] of values.v.entries()) {
      const exact = values.c[k]! * (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x);
      // The exponent log(2/sqrt(pi)) - v^2 has two roundings of at most u v^2, exp and the product a few more.
      const bound = (2 * x * x + 8) * UNIT_ROUNDOFF * Math.abs(exact);
      expect(Math.abs(slopes[k]! - exact), `v = ${x}`).toBeLessThanOrEqual(bound);
    }
  });

  test("has a gradient of 0 in the noise", async () => {
    const [toNoise] = gradient(sum(spike(m, u)), [u]);
    expect(await evaluate(toNoise!, { ...feeds, u: new Float32Array(6) })).toEqual([0, 0, 0, 0, 0, 0]);
  });
});

describe("a spike without noise", () => {
  const v = input("v", [7]);
  const values = Float32Array.of(-9, -1, -0.25, 0, 0.25, 1, 9);

  test("is sgn(v), sgn(0) = +1", async () => {
    expect(await evaluate(hardSpike(v), { v: values })).toEqual([-1, -1, -1, 1, 1, 1, 1]);
  });

  test("has the noisy spike's gradient", async () => {
    const [slope] = gradient(sum(hardSpike(v)), [v]);
    for (const [k, found] of (await evaluate(slope!, { v: values })).entries())
      expect(found).toBeCloseTo((2 / Math.sqrt(Math.PI)) * Math.exp(-(values[k]! ** 2)), 6);
  });
});

/** P(z = 1) of one unit. */
const probability = (v: number): number => 0.5 * erfc(-v);

/** E(z) of a window by brute force: 2 (1 - prod_k (1 - P_k)) - 1. */
const windowMean = (v: readonly number[]): number =>
  2 * (1 - v.reduce((silence, vk) => silence * (1 - probability(vk)), 1)) - 1;

describe.each([1, 2, 4, 9, 64, 65, 144, 576])("a pooled window of %d units", (units) => {
  const [batch, channels, height, width] = [2, 3, 2, 2];
  const shape = [batch, units * channels, height, width];
  const size = batch * units * channels * height * width;
  const v = input("v", shape);
  const pooled = pooledSpikeMean(negate(v), units);
  // Windows of silent units, of units near 0, and with units so strong that the window is saturated.
  const values = uniform(`window of ${units}`, size, -2.5, 1).map((x, k) => (k % 23 === 0 ? 6 : x));

  /** Indices in v of the units of window [n, c, i, j], and their values. */
  const windows = Array.from({ length: batch * channels * height * width }, (_, k) => {
    const plane = channels * height * width;
    const [n, rest] = [Math.floor(k / plane), k % plane];
    const places = Array.from({ length: units }, (_, unit) => (n * units + unit) * plane + rest);
    return { places, v: places.map((place) => values[place]!) };
  });

  // A product of n factors, each with a few roundings.
  const bound = (4 * units + 8) * UNIT_ROUNDOFF;

  test("fires with probability 1 - prod (1 - P_k)", async () => {
    const means = await evaluate(pooled, { v: values });
    expect(pooled.shape).toEqual([batch, channels, height, width]);
    expect(means).toHaveLength(windows.length);
    for (const [k, window] of windows.entries())
      expect(Math.abs(means[k]! - windowMean(window.v))).toBeLessThanOrEqual(bound);
  });

  test("has the gradient of that mean (central differences in float64)", async () => {
    const [toV] = gradient(sum(pooled), [v]);
    const slopes = await evaluate(toV!, { v: values });
    // Truncation h^2 / 6 max |d^3 erf / dv^3| = 4e-9 and the differences' own rounding 1e-13 / h = 1e-9.
    const h = 1e-4;
    for (const { places, v: at } of windows)
      for (const [k, place] of places.entries()) {
        const moved = (step: number): number => windowMean(at.map((vk, j) => (j === k ? vk + step : vk)));
        const slope = (moved(h) - moved(-h)) / (2 * h);
        expect(Math.abs(slopes[place]! - slope)).toBeLessThanOrEqual(2 * bound + 1e-8);
      }
  });
});

/** Population neurons: thresholds, mean, gradient and moments, against numbers of the test's own. */
import { describe, expect, test } from "vitest";
import { binaryMoments, firingPotential } from "../../src/nn/moments.ts";
import { spike, spikeMean } from "../../src/nn/neuron.ts";
import {
  neuronPotentials,
  type Population,
  populationMean,
  populationMoments,
  spikesWithMean,
  staggered,
} from "../../src/nn/population.ts";
import { sum } from "../../src/tensor/broadcast.ts";
import { multiply } from "../../src/tensor/elementwise.ts";
import { gradient } from "../../src/tensor/gradient.ts";
import { constant, input } from "../../src/tensor/tensor.ts";
import { erfc } from "../support/special-functions.ts";
import { mean, normalP, variance } from "../support/statistics.ts";
import { evaluate } from "../tensor/evaluate.ts";
import { normal, uniform } from "./draw.ts";

const tensorOf = (t: readonly number[]) => constant(Float32Array.from(t), [t.length]);

test.each<[Population, readonly number[]]>([
  [{ size: 4, spacing: 1, offset: 1.5 }, [0, -1, -2, -3]],
  [{ size: 4, spacing: 1 }, [0, -1, -2, -3]],
  [{ size: 3, spacing: 0.5, offset: 0 }, [0.5, 0, -0.5]],
  [{ size: 1, spacing: 1 }, [0]],
  [{ size: 2, spacing: 0 }, [0, 0]],
])("thresholds of %j", (population, expected) => {
  const t = staggered(population);
  expect(t).toHaveLength(expected.length);
  for (const [k, threshold] of t.entries()) expect(threshold).toBeCloseTo(expected[k]!, 12);
});

describe("the mean of four one-sided neurons", () => {
  const t = staggered({ size: 4, spacing: 1 });
  const v = uniform("population v", 60, -3, 6);
  const meanOf = (x: number): number => mean(t.map((threshold) => 1 - erfc(x + threshold)));
  const potential = input("v", [10, 6]);
  const means = spikeMean(neuronPotentials(potential, tensorOf(t)));
  const feeds = { v, uniform: uniform("population noise", 240) };

  test("is that of their means, which a sample has on average", async () => {
    const found = await evaluate(populationMean(means), feeds);
    for (const [k, x] of v.entries()) expect(found[k]).toBeCloseTo(meanOf(x), 6);
    const z = await evaluate(populationMean(spike(means, input("uniform", [10, 4, 6]))), feeds);
    for (const level of z) expect([-1, -0.5, 0, 0.5, 1]).toContain(level);
    const deviations = z.map((level, k) => level - found[k]!);
    const spread = mean([...v].map((x) => mean(t.map((s) => 1 - (1 - erfc(x + s)) ** 2)) / 4));
    expect(normalP(mean(deviations) / Math.sqrt(spread / v.length))).toBeGreaterThan(1e-3);
  });

  test("has its own derivative in the backward pass of a sample", async () => {
    const weights = uniform("population weights", 60);
    const z = populationMean(spike(means, input("uniform", [10, 4, 6])));
    const [gradientOfV] = gradient(sum(multiply(z, constant(weights, [10, 6]))), [potential]);
    const slopes = await evaluate(gradientOfV!, feeds);
    const step = 1e-4;
    for (const [k, x] of v.entries()) {
      const expected = (weights[k]! * (meanOf(x + step) - meanOf(x - step))) / (2 * step);
      expect(slopes[k]).toBeCloseTo(expected, 5);
    }
  });
});

/** Means, over draws of normal potentials, of the moments of z given them. */
const simulated = (
  centre: Float32Array,
  spread: Float32Array,
  t: readonly number[],
  units: number,
  draws: number,
): { readonly mean: number; readonly variance: number; readonly error: number } => {
  const size = t.length;
  const noise = normal(`population moments ${size} ${units}`, draws * units);
  const [means, within]: [number[], number[]] = [[], []];
  for (let draw = 0; draw < draws; draw++) {
    const silences = t.map((threshold) =>
      Array.from({ length: units }, (_, u) => {
        const v = centre[u]! + Math.sqrt(spread[u]!) * noise[draw * units + u]!;
        return 0.5 * erfc(v + threshold);
      }).reduce((a, b) => a * b),
    );
    means.push(1 - 2 * mean(silences));
    within.push((4 / size) * mean(silences.map((s) => s * (1 - s))));
  }
  return {
    mean: mean(means),
    variance: mean(within) + variance(means),
    error: Math.sqrt(variance(means) / draws),
  };
};

describe("moments of populations on normal potentials", () => {
  test.each<[string, Population, number, number]>([
    ["one neuron", { size: 1, spacing: 1 }, 1, 1.5],
    ["two neurons without spacing", { size: 2, spacing: 0, offset: 0.3 }, 1, 1.5],
    ["four neurons", { size: 4, spacing: 1 }, 1, 1.5],
    ["eight neurons, potentials that differ widely between passes", { size: 8, spacing: 0.75 }, 1, 20],
    ["four neurons, windows of four units", { size: 4, spacing: 1 }, 4, 1.5],
    ["four neurons, windows of four units that differ widely", { size: 4, spacing: 1 }, 4, 20],
  ])("%s", async (_name, population, units, widest) => {
    const t = staggered(population);
    const channels = 6;
    const centre = uniform(`centre ${units}`, units * channels, -1, 3);
    const spread = uniform(`spread ${units}`, units * channels, 0.1, widest);
    const v = {
      mean: input("centre", [1, units * channels, 1, 1]),
      variance: input("spread", [1, units * channels, 1, 1]),
    };
    const moments = populationMoments(v, tensorOf(t), units);
    const feeds = { centre, spread };
    const found = {
      mean: await evaluate(moments.mean, feeds),
      variance: await evaluate(moments.variance!, feeds),
    };
    for (let channel = 0; channel < channels; channel++) {
      const own = (x: Float32Array): Float32Array =>
        Float32Array.from({ length: units }, (_, u) => x[u * channels + channel]!);
      const expected = simulated(own(centre), own(spread), t, units, 6_000);
      // Six standard errors of the simulation. The variance's is at most twice the mean's, as |z| <= 1.
      expect(Math.abs(found.mean[channel]! - expected.mean)).toBeLessThan(1e-5 + 6 * expected.error);
      expect(Math.abs(found.variance[channel]! - expected.variance)).toBeLessThan(1e-4 + 12 * expected.error);
    }
  });

  test("of one neuron, those of a binary unit, at any variance", async () => {
    const feeds = {
      centre: uniform("centre of one", 40, -6, 6),
      spread: Float32Array.from({ length: 40 }, (_, k) => 10 ** (k / 10 - 2)),
    };
    const v = { mean: input("centre", [1, 40]), variance: input("spread", [1, 40]) };
    const found = populationMoments(v, tensorOf([0]), 1);
    const known = binaryMoments(spikeMean(firingPotential(v)));
    const [mean, expectedMean] = [await evaluate(found.mean, feeds), await evaluate(known.mean, feeds)];
    const [own, expected] = [await evaluate(found.variance!, feeds), await evaluate(known.variance!, feeds)];
    for (const [k, m] of expectedMean.entries()) {
      expect(mean[k]).toBeCloseTo(m, 6);
      expect(own[k]).toBeCloseTo(expected[k]!, 5);
    }
  });

  test("of neurons that always or never fire, exact and finite", async () => {
    const feeds = { centre: Float32Array.of(2 ** 20, -(2 ** 20)), spread: Float32Array.of(0, 5) };
    const v = { mean: input("centre", [1, 2]), variance: input("spread", [1, 2]) };
    const found = populationMoments(v, tensorOf(staggered({ size: 4, spacing: 1 })), 1);
    expect(await evaluate(found.mean, feeds)).toEqual([1, -1]);
    for (const own of await evaluate(found.variance!, feeds)) expect(own).toBeCloseTo(0, 12);
  });

  test("without a variance, those of independent neurons", async () => {
    const t = staggered({ size: 3, spacing: 1 });
    const moments = populationMoments({ mean: input("v", [1, 4]) }, tensorOf(t), 1);
    const v = Float32Array.of(-0.5, 0, 0.5, 2);
    const [m, s] = [await evaluate(moments.mean, { v }), await evaluate(moments.variance!, { v })];
    for (const [k, x] of v.entries()) {
      const each = t.map((threshold) => 1 - erfc(x + threshold));
      expect(m[k]).toBeCloseTo(mean(each), 5);
      expect(s[k]).toBeCloseTo(mean(each.map((y) => 1 - y ** 2)) / 3, 5);
    }
  });
});

test.each([1, 2, 5, 64])("spikes with the mean of %d neurons", async (size) => {
  const z = Float32Array.from({ length: size + 1 }, (_, fired) => (2 * fired) / size - 1);
  const spikes = await evaluate(spikesWithMean(input("z", [1, size + 1]), size), { z });
  expect(spikes.every((spike) => Math.abs(spike) === 1)).toBe(true);
  const back = await evaluate(populationMean(spikesWithMean(input("z", [1, size + 1]), size)), { z });
  for (const [k, value] of z.entries()) expect(back[k]).toBeCloseTo(value, 6);
});

import { describe, expect, test } from "vitest";
import { ConfigError, DataError } from "../../src/errors.ts";
import { parseNetwork } from "../../src/networks/network.ts";
import { bernoulli } from "../../src/nn/noise/bernoulli.ts";
import { gaussian } from "../../src/nn/noise/gaussian.ts";
import { lognormal } from "../../src/nn/noise/lognormal.ts";
import { fillXi, type Noise, noiseMean, noiseVariance } from "../../src/nn/noise/noise.ts";
import { table, tableOfSamples } from "../../src/nn/noise/table.ts";
import { fillUniform } from "../../src/random/fill.ts";
import { key } from "../../src/random/key.ts";
import { binomialP, ksP, mean, normalCdf, variance, worstP } from "../support/statistics.ts";
import { normal } from "./draw.ts";

const NETWORK = {
  name: "n",
  encoding: "sign",
  input: [1, 2, 2],
  classes: 2,
  layers: [{ type: "dense", units: 2 }],
};

const refusal = (make: () => unknown): ConfigError => {
  try {
    make();
  } catch (error) {
    return error as ConfigError;
  }
  return expect.fail("nothing was thrown");
};

describe("settings out of range are refused, and named", () => {
  test.each([0, 1, -0.1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])("Bernoulli p = %d", (p) => {
    const error = refusal(() => bernoulli(p));
    expect(error).toBeInstanceOf(ConfigError);
    expect(error.given).toBe(`p = ${p}`);
    expect(error.expected).toContain("between 0 and 1");
  });

  test.each([0, -1, 4.1, Number.NaN])("lognormal sigma = %d", (sigma) => {
    const error = refusal(() => lognormal(sigma));
    expect(error).toBeInstanceOf(ConfigError);
    expect(error.given).toBe(`sigma = ${sigma}`);
  });

  test.each<[string, readonly number[], readonly number[] | undefined, RegExp]>([
    ["an empty table", [], undefined, /no values/],
    ["probabilities whose sum is not 1", [0, 1], [0.5, 0.4], /sum is 0\.9, not 1/],
    ["too few probabilities", [0, 1], [1], /1 probabilities for 2 values/],
    ["a negative probability", [0, 1], [1.5, -0.5], /^at probabilities\.1: [^;]*>=0$/],
    ["a value that is no number", [0, Number.NaN], undefined, /NaN|number/],
    ["values that do not vary", [2, 2], [0.5, 0.5], /do not vary/],
    ["values in siemens", [1e-8, 2e-8], [0.5, 0.5], /variance 2.5e-17 is below 1e-12/],
    ["values in a tiny unit", [1e8, 2e8], [0.5, 0.5], /variance 2500000000000000 exceeds/],
    ["all probability on one value", [0, 1], [0, 1], /do not vary/],
  ])("%s", (_what, values, probabilities, given) => {
    const error = refusal(() => table(values, probabilities));
    expect(error).toBeInstanceOf(ConfigError);
    expect(error.given).toMatch(given);
    expect(() =>
      parseNetwork({ ...NETWORK, noise: { type: "table", values, probabilities: probabilities ?? [] } }),
    ).toThrow(ConfigError);
  });

  test.each<[readonly number[], string]>([
    [[], "no samples"],
    [[1, Number.NaN, 2], "NaN at index 1"],
    [[1, 2, Number.POSITIVE_INFINITY], "Infinity at index 2"],
  ])("samples %j", (samples, given) => {
    const error = refusal(() => tableOfSamples(samples));
    expect(error).toBeInstanceOf(DataError);
    expect(error.given).toBe(given);
  });

  test.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])("Gaussian sigma = %d", (sigma) => {
    const error = refusal(() => gaussian(sigma));
    expect(error).toBeInstanceOf(ConfigError);
    expect(error.given).toBe(`sigma = ${sigma}`);
    expect(error.expected).toContain("positive");
  });
});

test("mean and variance are those of the paper's table", () => {
  expect([noiseMean(bernoulli(0.25)), noiseVariance(bernoulli(0.25))]).toEqual([0.25, 0.1875]);
  expect([noiseMean(gaussian(0.5)), noiseVariance(gaussian(0.5))]).toEqual([1, 0.25]);
});

test("mean and variance of a lognormal factor and of a table", () => {
  expect(noiseMean(lognormal(0.5))).toBe(1);
  expect(noiseVariance(lognormal(0.5))).toBeCloseTo(Math.exp(0.25) - 1, 12);
  const it = table([0, 1, 3], [0.5, 0.25, 0.25]);
  expect([noiseMean(it), noiseVariance(it)]).toEqual([1, 0.5 + 0 + 1]);
});

describe("a table of samples", () => {
  test("has each distinct value by how often it was measured", () => {
    expect(tableOfSamples([1, 0, 1, 1])).toEqual(table([0, 1], [0.25, 0.75]));
  });

  test("of more than 4,096 values keeps their mean and, but for the width of the bins, their variance", () => {
    const samples = normal("samples", 20_000);
    const it = tableOfSamples(samples);
    expect(it.values).toHaveLength(4096);
    expect(noiseMean(it)).toBeCloseTo(mean(samples), 6);
    expect(noiseVariance(it) / variance(samples)).toBeCloseTo(1, 2);
    expect(noiseVariance(it)).toBeLessThanOrEqual(variance(samples));
  });

  test("counts -0 as 0", () => {
    expect(tableOfSamples([-0, 0, 1, 1])).toEqual(table([0, 1], [0.5, 0.5]));
  });
});

describe("the factors that are drawn have the law of the noise, p > 1e-4", () => {
  const draw = (noise: Noise): Float32Array => {
    const xi = new Float32Array(100_000);
    fillXi(noise, key(1, "test/xi", 0), xi);
    return xi;
  };

  test("Bernoulli: 0 and 1, the share of ones binomial", () => {
    const xi = draw(bernoulli(0.3));
    expect([...new Set(xi)].sort()).toEqual([0, 1]);
    const ones = xi.reduce((sum, x) => sum + x, 0);
    expect(binomialP(ones, xi.length, 0.3)).toBeGreaterThan(1e-4);
  });

  test("lognormal: its logarithm is N(-sigma^2 / 2, sigma^2) by Kolmogorov and Smirnov", () => {
    const xi = draw(lognormal(0.6));
    expect(ksP(xi.map(Math.log), (x) => normalCdf((x + 0.18) / 0.6))).toBeGreaterThan(1e-4);
    expect(mean(xi)).toBeCloseTo(1, 1);
  });

  test("table: each value by its probability, chi-square; a value of probability 0 never comes", () => {
    const [values, probabilities] = [
      [0.2, 1, 1.7, 9, 5],
      [0.1, 0.25, 0.05, 0, 0.6],
    ];
    const xi = draw(table(values, probabilities));
    const counts = values.map((value) => xi.filter((x) => x === Math.fround(value)).length);
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(xi.length);
    expect(counts[3]).toBe(0);
    const p = worstP(
      probabilities
        .filter((p) => p > 0)
        .map((p, k) => binomialP(counts.filter((_, j) => j !== 3)[k]!, xi.length, p)),
    );
    expect(p).toBeGreaterThan(1e-4);
  });

  test("table: the first value whose cumulative probability exceeds the uniform number, for every draw", () => {
    const weights = Array.from({ length: 3000 }, (_, k) => (k % 7 === 0 ? 0 : 1 + (k % 5) ** 4));
    const total = weights.reduce((sum, w) => sum + w, 0);
    const probabilities = weights.map((w) => w / total);
    const values = weights.map((_, k) => k);
    const u = new Float32Array(20_000);
    fillUniform(key(1, "test/xi", 0), u);
    let sum = 0;
    const ends = probabilities.map((p) => (sum += p));
    const expected = [...u].map((x) => ends.findIndex((end) => end > (x + 1) / 2));
    expect([...draw(table(values, probabilities)).subarray(0, u.length)]).toEqual(expected);
  });

  test("Gaussian: N(1, sigma^2) by Kolmogorov and Smirnov", () => {
    const xi = draw(gaussian(0.7));
    expect(ksP(xi, (x) => normalCdf((x - 1) / 0.7))).toBeGreaterThan(1e-4);
    expect(mean(xi)).toBeCloseTo(1, 1);
    expect(variance(xi)).toBeCloseTo(0.49, 1);
  });
});

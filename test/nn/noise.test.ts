import { describe, expect, test } from "vitest";
import { ConfigError } from "../../src/errors.ts";
import { bernoulli } from "../../src/nn/noise/bernoulli.ts";
import { gaussian } from "../../src/nn/noise/gaussian.ts";
import { fillXi, type Noise, noiseMean, noiseVariance } from "../../src/nn/noise/noise.ts";
import { key } from "../../src/random/key.ts";
import { binomialP, ksP, mean, normalCdf, variance } from "../support/statistics.ts";

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

  test("Gaussian: N(1, sigma^2) by Kolmogorov and Smirnov", () => {
    const xi = draw(gaussian(0.7));
    expect(ksP(xi, (x) => normalCdf((x - 1) / 0.7))).toBeGreaterThan(1e-4);
    expect(mean(xi)).toBeCloseTo(1, 1);
    expect(variance(xi)).toBeCloseTo(0.49, 1);
  });
});

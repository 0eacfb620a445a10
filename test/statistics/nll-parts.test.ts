import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DataError, NumericError } from "../../src/errors.ts";
import { MIN_PROBABILITY, negativeLogLikelihood } from "../../src/statistics/metrics.ts";
import { type LogLikelihoodParts, negativeLogLikelihoodParts } from "../../src/statistics/nll-parts.ts";
import { uniform } from "../nn/draw.ts";
import { chiSquareTail, ksP } from "../support/statistics.ts";

const entropy = (a: number): number => -a * Math.log(a) - (1 - a) * Math.log(1 - a);
const divergence = (a: number, p: number): number =>
  a * Math.log(a / p) + (1 - a) * Math.log((1 - a) / (1 - p));

/** Images [p of the answer, number of images, number of right ones] of two classes; the answer is class 0. */
const twoClasses = (groups: readonly (readonly [number, number, number])[]): LogLikelihoodParts =>
  negativeLogLikelihoodParts(
    Float64Array.from(
      groups.flatMap(([p, count]) =>
        Array(count)
          .fill([p, 1 - p])
          .flat(),
      ),
    ),
    groups.flatMap(([, count, right]) => Array.from({ length: count }, (_, i) => (i < right ? 0 : 1))),
  );

describe("by hand", () => {
  test("two confidences: nothing is left inside the bins", () => {
    const parts = twoClasses([
      [0.6, 10, 7],
      [0.8, 30, 21],
    ]);
    expect(parts.uncertainty).toBeCloseTo(entropy(0.7), 12);
    expect(parts.resolution).toBeCloseTo(0, 12);
    expect(parts.reliability).toBeCloseTo(0.25 * divergence(0.7, 0.6) + 0.75 * divergence(0.7, 0.8), 12);
    expect(parts.withinBins).toBeCloseTo(0, 12);
    expect(parts.otherClasses).toBe(0);
  });

  test("calibrated confidences have resolution only", () => {
    const parts = twoClasses([
      [0.6, 10, 6],
      [0.9, 10, 9],
    ]);
    expect(parts.uncertainty).toBeCloseTo(entropy(0.75), 12);
    expect(parts.resolution).toBeCloseTo((divergence(0.6, 0.75) + divergence(0.9, 0.75)) / 2, 12);
    expect(parts.reliability).toBeCloseTo(0, 12);
    expect(parts.withinBins).toBeCloseTo(0, 12);
  });

  test("unequal probabilities in a bin, of images that are all right", () => {
    // 30 images, two to a bin, with q = .01, .02, ...
    const others = Array.from({ length: 30 }, (_, i) => (i + 1) / 100);
    const { withinBins } = twoClasses(others.map((q) => [1 - q, 1, 1]));
    const jensen = Array.from({ length: 15 }, (_, b) => {
      const [q, r] = [others[2 * b]!, others[2 * b + 1]!];
      return Math.log(1 - (q + r) / 2) - (Math.log(1 - q) + Math.log(1 - r)) / 2;
    });
    expect(withinBins).toBeCloseTo(jensen.reduce((a, b) => a + b, 0) / 15, 12);
    expect(withinBins).toBeGreaterThan(0);
  });

  test("the label among the other classes, where the answer is wrong", () => {
    const rows = Float64Array.of(0.5, 0.4, 0.1, 0.5, 0.4, 0.1, 0.5, 0.4, 0.1);
    const { otherClasses } = negativeLogLikelihoodParts(rows, [0, 1, 2]);
    expect(otherClasses).toBeCloseTo(-(Math.log(0.4 / 0.5) + Math.log(0.1 / 0.5)) / 3, 12);
  });

  test("small probabilities of a float32 row whose largest is 1", () => {
    const { otherClasses } = negativeLogLikelihoodParts(Float32Array.of(1, 3e-12, 1e-12), [2]);
    expect(otherClasses).toBeCloseTo(Math.log(4), 6);
  });

  test("a label without probability costs as in the negative log-likelihood", () => {
    const { uncertainty, resolution, reliability } = negativeLogLikelihoodParts(Float64Array.of(1, 0), [1]);
    expect([uncertainty, resolution].map(Math.abs)).toEqual([0, 0]);
    expect(reliability).toBeCloseTo(-Math.log(MIN_PROBABILITY), 12);
  });
});

test("the parts add up to the negative log-likelihood, and three are never negative", () => {
  const image = fc.record({ masses: fc.array(fc.nat(20), { minLength: 3, maxLength: 3 }), label: fc.nat(2) });
  const positive = image.filter(({ masses }) => masses.some((mass) => mass > 0));
  fc.assert(
    fc.property(fc.array(positive, { minLength: 1, maxLength: 60 }), (images) => {
      const rows = images.flatMap(({ masses }) => {
        const sum = masses.reduce((a, b) => a + b, 0);
        return masses.map((mass) => mass / sum);
      });
      const labels = images.map(({ label }) => label);
      const parts = negativeLogLikelihoodParts(Float64Array.from(rows), labels);
      const { uncertainty, resolution, reliability, withinBins, otherClasses } = parts;
      expect(uncertainty - resolution + reliability + withinBins + otherClasses).toBeCloseTo(
        negativeLogLikelihood(Float64Array.from(rows), labels),
        10,
      );
      for (const part of [resolution, reliability, otherClasses]) expect(part).toBeGreaterThan(-1e-12);
    }),
  );
});

describe("sampling noise of 15 confidences, 200 images each", () => {
  // Twice the sum over images is a likelihood ratio: chi-squared with one degree of freedom for each free accuracy.
  const [BINS, EACH, DRAWS] = [15, 200, 200];
  const noise = (name: string, chance: (confidence: number) => number): LogLikelihoodParts[] =>
    Array.from({ length: DRAWS }, (_, draw) => {
      const numbers = uniform(`${name} ${draw}`, BINS * EACH, 0, 1);
      return twoClasses(
        Array.from({ length: BINS }, (_, bin) => {
          const confidence = 0.6 + 0.02 * bin;
          const own = numbers.subarray(bin * EACH, (bin + 1) * EACH);
          return [confidence, EACH, own.filter((u) => u < chance(confidence)).length];
        }),
      );
    });
  const pOf = (values: readonly number[], degrees: number): number =>
    ksP(
      values.map((value) => 2 * BINS * EACH * value),
      (x) => 1 - chiSquareTail(x, degrees),
    );

  test("reliability of calibrated confidences is chi-squared with 15 degrees of freedom", () => {
    const parts = noise("calibrated", (confidence) => confidence);
    expect(
      pOf(
        parts.map((one) => one.reliability),
        BINS,
      ),
    ).toBeGreaterThan(1e-4);
  });

  test("resolution of uninformative confidences is chi-squared with 14 degrees of freedom", () => {
    const parts = noise("uninformative", () => 0.75);
    expect(
      pOf(
        parts.map((one) => one.resolution),
        BINS - 1,
      ),
    ).toBeGreaterThan(1e-4);
  });
});

test("bad predictions are refused", () => {
  expect(() => negativeLogLikelihoodParts(Float64Array.of(1, 0), [2])).toThrow(DataError);
  expect(() => negativeLogLikelihoodParts(Float64Array.of(1, 1), [0])).toThrow(NumericError);
});

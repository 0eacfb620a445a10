import { describe, expect, test } from "vitest";
import { ConfigError, DataError } from "../../src/errors.ts";
import {
  type SelectiveThreshold,
  selectiveGuarantee,
  selectiveThresholds,
} from "../../src/statistics/selective-guarantee.ts";
import { uniform } from "../nn/draw.ts";
import { binomialUpperP, mean } from "../support/statistics.ts";

describe("by hand: 1,000 images, of which the 100 most uncertain are wrong", () => {
  const uncertainty = Float64Array.from({ length: 1000 }, (_, i) => 999 - i);
  const wrong = Uint8Array.from(uncertainty, (u) => Number(u >= 900));

  test("a low risk answers the 900 others", () => {
    const { limit, ...rest } = selectiveGuarantee(uncertainty, wrong, 0.01);
    expect(rest).toEqual({ threshold: 900, coverage: 0.9, answered: 900, errors: 0 });
    expect(limit).toBeCloseTo(1 - 0.0025 ** (1 / 900), 14);
  });

  test("a higher risk answers more, the highest all", () => {
    // The limits are those of SciPy 1.17, beta.ppf(0.9975, errors + 1, answered - errors).
    expect(selectiveGuarantee(uncertainty, wrong, 0.05)).toEqual({
      threshold: 920,
      coverage: 0.92,
      answered: 920,
      errors: 20,
      limit: expect.closeTo(0.03895910464300144, 12),
    });
    expect(selectiveGuarantee(uncertainty, wrong, 0.2)).toEqual({
      threshold: Number.POSITIVE_INFINITY,
      coverage: 1,
      answered: 1000,
      errors: 100,
      limit: expect.closeTo(0.12940524307134996, 12),
    });
  });

  test("a higher confidence answers fewer", () => {
    expect(selectiveGuarantee(uncertainty, wrong, 0.04, 0.95).coverage).toBe(0.92);
    expect(selectiveGuarantee(uncertainty, wrong, 0.04, 0.999).coverage).toBe(0.9);
  });

  test("a risk that no coverage keeps is refused, with the best limit", () => {
    // Enough images: 1,000 without errors would do. The limit of 900 without errors is 1 - .0025^(1/900) = .006635.
    expect(() => selectiveGuarantee(uncertainty, wrong, 0.0062)).toThrow(
      "an error of at most 0.62 % among the answers; expected at least 0.664 %, the best that these images let promise, with 90 % of them answered",
    );
  });
});

describe("equal uncertainties", () => {
  test("images at the threshold are not answered", () => {
    const uncertainty = Float64Array.from({ length: 1000 }, (_, i) => Math.floor(i / 250));
    const wrong = Uint8Array.from(uncertainty, (u) => Number(u >= 2));
    expect(selectiveGuarantee(uncertainty, wrong, 0.02)).toMatchObject({
      threshold: 2,
      coverage: 0.5,
      errors: 0,
    });
    expect(selectiveThresholds(uncertainty, wrong).map(({ coverage }) => coverage)).toEqual(
      [[1], Array(12).fill(0.75), Array(3).fill(0.5), Array(2).fill(0.25), [0, 0]].flat(),
    );
  });

  test("if all are equal, all images are answered or none", () => {
    const uncertainty = new Float64Array(500);
    expect(selectiveGuarantee(uncertainty, new Uint8Array(500), 0.02).coverage).toBe(1);
    expect(() => selectiveGuarantee(uncertainty, new Uint8Array(500).fill(1, 0, 20), 0.02)).toThrow(
      DataError,
    );
  });
});

describe("promises over 200 draws of held-out images", () => {
  const DRAWS = 200;

  interface Population {
    readonly images: number;
    readonly risk: number;
    /** Uncertainty of a uniform number. */
    readonly uncertainty: (u: number) => number;
    /** Error probability at an uncertainty. */
    readonly errorRate: (u: number) => number;
    /** Error rate of all images with uncertainty below the threshold. */
    readonly selectiveRisk: (threshold: number) => number;
  }

  const levels = (u: number): number => Math.floor(8 * u);
  const meanBelow = (f: (level: number) => number) => (threshold: number) =>
    mean(Array.from({ length: Math.min(8, threshold) }, (_, level) => f(level)));

  const populations: Record<string, Population> = {
    "an uncertainty that ranks the errors": {
      images: 1000,
      risk: 0.1,
      uncertainty: (u) => u,
      errorRate: (u) => 0.6 * u * u,
      selectiveRisk: (threshold) => 0.2 * Math.min(1, threshold) ** 2,
    },
    // The hardest case: every threshold breaks the promise, so each acceptance does.
    "an uncertainty without information": {
      images: 500,
      risk: 0.0999,
      uncertainty: (u) => u,
      errorRate: () => 0.1,
      selectiveRisk: () => 0.1,
    },
    "an uncertainty of eight values": {
      images: 500,
      risk: 0.0599,
      uncertainty: levels,
      errorRate: (level) => 0.02 * level,
      selectiveRisk: meanBelow((level) => 0.02 * level),
    },
  };

  const draws = (name: string, { images, uncertainty, errorRate }: Population) => {
    const scores = Float64Array.from(uniform(`${name}: scores`, DRAWS * images, 0, 1), uncertainty);
    const chances = uniform(`${name}: errors`, DRAWS * images, 0, 1);
    const wrong = Uint8Array.from(scores, (score, i) => Number(chances[i]! < errorRate(score)));
    return Array.from({ length: DRAWS }, (_, draw) => {
      const range = [draw * images, (draw + 1) * images] as const;
      return { uncertainty: scores.subarray(...range), wrong: wrong.subarray(...range) };
    });
  };

  test.each(Object.entries(populations))("%s", (name, population) => {
    let [broken, violated] = [0, 0];
    for (const { uncertainty, wrong } of draws(name, population)) {
      const candidates = selectiveThresholds(uncertainty, wrong);
      const isFalse = ({ threshold, limit }: SelectiveThreshold): boolean =>
        population.selectiveRisk(threshold) > limit;
      if (candidates.some(isFalse)) violated++;
      if (candidates.every(({ limit }) => limit > population.risk))
        expect(() => selectiveGuarantee(uncertainty, wrong, population.risk)).toThrow(DataError);
      else {
        const { threshold } = selectiveGuarantee(uncertainty, wrong, population.risk);
        if (population.selectiveRisk(threshold) > population.risk) broken++;
      }
    }
    // Exact binomial test that at most 5 % of the promises are broken, and of the joint limits false.
    expect(binomialUpperP(broken, DRAWS, 0.05)).toBeGreaterThan(1e-3);
    expect(binomialUpperP(violated, DRAWS, 0.05)).toBeGreaterThan(1e-3);
  });

  test("are worth something: the coverage comes near the best", () => {
    const name = "an uncertainty that ranks the errors";
    const population = populations[name]!;
    const coverages = draws(name, population).map(
      ({ uncertainty, wrong }) => selectiveGuarantee(uncertainty, wrong, population.risk).coverage,
    );
    // The risk is exactly .1 at the coverage sqrt(.5).
    expect(mean(coverages)).toBeGreaterThan(0.45);
    expect(mean(coverages)).toBeLessThan(Math.SQRT1_2);
  });
});

describe("refused", () => {
  test("too few images, and how many it takes", () => {
    const perfect = (images: number) =>
      selectiveGuarantee(new Float64Array(images), new Uint8Array(images), 0.05);
    expect(() => perfect(116)).toThrow("at least 117");
    expect(perfect(117).coverage).toBe(1);
  });

  test.each([
    ["no image", [], []],
    ["lengths that differ", [1, 2], [0]],
    ["NaN", [Number.NaN, 1], [0, 1]],
    ["a correctness of 2", [1, 2], [0, 2]],
  ])("%s", (_what, uncertainty, wrong) => {
    expect(() => selectiveThresholds(Float64Array.from(uncertainty), Uint8Array.from(wrong))).toThrow(
      DataError,
    );
  });

  test.each([
    [0, 0.95],
    [1, 0.95],
    [0.1, 0],
    [0.1, 1],
    [Number.NaN, 0.95],
  ])("risk %d at confidence %d", (risk, confidence) => {
    const images = 1000;
    expect(() =>
      selectiveGuarantee(new Float64Array(images), new Uint8Array(images), risk, confidence),
    ).toThrow(ConfigError);
  });
});

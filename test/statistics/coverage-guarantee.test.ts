import { describe, expect, test } from "vitest";
import { ConfigError, DataError } from "../../src/errors.ts";
import { coverageGuarantee } from "../../src/statistics/coverage-guarantee.ts";
import { uniform } from "../nn/draw.ts";
import { binomialP, binomialUpperP } from "../support/statistics.ts";

const ranks = (images: number): Float64Array => Float64Array.from({ length: images }, (_, i) => images - i);

describe("rank of the threshold", () => {
  // Wilks' sample sizes for 95 % of the images at confidence 95 %: 59 for the largest value, 93 for the second largest.
  test.each([
    [59, 59],
    [92, 92],
    [93, 92],
    [124, 122],
  ])("of %d images is %d", (images, rank) => {
    expect(coverageGuarantee(ranks(images), 0.95)).toEqual({ threshold: rank, coverage: rank / images });
  });

  test.each([
    [200, 0.9],
    [1000, 0.95],
    [300, 0.5],
  ])("of %d images and cover %d is the smallest that keeps the promise", (images, cover) => {
    const { threshold } = coverageGuarantee(ranks(images), cover);
    expect(binomialUpperP(threshold, images, cover)).toBeLessThanOrEqual(0.05);
    expect(binomialUpperP(threshold - 1, images, cover)).toBeGreaterThan(0.05);
  });
});

describe("promises over 200 draws of 59 images", () => {
  const [DRAWS, IMAGES, COVER] = [200, 59, 0.95];
  const numbers = uniform("tolerance limits", DRAWS * IMAGES, 0, 1);
  const draw = (k: number): Float64Array => Float64Array.from(numbers.subarray(k * IMAGES, (k + 1) * IMAGES));
  const count = (isBroken: (draw: number) => boolean): number =>
    Array.from({ length: DRAWS }, (_, k) => k).filter(isBroken).length;

  test("of a continuous uncertainty are broken with the probability of the theory", () => {
    const broken = count((k) => coverageGuarantee(draw(k), COVER).threshold < COVER);
    // The largest of 59 uniform numbers is below .95 with probability .95^59 = .0485.
    expect(binomialP(broken, DRAWS, COVER ** IMAGES)).toBeGreaterThan(1e-3);
  });

  test("of an uncertainty of ten values are broken in at most 5 %", () => {
    const broken = count((k) => {
      const { threshold } = coverageGuarantee(
        draw(k).map((u) => Math.min(9, Math.floor(10 * u))),
        COVER,
      );
      return (threshold + 1) / 10 < COVER;
    });
    expect(binomialUpperP(broken, DRAWS, 0.05)).toBeGreaterThan(1e-3);
  });
});

test("equal uncertainties are all accepted", () => {
  const uncertainty = Float64Array.from({ length: 200 }, (_, i) => (i < 100 ? 0 : 1));
  expect(coverageGuarantee(uncertainty, 0.4)).toEqual({ threshold: 0, coverage: 0.5 });
});

describe("refused", () => {
  test("too few images, and how many it takes", () => {
    expect(() => coverageGuarantee(ranks(58), 0.95)).toThrow(DataError);
    expect(() => coverageGuarantee(ranks(58), 0.95)).toThrow("at least 59");
    expect(() => coverageGuarantee(ranks(0), 0.5, 0.5)).toThrow("at least 1");
    expect(coverageGuarantee(ranks(1), 0.5, 0.5).threshold).toBe(1);
  });

  test("NaN", () => {
    expect(() => coverageGuarantee(ranks(100).fill(Number.NaN, 0, 1), 0.95)).toThrow(DataError);
  });

  test.each([
    [0, 0.95],
    [1, 0.95],
    [0.9, 0],
    [0.9, 1],
    [Number.NaN, 0.95],
  ])("cover %d at confidence %d", (cover, confidence) => {
    expect(() => coverageGuarantee(ranks(100), cover, confidence)).toThrow(ConfigError);
  });
});

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DataError } from "../../src/errors.ts";
import { detection } from "../../src/statistics/detection.ts";
import { riskCoverage } from "../../src/statistics/selective.ts";

describe("detection of images of another kind", () => {
  test("by hand: four negatives, three positives", () => {
    // In descending order: + 9, - 8, + 7, - 3, + 2 tied with - 2, - 1.
    const { auroc, aupr, fpr95 } = detection(Float64Array.of(8, 3, 2, 1), Float64Array.of(9, 7, 2));
    expect(auroc).toBeCloseTo((4 + 3 + 1.5) / 12, 14);
    expect(aupr).toBeCloseTo((1 + 2 / 3 + 3 / 6) / 3, 14);
    // 95 % of four negatives are all four: scores up to 8 are accepted.
    expect(fpr95).toBeCloseTo(2 / 3, 14);
  });

  test("all found, and none", () => {
    const [low, high] = [Float64Array.of(0, 1, 2), Float64Array.of(3, 4)];
    expect(detection(low, high)).toEqual({ auroc: 1, aupr: 1, fpr95: 0 });
    const { auroc, aupr, fpr95 } = detection(high, low);
    expect([auroc, fpr95]).toEqual([0, 1]);
    expect(aupr).toBeCloseTo((1 / 3 + 2 / 4 + 3 / 5) / 3, 14);
  });

  test("19 of 20 negatives are let through, and the positives below them", () => {
    const negatives = Float64Array.from({ length: 20 }, (_, k) => k);
    expect(detection(negatives, Float64Array.of(17.5, 18, 18.5, 19)).fpr95).toBe(0.5);
  });

  test("a score without information finds as many as there are", () => {
    const { auroc, aupr, fpr95 } = detection(new Float64Array(30), new Float64Array(10));
    expect([auroc, aupr, fpr95]).toEqual([0.5, 0.25, 1]);
  });

  test("does not depend on the order, nor on a monotone map of the scores", () => {
    const score = fc.integer({ min: 0, max: 9 });
    const scores = fc.array(score, { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(scores, scores, (negatives, positives) => {
        const of = (f: (x: number) => number) =>
          detection(Float64Array.from(negatives, f), Float64Array.from(positives, f));
        const expected = of((x) => x);
        expect(of((x) => Math.exp(x))).toEqual(expected);
        const reversed = detection(
          Float64Array.from(negatives).reverse(),
          Float64Array.from(positives).reverse(),
        );
        for (const name of ["auroc", "aupr", "fpr95"] as const)
          expect(reversed[name]).toBeCloseTo(expected[name], 12);
      }),
    );
  });

  test.each([
    ["no positive", [1], []],
    ["no negative", [], [1]],
    ["NaN", [1, Number.NaN], [1]],
  ])("%s is refused", (_what, negatives, positives) => {
    expect(() => detection(Float64Array.from(negatives), Float64Array.from(positives))).toThrow(DataError);
  });
});

describe("selective prediction", () => {
  test("by hand", () => {
    const { risks, aurc } = riskCoverage(Float64Array.of(0.3, 0.1, 0.9, 0.2), Uint8Array.of(1, 0, 1, 0));
    expect([...risks]).toEqual([0, 0, 1 / 3, 1 / 2]);
    expect(aurc).toBeCloseTo((1 / 3 + 1 / 2) / 4, 14);
  });

  test("images that are equally sure count as in the mean over their orders", () => {
    const uncertainty = Float64Array.of(1, 1, 1, 2);
    const wrong = Uint8Array.of(1, 0, 1, 0);
    const orders = [
      [0, 1, 2],
      [0, 2, 1],
      [1, 0, 2],
      [1, 2, 0],
      [2, 0, 1],
      [2, 1, 0],
    ];
    const mean = (k: number): number =>
      orders.reduce((sum, order) => {
        const first = [...order, 3].slice(0, k + 1);
        return sum + first.reduce((errors, i) => errors + wrong[i]!, 0) / (k + 1);
      }, 0) / orders.length;
    const { risks } = riskCoverage(uncertainty, wrong);
    for (let k = 0; k < 4; k++) expect(risks[k]).toBeCloseTo(mean(k), 14);
  });

  test("answering all costs the error, whatever is sure", () => {
    const image = fc.tuple(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.boolean());
    fc.assert(
      fc.property(fc.array(image, { minLength: 1 }), (images) => {
        const wrong = Uint8Array.from(images, ([, isWrong]) => Number(isWrong));
        const { risks, aurc } = riskCoverage(
          Float64Array.from(images, ([score]) => score),
          wrong,
        );
        expect(risks.at(-1)).toBeCloseTo(wrong.reduce((a, b) => a + b, 0) / images.length, 12);
        expect(aurc).toBeGreaterThanOrEqual(0);
        expect(aurc).toBeLessThanOrEqual(1);
      }),
    );
  });

  test.each([
    ["no image", [], []],
    ["lengths that differ", [1, 2], [0]],
    ["NaN", [Number.NaN], [0]],
  ])("%s is refused", (_what, uncertainty, wrong) => {
    expect(() => riskCoverage(Float64Array.from(uncertainty), Uint8Array.from(wrong))).toThrow(DataError);
  });
});

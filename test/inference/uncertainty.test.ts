import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DataError, NumericError } from "../../src/errors.ts";
import { accumulator } from "../../src/inference/uncertainty.ts";

const H = (...p: number[]): number => p.reduce((h, x) => (x > 0 ? h - x * Math.log(x) : h), 0);

describe("by hand", () => {
  // Three passes, two images of three classes. Image 0: passes disagree; image 1: they agree.
  const batch = accumulator(2, 3);
  batch.add(Float32Array.of(1, 0, 0, 0.25, 0.5, 0.25));
  batch.add(Float32Array.of(0, 1, 0, 0.25, 0.5, 0.25));
  batch.add(Float32Array.of(0.5, 0.5, 0, 0.25, 0.5, 0.25));
  const result = batch.result();

  test("means, labels and passes", () => {
    expect([...result.probabilities]).toEqual([0.5, 0.5, 0, 0.25, 0.5, 0.25]);
    expect([...result.labels]).toEqual([0, 1]);
    expect([...result.samples]).toEqual([3, 3]);
  });

  test("entropies and mutual information, with 0 log 0 = 0", () => {
    expect(result.entropy[0]).toBeCloseTo(Math.log(2), 14);
    expect(result.expectedEntropy[0]).toBeCloseTo(Math.log(2) / 3, 14);
    expect(result.mutualInformation[0]).toBeCloseTo((2 * Math.log(2)) / 3, 14);
    expect(result.entropy[1]).toBeCloseTo(1.5 * Math.log(2), 14);
    expect(result.mutualInformation[1]).toBe(0);
  });

  test("votes: ties within a pass go to the lowest class", () => {
    expect([...result.agreement]).toEqual([2 / 3, 1]);
  });

  test("standard error: s^2 = 1/4 over three passes", () => {
    expect(result.standardError[0]).toBeCloseTo(Math.sqrt(1 / 4 / 3), 14);
    expect(result.standardError[1]).toBe(0);
  });
});

/** Passes [sample][image][class] of softmax outputs, some of them saturated to 0 and 1. */
const passes = fc
  .record({
    samples: fc.integer({ min: 2, max: 6 }),
    images: fc.integer({ min: 1, max: 4 }),
    classes: fc.integer({ min: 1, max: 5 }),
    sharpness: fc.constantFrom(1, 10, 1000),
  })
  .chain(({ samples, images, classes, sharpness }) =>
    fc
      .array(fc.double({ min: -1, max: 1, noNaN: true }), {
        minLength: samples * images * classes,
        maxLength: samples * images * classes,
      })
      .map((logits) =>
        Array.from({ length: samples }, (_, s) =>
          Array.from({ length: images }, (_, i) => {
            const at = (s * images + i) * classes;
            const row = logits.slice(at, at + classes);
            const weights = row.map((v) => Math.exp(sharpness * (v - Math.max(...row))));
            const sum = weights.reduce((a, b) => a + b, 0);
            return weights.map((w) => Math.fround(w / sum));
          }),
        ),
      ),
  );

test("accumulation agrees with the definitions applied to all passes at once", () => {
  fc.assert(
    fc.property(passes, (all) => {
      const [images, classes] = [all[0]!.length, all[0]![0]!.length];
      const batch = accumulator(images, classes);
      for (const pass of all) batch.add(Float32Array.from(pass.flat()));
      const result = batch.result();
      for (let i = 0; i < images; i++) {
        const rows = all.map((pass) => pass[i]!);
        const mean = rows[0]!.map((_, c) => rows.reduce((sum, row) => sum + row[c]!, 0) / rows.length);
        const label = mean.indexOf(Math.max(...mean));
        const expected = rows.reduce((sum, row) => sum + H(...row), 0) / rows.length;
        const squares = rows.reduce((sum, row) => sum + (row[label]! - mean[label]!) ** 2, 0);
        const agreeing = rows.filter((row) => row.indexOf(Math.max(...row)) === label).length;
        expect(result.labels[i]).toBe(label);
        expect(result.entropy[i]).toBeCloseTo(H(...mean), 6);
        expect(result.expectedEntropy[i]).toBeCloseTo(expected, 6);
        expect(result.mutualInformation[i]).toBeCloseTo(Math.max(0, H(...mean) - expected), 6);
        expect(result.mutualInformation[i]).toBeGreaterThanOrEqual(0);
        expect(result.agreement[i]).toBeCloseTo(agreeing / rows.length, 12);
        expect(result.standardError[i]).toBeCloseTo(Math.sqrt(squares / (rows.length - 1) / rows.length), 6);
      }
    }),
  );
});

test("a pass may hold some of the images only, in any order", () => {
  const batch = accumulator(3, 2);
  batch.add(Float32Array.of(1, 0, 0.5, 0.5, 0, 1));
  batch.add(Float32Array.of(0, 1, 0, 1), [2, 0]);
  const { samples, probabilities, standardError } = batch.result();
  expect([...samples]).toEqual([2, 1, 2]);
  expect([...probabilities]).toEqual([0.5, 0.5, 0.5, 0.5, 0, 1]);
  expect([...standardError]).toEqual([0.5, Number.NaN, 0]);
});

test("an image without a pass has no uncertainty", () => {
  const batch = accumulator(2, 2);
  expect(() => batch.result()).toThrow(DataError);
  batch.add(Float32Array.of(1, 0), [0]);
  expect(() => batch.result()).toThrow("no pass for image 1");
});

test("results do not change when more passes are added", () => {
  const batch = accumulator(1, 2);
  batch.add(Float32Array.of(1, 0));
  const before = batch.result();
  batch.add(Float32Array.of(0, 1));
  expect([...before.samples, ...before.probabilities]).toEqual([1, 1, 0]);
});

describe("refused passes", () => {
  const add = (values: number[], images?: number[]) => () =>
    accumulator(2, 2).add(Float32Array.from(values), images);

  test.each([
    { what: "too few rows", values: [1, 0] },
    { what: "too many rows", values: [1, 0, 1, 0, 1, 0] },
    { what: "more images than rows", values: [1, 0], images: [0, 1] },
    { what: "an image that is not there", values: [1, 0], images: [2] },
    { what: "a negative image", values: [1, 0], images: [-1] },
  ])("$what", ({ values, images }) => expect(add(values, images)).toThrow(DataError));

  test.each([
    { what: "NaN", values: [1, 0, Number.NaN, 0] },
    { what: "infinity", values: [1, 0, Number.POSITIVE_INFINITY, 0] },
    { what: "logits", values: [1, 0, 3, -2] },
    { what: "a negative probability", values: [1, 0, 1.5, -0.5] },
  ])("$what", ({ values }) => expect(add(values)).toThrow(NumericError));
});

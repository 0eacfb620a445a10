import { describe, expect, test } from "vitest";
import { ConfigError, DataError, NumericError } from "../../src/errors.ts";
import { conformalSet, conformalThreshold } from "../../src/statistics/conformal.ts";
import { uniform } from "../nn/draw.ts";

describe("threshold", () => {
  /** Two classes; the label 0 has the scores 1 / n, 2 / n, .., 1. */
  const threshold = (images: number, level: number): number =>
    conformalThreshold(
      Float64Array.from({ length: 2 * images }, (_, k) => {
        const score = (Math.floor(k / 2) + 1) / images;
        return k % 2 === 0 ? 1 - score : score;
      }),
      new Uint8Array(images),
      level,
    );

  test.each([
    [9, 0.9, 9],
    [19, 0.95, 19],
    [99, 0.99, 99],
    [20, 0.9, 19],
    [99, 0.9, 90],
    [100, 0.9, 91],
    [1, 0.5, 1],
  ])("of %d images at level %d is the score number %d", (images, level, rank) => {
    expect(threshold(images, level)).toBeCloseTo(rank / images, 12);
  });

  test.each([
    [8, 0.9, 9],
    [18, 0.95, 19],
    [98, 0.99, 99],
  ])("of %d images at level %d is refused: it takes %d", (images, level, needed) => {
    expect(() => threshold(images, level)).toThrow(DataError);
    expect(() => threshold(images, level)).toThrow(`at least ${needed} `);
  });
});

describe("set", () => {
  const row = Float64Array.of(0.25, 0.5, 0, 0.25);

  test.each([
    [0.4, []],
    [0.5, [1]],
    [0.75, [1, 0, 3]],
    [1, [1, 0, 3, 2]],
  ])("at threshold %d", (threshold, classes) => {
    expect(conformalSet(row, threshold)).toEqual(classes);
  });
});

test("labels are in their sets as often as the beta-binomial distribution says", () => {
  const [DRAWS, HELD_OUT, NEW, CLASSES, LEVEL] = [200, 39, 25, 3, 0.9];
  const images = DRAWS * (HELD_OUT + NEW);
  const masses = uniform("conformal: probabilities", images * CLASSES, 0, 1);
  const chances = uniform("conformal: labels", images, 0, 1);
  const rows = new Float64Array(images * CLASSES);
  const labels = Uint8Array.from(chances, (chance, i) => {
    const own = Array.from({ length: CLASSES }, (_, c) => -Math.log(1 - masses[i * CLASSES + c]! / 2));
    const sum = own.reduce((a, b) => a + b, 0);
    for (const [c, mass] of own.entries()) rows[i * CLASSES + c] = mass / sum;
    // Half of the labels are the most probable class, the others random: the promise does not need calibration.
    return chance < 0.5 ? own.indexOf(Math.max(...own)) : Math.floor(CLASSES * (2 * chance - 1));
  });

  let covered = 0;
  for (let draw = 0; draw < DRAWS; draw++) {
    const first = draw * (HELD_OUT + NEW);
    const at = (i: number): number => (first + i) * CLASSES;
    const heldOut = [rows.subarray(at(0), at(HELD_OUT)), labels.subarray(first, first + HELD_OUT)] as const;
    const threshold = conformalThreshold(...heldOut, LEVEL);
    for (let i = HELD_OUT; i < HELD_OUT + NEW; i++)
      if (conformalSet(rows.subarray(at(i), at(i + 1)), threshold).includes(labels[first + i]!)) covered++;
  }

  // The coverage of one threshold is Beta(k, n + 1 - k), k = 36; the draws are independent.
  const one = betaBinomial(NEW, 36, HELD_OUT + 1 - 36);
  let all = [1];
  for (let draw = 0; draw < DRAWS; draw++) all = convolution(all, one);
  const lower = all.slice(0, covered + 1).reduce((a, b) => a + b, 0);
  const upper = all.slice(covered).reduce((a, b) => a + b, 0);
  expect(2 * Math.min(lower, upper)).toBeGreaterThan(1e-3);
});

/** Probabilities of 0..n: P(j + 1) / P(j) = (n - j) / (j + 1) (a + j) / (b + n - j - 1). */
const betaBinomial = (n: number, a: number, b: number): number[] => {
  const weights = [1];
  for (let j = 0; j < n; j++) weights.push((weights[j]! * (n - j) * (a + j)) / ((j + 1) * (b + n - j - 1)));
  const total = weights.reduce((x, y) => x + y, 0);
  return weights.map((weight) => weight / total);
};

const convolution = (a: readonly number[], b: readonly number[]): number[] => {
  const sums = new Array<number>(a.length + b.length - 1).fill(0);
  for (const [i, x] of a.entries()) for (const [j, y] of b.entries()) sums[i + j]! += x * y;
  return sums;
};

describe("refused", () => {
  test.each([0, 1, Number.NaN])("level %d", (level) => {
    expect(() => conformalThreshold(Float64Array.of(1, 0), [0], level)).toThrow(ConfigError);
  });

  test("labels that are no class, rows that are not distributions", () => {
    expect(() => conformalThreshold(Float64Array.of(1, 0), [2], 0.5)).toThrow(DataError);
    expect(() => conformalThreshold(Float64Array.of(1, 1), [0], 0.5)).toThrow(NumericError);
  });
});

/** Bias and deviation of draws whose law is known. */
import { expect, test } from "vitest";
import { gradientQuality } from "../../../src/experiments/gradients/gradient-quality.ts";
import { normal } from "../../nn/draw.ts";

const [ELEMENTS, RUNS, ROWS] = [30, 100, 500];
const exact = normal("exact gradient", ELEMENTS);
const norm = Math.hypot(...exact);

/** Means of ROWS draws about the exact gradient, moved by `bias`; each element of a draw has that deviation. */
const draws = (stream: string, bias: readonly number[], deviation: number): readonly Float32Array[] =>
  Array.from({ length: RUNS }, (_, run) =>
    normal(`${stream} ${run}`, ELEMENTS).map(
      (z, k) => exact[k]! + bias[k]! + (deviation * z) / Math.sqrt(ROWS),
    ),
  );

const along = (size: number): readonly number[] => Array.from(exact, (g) => (size * g) / norm);

test("no bias is said of an estimator without one: as often as chance has it at three standard errors", () => {
  const found = Array.from({ length: 40 }, (_, k) =>
    gradientQuality(exact, draws(`unbiased ${k}`, along(0), 3), ROWS),
  );
  // P(square > 3 errors) is below .01 for each: more than 4 of 40 come with probability below 1e-4.
  expect(found.filter(({ isBiased }) => isBiased).length).toBeLessThanOrEqual(4);
  // The estimate of the square has no bias: half of them are cut at 0, or nearly so.
  const none = found.filter(({ bias }) => bias === 0).length;
  expect(none).toBeGreaterThan(8);
  expect(none).toBeLessThan(34);
  for (const { biasLimit, bias } of found) expect(biasLimit).toBeGreaterThan(bias);
});

test("a bias is found, with its size and direction", () => {
  const size = 0.3 * norm;
  const { bias, biasLimit, isBiased, deviation, cosine } = gradientQuality(
    exact,
    draws("biased", along(-size), 3),
    ROWS,
  );
  expect(isBiased).toBe(true);
  // Of the square: 2 |bias| sigma / sqrt(runs), sigma = 3 / sqrt(500) along the bias; four standard errors.
  const error = (2 * size * 3) / Math.sqrt(ROWS * RUNS);
  expect(Math.abs((bias * norm) ** 2 - size ** 2)).toBeLessThan(4 * error);
  expect(biasLimit).toBeGreaterThan(bias);
  expect(cosine).toBeGreaterThan(0.99);
  // Each element has variance 9; the relative error of a deviation from 30 x 99 numbers is 1 / sqrt(2 x 2970).
  expect(Math.abs((deviation * norm) / (3 * Math.sqrt(ELEMENTS)) - 1)).toBeLessThan(4 / Math.sqrt(2 * 2970));
});

test("a bias across the gradient turns its mean", () => {
  const across = Array.from({ length: ELEMENTS }, (_, k) => (k % 2 ? exact[k - 1]! : -exact[k + 1]!));
  const { cosine } = gradientQuality(exact, draws("across", across, 0.01), ROWS);
  expect(cosine).toBeCloseTo(Math.SQRT1_2, 2);
});

import { Matrix, solve } from "ml-matrix";
import { expect, test } from "vitest";
import { polynomialFit } from "../../src/statistics/polynomial-fit.ts";

test("a polynomial through its own points is found again", () => {
  const x = Array.from({ length: 9 }, (_, k) => k / 8);
  const found = polynomialFit(
    x,
    x.map((t) => 0.3 - 2 * t + t ** 3),
    4,
  );
  for (const [k, expected] of [0.3, -2, 0, 1, 0].entries()) expect(found[k]).toBeCloseTo(expected, 10);
});

test("with weights it is the solution by singular values", () => {
  const x = [0.05, 0.2, 0.5, 0.6, 1];
  const y = [0.4, 0.1, 0.9, 0.8, 0.2];
  const weights = [3, 50, 7, 1, 20];
  const rows = x.map((t, k) => [0, 1, 2].map((power) => Math.sqrt(weights[k]!) * t ** power));
  const values = y.map((value, k) => [Math.sqrt(weights[k]!) * value]);
  const expected = solve(new Matrix(rows), new Matrix(values), true).to1DArray();
  for (const [k, own] of polynomialFit(x, y, 2, weights).entries()) expect(own).toBeCloseTo(expected[k]!, 10);
});

test("a power that the lower ones make up is left out", () => {
  const [constant, ...others] = polynomialFit([0.5, 0.5], [1, 3], 2);
  expect(constant).toBeCloseTo(2, 12);
  expect(others).toEqual([0, 0]);
});

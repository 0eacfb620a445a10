import { describe, expect, test } from "vitest";
import { type Evaluation, minimize } from "../../src/statistics/lbfgs.ts";

/** Counts the evaluations of a sum of functions of one variable each. */
const counted = (value: (x: number, k: number) => number, slope: (x: number, k: number) => number) => {
  let count = 0;
  const evaluate = (point: Float64Array): Evaluation => {
    count++;
    return { value: point.reduce((sum, x, k) => sum + value(x, k), 0), gradient: point.map(slope) };
  };
  return { evaluate, evaluations: () => count };
};

describe("minimum", () => {
  test("of a quadratic of 30 variables with condition number 1e4", () => {
    const stiffness = (k: number): number => 1e4 ** (k / 29);
    const { evaluate, evaluations } = counted(
      (x, k) => (stiffness(k) * (x - k) ** 2) / 2,
      (x, k) => stiffness(k) * (x - k),
    );
    const found = minimize(evaluate, new Float64Array(30));
    for (const [k, x] of found.entries()) expect(Math.abs(x - k)).toBeLessThan(1e-8);
    // SciPy 1.17's L-BFGS-B takes 946 for the same tolerance and memory.
    expect(evaluations()).toBeLessThan(1000);
  });

  test("of log cosh, whose curvature far away is only that of a penalty of 1e-6", () => {
    const { evaluate } = counted(
      (x, k) =>
        Math.abs(x - 5 * k) + Math.log1p(Math.exp(-2 * Math.abs(x - 5 * k))) + 0.5e-6 * (x - 5 * k) ** 2,
      (x, k) => Math.tanh(x - 5 * k) + 1e-6 * (x - 5 * k),
    );
    const found = minimize(evaluate, new Float64Array(8).fill(-50));
    for (const [k, x] of found.entries()) expect(Math.abs(x - 5 * k)).toBeLessThan(1e-7);
  });

  test("of Rosenbrock's function", () => {
    const found = minimize(
      ([x = 0, y = 0]) => ({
        value: (1 - x) ** 2 + 100 * (y - x * x) ** 2,
        gradient: Float64Array.of(2 * (x - 1) - 400 * x * (y - x * x), 200 * (y - x * x)),
      }),
      Float64Array.of(-1.2, 1),
    );
    for (const x of found) expect(Math.abs(x - 1)).toBeLessThan(1e-7);
  });

  test("where it starts: one evaluation", () => {
    const { evaluate, evaluations } = counted(
      (x) => x * x,
      (x) => 2 * x,
    );
    expect([...minimize(evaluate, new Float64Array(3))]).toEqual([0, 0, 0]);
    expect(evaluations()).toBe(1);
  });
});

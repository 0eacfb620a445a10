/** Numbers read off the curves of figures. */
import { describe, expect, test } from "vitest";
import { deviationOf, movementOf, pointsOf, reachOf } from "../../src/report/curves.ts";
import { bandOf, figureOf, findingsOf } from "./example.ts";

test("points of a line, if it has some", () => {
  const findings = findingsOf("e", { figures: [figureOf("f", { line: bandOf([1]), none: [] })] });
  expect(pointsOf(findings, "f", "line")).toEqual(bandOf([1]));
  expect(pointsOf(findings, "f", "none")).toBeUndefined();
  expect(pointsOf(findings, "g", "line")).toBeUndefined();
});

describe("the lowest level that falling curves reach", () => {
  test("is that of the worst upper limit", () => {
    const { level, at } = reachOf([bandOf([5, 4, 3, 2, 1], 1), bandOf([5, 3, 2, 2, 2], 1)]);
    expect(level).toBe(3);
    expect(at).toEqual([
      { mean: 2, low: 1, high: 3 },
      { mean: 1, low: 1, high: 2 },
    ]);
  });

  test("needs no bands", () => {
    const curve = [3, 2, 1].map((y, x) => ({ x, y }));
    expect(reachOf([curve]).at).toEqual([{ mean: 2, low: 2, high: 2 }]);
  });

  test("is reached by a mean that rounding puts above its band", () => {
    const y = (0.7 + 0.7 + 0.7) / 3;
    const points = [
      { x: 4, y: Math.max(y, 0.7 + 1e-16 * 4), low: 0.7, high: 0.7 },
      { x: 5, y: 1, low: 1, high: 1 },
    ];
    expect(points[0]!.y).toBeGreaterThan(0.7);
    expect(reachOf([points]).at).toEqual([{ mean: 4, low: 4, high: 4 }]);
  });
});

test("the movement of a distribution", () => {
  const points = [
    { x: 0, y: 0, low: -1, high: 1 },
    { x: 1, y: -0.5, low: -4, high: 2 },
    { x: 2, y: 0.25, low: -1, high: 3 },
  ];
  expect(movementOf(points)).toEqual({ growth: 2, median: 0.5, outer: 3 });
  expect(movementOf([...points, { x: 3, y: 1 }])).toBeUndefined();
});

test("the deviation from zero, in standard errors", () => {
  const points = [
    { x: 0, y: 0.3, low: 0.104, high: 0.496 },
    { x: 1, y: -0.2, low: -0.2196, high: -0.1804 },
  ];
  const { largest, score } = deviationOf(points)!;
  expect(largest).toBe(0.3);
  expect(score).toBeCloseTo(20, 6);
  expect(deviationOf([{ x: 0, y: 1, low: 1, high: 1 }])).toBeUndefined();
});

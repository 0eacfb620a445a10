import { expect, test } from "vitest";
import { ConfigError } from "../../src/errors.ts";
import { fillBeta } from "../../src/random/beta.ts";
import { key } from "../../src/random/key.ts";
import { betaI } from "../support/special-functions.ts";
import { binomialP, ksP, normalCdf, worstP } from "../support/statistics.ts";

/** Smallest p-value that is accepted, of all tests together. */
const SIGNIFICANCE = 1e-4;

test("numbers have the distribution Beta(a, b), below and above 1", () => {
  const shapes = [
    ...[[0.4, 0.7] as const, [0.8, 3] as const, [2, 2] as const, [50, 30] as const, [0.3, 900] as const],
  ];
  const ps = shapes.map(([a, b]) => {
    const sample = new Float64Array(20_000);
    fillBeta(key(1, `beta/${a}/${b}`), a, b, sample);
    return ksP(sample, (x) => betaI(x, a, b));
  });
  expect(worstP(ps)).toBeGreaterThan(SIGNIFICANCE);
});

test("tiny shapes give numbers near 0 and near 1, as often as the distribution has them", () => {
  const ps = [5e-5, 1e-3, 0.02].flatMap((shape) => {
    const sample = new Float64Array(20_000);
    fillBeta(key(1, `beta/${shape}`), shape, shape, sample);
    return [1e-300, 1e-20, 0.5, 1 - 1e-10].map((x) =>
      binomialP(sample.filter((each) => each < x).length, sample.length, betaI(x, shape, shape)),
    );
  });
  expect(worstP(ps)).toBeGreaterThan(SIGNIFICANCE);
});

test("large shapes give the normal limit", () => {
  const sample = new Float64Array(20_000);
  const shape = 1e12;
  fillBeta(key(1, "beta/large"), shape, shape, sample);
  const deviation = Math.sqrt(1 / (8 * shape));
  expect(ksP(sample, (x) => normalCdf((x - 0.5) / deviation))).toBeGreaterThan(SIGNIFICANCE);
});

test.each([
  [1e-100, 1e12],
  [1e12, 1e-100],
])("shapes of any ratio give the side of the larger one: %d, %d", (a, b) => {
  const sample = new Float64Array(100);
  fillBeta(key(1, "beta/ratio"), a, b, sample);
  expect(new Set(sample)).toEqual(new Set([a < b ? 0 : 1]));
});

test.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY, 1e200, 1e-310])(
  "the shape %d is refused",
  (shape) => {
    for (const [a, b] of [
      [shape, 1],
      [1, shape],
    ] as const)
      expect(() => fillBeta(key(1, "beta"), a, b, new Float64Array(1))).toThrow(ConfigError);
  },
);

test("a shorter array gets the first numbers of a longer one", () => {
  const [short, long] = [new Float64Array(10), new Float64Array(1000)];
  for (const out of [short, long]) fillBeta(key(1, "beta"), 2, 3, out);
  expect(long.slice(0, 10)).toEqual(short);
});

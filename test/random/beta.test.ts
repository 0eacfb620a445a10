import { expect, test } from "vitest";
import { fillBeta } from "../../src/random/beta.ts";
import { key } from "../../src/random/key.ts";
import { betaI } from "../support/special-functions.ts";
import { ksP, worstP } from "../support/statistics.ts";

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

test("a shorter array gets the first numbers of a longer one", () => {
  const [short, long] = [new Float64Array(10), new Float64Array(1000)];
  for (const out of [short, long]) fillBeta(key(1, "beta"), 2, 3, out);
  expect(long.slice(0, 10)).toEqual(short);
});

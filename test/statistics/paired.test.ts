import { expect, test } from "vitest";
import { paired } from "../../src/statistics/paired.ts";

const errors = (...places: readonly number[]): Uint8Array => {
  const wrong = new Uint8Array(2000);
  for (const place of places) wrong[place] = 1;
  return wrong;
};
const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, k) => from + k);

test.each([
  // 2 sum_{i <= min} C(n, i) / 2^n in exact integer arithmetic (Python), n = first + second.
  [8, 2, 0.109375],
  [15, 5, 0.04138946533203125],
  [700, 600, 0.0060157938610449525],
  [3, 3, 1],
  [0, 0, 1],
  [1200, 0, 0],
])("%d errors of the first alone and %d of the second", (first, second, p) => {
  const both = range(1900, 2000);
  const found = paired(errors(...both, ...range(0, first)), errors(...both, ...range(1200, 1200 + second)));
  expect(found).toMatchObject({ onlyFirst: first, onlySecond: second });
  expect(found.p).toBeCloseTo(p, 6);
});

import { expect, test } from "vitest";
import { orderAgreement } from "../../src/statistics/kendall.ts";

const orders = (things: readonly number[]): number[][] =>
  things.length === 0
    ? [[]]
    : things.flatMap((thing) =>
        orders(things.filter((other) => other !== thing)).map((rest) => [thing, ...rest]),
      );

test("the chance is the share of all orders that agree in as many pairs", () => {
  const a = [0.1, 0.7, 0.9, 2, 5];
  const all = orders(a).map((b) => orderAgreement(a, b));
  expect(all).toHaveLength(120);
  for (const { agreeing, chance } of all) {
    const asGood = all.filter((other) => other.agreeing >= agreeing).length;
    expect(chance).toBeCloseTo(asGood / 120, 12);
  }
});

test("the same order agrees in all pairs, the opposite in none, ties in none", () => {
  const a = [1, 2, 3, 4, 5, 6, 7, 8];
  expect(orderAgreement(a, a)).toEqual({ agreeing: 28, pairs: 28, chance: expect.closeTo(1 / 40_320, 12) });
  expect(orderAgreement(a, [...a].reverse())).toEqual({ agreeing: 0, pairs: 28, chance: 1 });
  expect(orderAgreement([1, 2, 3], [5, 5, 6])).toEqual({ agreeing: 2, pairs: 3, chance: 0.5 });
});

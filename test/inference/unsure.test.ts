import { expect, it } from "vitest";
import { ConfigError } from "../../src/errors.ts";
import { unsureAbove } from "../../src/inference/unsure.ts";

it("grows with the classes, from about half a nat at ten", () => {
  expect(unsureAbove(10)).toBeCloseTo(0.5, 1);
  expect(unsureAbove(100)).toBeCloseTo(2 * unsureAbove(10), 12);
  expect(unsureAbove(1)).toBe(0);
  expect(unsureAbove(2, 1)).toBe(Math.log(2));
});

it.each([-0.1, 1.1, Number.NaN])("refuses a share of %d", (share) => {
  expect(() => unsureAbove(10, share)).toThrow(ConfigError);
});

it.each([0, -1, 2.5, Number.NaN, "10"])("refuses %j classes", (classes) => {
  expect(() => unsureAbove(classes as number)).toThrow(ConfigError);
  expect(() => unsureAbove(classes as number)).toThrow(/whole number of classes/);
});

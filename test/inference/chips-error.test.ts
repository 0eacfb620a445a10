/** The interval of a mean error over chips: from how many chips there is one, and over what. */
import { expect, test } from "vitest";
import { chipsError } from "../../src/inference/chips/chips-error.ts";

const ofImages = [4, 7] as const;
const NONE = { low: null, high: null, over: null };

test("a single chip has the interval over its images", () => {
  expect(chipsError([5], ofImages)).toEqual({ mean: 5, low: 4, high: 7, over: "images" });
});

test("two chips are too few for an interval, however they differ", () => {
  expect(chipsError([5, 6], ofImages)).toEqual({ mean: 5.5, ...NONE });
  expect(chipsError([0, 90], ofImages)).toEqual({ mean: 45, ...NONE });
});

test("from three chips on the interval is Student's over the chips", () => {
  const { mean, low, high, over } = chipsError([5, 6, 10], ofImages);
  expect({ mean, over }).toEqual({ mean: 7, over: "chips" });
  // Variance (4 + 1 + 9) / 2 = 7; 4.303 is Student's 97.5 % quantile with two degrees of freedom.
  const half = 4.303 * Math.sqrt(7 / 3);
  expect(low).toBeCloseTo(7 - half, 9);
  expect(high).toBeCloseTo(7 + half, 9);
});

test("chips with the same error have none: it would seem to be known exactly", () => {
  expect(chipsError([5, 5, 5, 5], ofImages)).toEqual({ mean: 5, ...NONE });
});

test("an interval stays within 0 to 100 %", () => {
  expect(chipsError([0, 1, 5], ofImages)).toMatchObject({ low: 0, over: "chips" });
  expect(chipsError([100, 99, 95], ofImages)).toMatchObject({ high: 100, over: "chips" });
});

import { expect, test } from "vitest";
import { DataError } from "../../src/errors.ts";
import { confusionMatrix } from "../../src/statistics/confusion.ts";

test("counts labels by row and answers by column, ties as the lowest class", () => {
  const probabilities = Float64Array.of(0.6, 0.4, 0.2, 0.8, 0.5, 0.5, 0.1, 0.9);
  expect([...confusionMatrix(probabilities, [0, 0, 1, 1])]).toEqual([1, 1, 1, 1]);
  expect([...confusionMatrix(probabilities, [0, 1, 0, 1])]).toEqual([2, 0, 0, 2]);
});

test("refuses a label that is no class", () => {
  expect(() => confusionMatrix(Float64Array.of(0.5, 0.5), [2])).toThrow(DataError);
});

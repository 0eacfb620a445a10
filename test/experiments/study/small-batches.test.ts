/** Batches of small data sets. */
import { expect, test } from "vitest";
import { compared } from "../../../src/experiments/study/methods.ts";
import { inSmallBatches } from "../../../src/experiments/study/small-batches.ts";
import { mnistCnn } from "../../../src/networks/catalogue.ts";

const method = compared("dCNN", mnistCnn, "relu", null);
const batchOf = (count: number): number | undefined => inSmallBatches([method], count)[0]!.training.batch;

test("an epoch has at least 12 steps, where there are as many images", () => {
  expect(batchOf(1199)).toBe(99);
  expect(batchOf(252)).toBe(21);
  expect(batchOf(5)).toBe(1);
});

test("methods for enough images stay as they are, so that their runs are found again", () => {
  expect(inSmallBatches([method], 1200)[0]).toBe(method);
});

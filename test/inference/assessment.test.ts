/** The assessment agrees with the evaluation, and its parts with each other. */
import { expect, test } from "vitest";
import type { ImageSplit } from "../../src/datasets/dataset.ts";
import { assess } from "../../src/inference/assessment.ts";
import { evaluate } from "../../src/inference/node.ts";
import { randomImages, randomModel } from "./models.ts";

const model = randomModel();
const { classes } = model.network;
const split: ImageSplit = {
  ...randomImages(300),
  shape: [1, 6, 6],
  labels: Uint8Array.from({ length: 300 }, (_, k) => k % classes),
  classes,
  subset: false,
};
const options = { samples: 5, threads: 1 };

test("has the scores of the evaluation, and what they are made of", async () => {
  const found = await assess(model, split, options);
  const scores = await evaluate(model, split, options);
  for (const name of ["split", "samples", "images", "error", "nll", "ece", "auroc"] as const)
    expect(found[name]).toEqual(scores[name]);
  const right = found.confusion.reduce((sum, row, label) => sum + row[label]!, 0);
  expect(found.confusion.flat().reduce((sum, count) => sum + count, 0)).toBe(300);
  expect(100 * (1 - right / 300)).toBeCloseTo(scores.error, 10);
  const gaps = found.bins.map(
    (bin) => (bin.images / 300) * Math.abs((bin.accuracy ?? 0) - (bin.confidence ?? 0)),
  );
  expect(gaps.reduce((sum, gap) => sum + gap, 0)).toBeCloseTo(scores.ece, 10);
  expect(found.risks).toHaveLength(200);
  expect(found.risks.at(-1)!.coverage).toBe(1);
  expect(100 * found.risks.at(-1)!.risk).toBeCloseTo(scores.error, 10);
});

test("shows the surest mistakes and the most doubtful examples first", async () => {
  const { mistakes, unsure } = await assess(model, split, options);
  const descending = (values: readonly number[]): void =>
    expect(values).toEqual([...values].sort((a, b) => b - a));
  expect(mistakes).toHaveLength(36);
  for (const { index, label, answer } of mistakes) {
    expect(label).toBe(index % classes);
    expect(answer).not.toBe(label);
  }
  descending(mistakes.map(({ confidence }) => confidence));
  expect(unsure).toHaveLength(36);
  descending(unsure.map(({ entropy }) => entropy));
});

test("ends when it is aborted", async () => {
  const reason = new Error("enough");
  await expect(assess(model, split, { ...options, signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
});

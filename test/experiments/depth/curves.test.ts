/** Curves of held-out errors: from runs that are trained once, cached, and told in words. */
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { CheckpointError } from "../../../src/errors.ts";
import { curveOf, curvesFigure, pairInWords } from "../../../src/experiments/depth/curves.ts";
import type { DepthData } from "../../../src/experiments/depth/data.ts";
import { BUDGETS } from "../../../src/experiments/study/budgets.ts";
import { type Method, trialOf } from "../../../src/experiments/study/methods.ts";
import { openStudy } from "../../../src/experiments/study/study.ts";
import { emptyFolder } from "../../datasets/folder.ts";
import { smallNetwork, smallSplit } from "../../training/digits.ts";

const method: Method = { name: "small", network: smallNetwork, training: { batch: 10 }, paper: null };
const data: DepthData = {
  ...{ train: smallSplit(40), validation: smallSplit(20, "validation"), others: [] },
  augmentation: undefined,
};

const study = (folder: string, steps: number[] = []) =>
  openStudy({
    ...{ folder, name: "curves", seeds: 2, threads: 1, signal: new AbortController().signal },
    budget: { ...BUDGETS.quick, epochs: 2 },
    onStep: (_title, { position }) => steps.push(position.step),
    say: () => {},
  });

test("a point for each epoch and seed, found again without the runs", async () => {
  const folder = await emptyFolder();
  const steps: number[] = [];
  const curve = await curveOf(await study(folder, steps), method, data);
  expect(steps).toHaveLength(16);
  expect(curve.seeds.map((points) => points.map(({ step }) => step))).toEqual([
    [4, 8],
    [4, 8],
  ]);
  const [first] = curvesFigure([curve], data.validation, { seeds: 2 }).series;
  expect(first!.points.map(({ x, y }) => [x, y])).toEqual(
    [4, 8].map((step, k) => [step, (curve.seeds[0]![k]!.error + curve.seeds[1]![k]!.error) / 2]),
  );
  await rm(join(folder, "runs"), { recursive: true });
  expect(await curveOf(await study(folder, steps), method, data)).toEqual(curve);
  expect(steps).toHaveLength(16);
});

test("a run that was trained without held-out images is refused", async () => {
  const own = await study(await emptyFolder());
  await own.trained(trialOf(own, method, data.train, 1));
  const found = curveOf(own, method, data);
  await expect(found).rejects.toThrow(CheckpointError);
  await expect(found).rejects.toThrow(/no validation scores at step 4/);
});

test("when two networks come to the larger of their last errors", () => {
  const curve = (name: string, ...seeds: number[][]) => ({
    name,
    seeds: seeds.map((errors) => errors.map((error, k) => ({ step: 10 * (k + 1), error }))),
  });
  const own = curve("NSM", [80, 60, 50], [90, 70, 50]);
  const twin = curve("dCNN", [60, 40, 30], [60, 35, 20]);
  expect(pairInWords([own, twin])).toBe(
    "After the last step, by 10 passes: NSM 50.00 %, dCNN 25.00 %. The first comes to 50.00 % by step 30, the second by step 20.",
  );
});

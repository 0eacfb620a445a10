/** Runs and learners that version 0.1 wrote (test/fixtures/run-0.1/make.mjs) are opened, scored and gone on with. */
import { cp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, test } from "vitest";
import type { ImageSplit } from "../../../src/datasets/dataset.ts";
import { mnist } from "../../../src/datasets/mnist.ts";
import { drawValidation } from "../../../src/datasets/validation.ts";
import { CheckpointError } from "../../../src/errors.ts";
import { evaluate, propagate, sample } from "../../../src/inference/node.ts";
import type { Model } from "../../../src/networks/model.ts";
import { resumeOnlineLearner } from "../../../src/training/online/learner.ts";
import { openRun, resume } from "../../../src/training/runs/run.ts";
import { emptyFolder } from "../../datasets/folder.ts";

const fixtures = fileURLToPath(new URL("../../fixtures/run-0.1", import.meta.url));
const expected = JSON.parse(await readFile(join(fixtures, "expected.json"), "utf8"));
const engine = { threads: 1 };

let split: ImageSplit;
let scored: ImageSplit;
let images: readonly Uint8Array[];

beforeAll(async () => {
  const { train, test: held } = await mnist();
  [split, scored] = [first(train, 400), first(held, 100)];
  images = Array.from({ length: 10 }, (_, k) => held.images.slice(784 * k, 784 * (k + 1)));
});

const first = (of: ImageSplit, count: number): ImageSplit => ({
  ...of,
  ...{ images: of.images.subarray(0, count * 784), labels: of.labels.subarray(0, count), count },
});

const copyOf = async (name: string): Promise<string> => {
  const folder = join(await emptyFolder(), name);
  await cp(join(fixtures, name), folder, { recursive: true });
  return folder;
};

const expectClose = (
  found: readonly (readonly number[])[],
  wanted: readonly (readonly number[])[],
  tolerance: (p: number) => number,
): void => {
  expect(found).toHaveLength(wanted.length);
  for (const [k, row] of wanted.entries())
    for (const [c, p] of row.entries())
      expect(Math.abs(found[k]![c]! - p), `image ${k}, class ${c}`).toBeLessThan(tolerance(p));
};

const PASSES = 1000;
/** Five standard errors of means over so many passes here and 4000 there: a pass's variance is at most p (1 - p). */
const fiveErrors = (p: number): number => 5 * Math.sqrt(p * (1 - p) * (1 / PASSES + 1 / 4000)) + 1e-6;

const sampled = async (model: Model, samples: number) =>
  (await sample(model, images, { ...engine, samples, seed: 7 })).map(({ probabilities }) => probabilities);

describe.each(["bernoulli", "gaussian"])("a run of version 0.1 with %s noise", (name) => {
  test("is opened, with its epochs", async () => {
    const run = await openRun(join(fixtures, name));
    expect(run.step).toBe(expected[name].step);
    expect(run.epochs).toEqual(expected[name].epochs ?? []);
  });

  test("predicts what it did: by moments exactly, by samples in their mean", async () => {
    const run = await openRun(join(fixtures, name));
    expectClose(await propagate(run, images, engine), expected[name].propagated, () => 1e-4);
    expectClose(await sampled(run, PASSES), expected[name].sampled, fiveErrors);
  });

  test("is scored as it was, but for the few images that samples decide", async () => {
    const { error } = await evaluate(await openRun(join(fixtures, name)), scored, {
      ...engine,
      samples: 200,
    });
    expect(Math.abs(error - expected[name].error)).toBeLessThanOrEqual(10);
  });
});

test("a run of version 0.1 without noise predicts what it did", async () => {
  const run = await openRun(join(fixtures, "standard"));
  expectClose(await sampled(run, 1), expected.standard.sampled, () => 1e-4);
  expect((await evaluate(run, scored, { ...engine, samples: 1 })).error).toBe(expected.standard.error);
  expect(run.epochs).toEqual(expected.standard.epochs);
});

test("an interrupted run of version 0.1 goes on to where it would have come, and stays readable", async () => {
  const folder = await copyOf("bernoulli");
  const steps: number[] = [];
  const run = await resume(folder, split, { onStep: ({ position }) => steps.push(position.step) });
  expect(steps).toEqual([4, 5, 6, 7, 8]);
  const wanted = expected.bernoulli.resumed;
  // Sums of another order may flip a spike.
  for (const [k, { loss, error }] of wanted.epochs.entries()) {
    expect(run.epochs[k]!.loss).toBeCloseTo(loss, 1);
    expect(Math.abs(run.epochs[k]!.error - error)).toBeLessThan(2);
  }
  expectClose(await propagate(run, images, engine), wanted.propagated, () => 0.02);
  expect((await openRun(folder)).parameters).toEqual(run.parameters);
});

test("a finished run of version 0.1 is trained for more epochs; its checkpoint before stays readable too", async () => {
  const folder = await copyOf("gaussian");
  const { train } = drawValidation(split, 50, 4);
  await resume(folder, train, { epochs: 3 });
  const run = await openRun(folder);
  expect(run.epochs).toHaveLength(3);
  expect(run.epochs.slice(0, 2)).toEqual(expected.gaussian.epochs);
  // As if the newest had been damaged, and was removed: the one before is of version 0.1.
  await rm(join(folder, "checkpoints", "step-000000021.safetensors"));
  expect((await openRun(folder)).step).toBe(14);
});

test("a run of version 0.1 whose settings were changed by hand is refused", async () => {
  const folder = await copyOf("gaussian");
  const file = join(folder, "run.json");
  const text = await readFile(file, "utf8");
  for (const [from, to] of [
    ['"sigma": 0.7', '"sigma": 0.8'],
    ['"momentum": 0.8', '"momentum": 0.9'],
    ['"gain": "location"', '"gain": "channel"'],
  ] as const) {
    expect(text).toContain(from);
    await writeFile(file, text.replace(from, to));
    await expect(openRun(folder)).rejects.toThrow(CheckpointError);
    await expect(openRun(folder)).rejects.toThrow("a checkpoint of another configuration");
  }
});

test("a learner of version 0.1 goes on, and is saved where it was", async () => {
  const folder = await copyOf("learner");
  const learner = await resumeOnlineLearner(folder);
  expect(learner.score()).toEqual(expected.learner.score);
  expectClose(await propagate(learner.model(), images, engine), expected.learner.propagated, () => 1e-4);
  await learner.learn(images[0]!, scored.labels[0]!);
  await learner.save(folder);
  await learner.close();
  const again = await resumeOnlineLearner(folder);
  expect(again.score().examples).toBe(21);
  await again.close();
});

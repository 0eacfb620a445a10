/** A validation split is scored after every epoch, changes nothing of the training, and its scores stay with the run. */
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { CheckpointError, DataError } from "../../../src/errors.ts";
import { evaluate } from "../../../src/inference/node.ts";
import { parseNetwork } from "../../../src/networks/network.ts";
import { readEvaluation, saveEvaluation } from "../../../src/training/runs/evaluation.ts";
import { openRun, resume, type TrainOptions, train } from "../../../src/training/runs/run.ts";
import { VALIDATION_SAMPLES } from "../../../src/training/validation.ts";
import { emptyFolder } from "../../datasets/folder.ts";
import { smallNetwork as network, smallSplit } from "../digits.ts";

const split = smallSplit();
const validation = smallSplit(30, "validation");
const settings: TrainOptions = { epochs: 3, batch: 5, threads: 1, learningRate: 0.02 };

describe("a run with a validation split", () => {
  test("has its scores in every epoch, those that evaluate gives", async () => {
    const out = await emptyFolder();
    const seen: unknown[] = [];
    const run = await train(network, split, {
      ...settings,
      ...{ validation, out },
      onStep: ({ metrics }) => metrics && seen.push(metrics.validation),
    });
    expect(run.epochs.map(({ validation: scores }) => scores)).toEqual(seen);
    for (const scores of seen) expect(scores).toMatchObject({ images: 30, samples: VALIDATION_SAMPLES });
    const { error, nll, ece } = await evaluate(run, validation, { threads: 1, samples: VALIDATION_SAMPLES });
    const { nll: loss } = await evaluate(run, validation, { threads: 1, samples: 1 });
    expect(run.epochs.at(-1)!.validation).toMatchObject({ error, nll, ece, loss });
    expect((await openRun(out)).epochs).toEqual(run.epochs);
  });

  test("is trained in the same bits as one without", async () => {
    const [plain, scored] = [
      await train(network, split, settings),
      await train(network, split, { ...settings, validation }),
    ];
    expect(scored.parameters).toEqual(plain.parameters);
    const without = scored.epochs.map(({ validation: _, ...metrics }) => metrics);
    expect(without).toEqual(plain.epochs);
  });

  test("takes one sample of a network without noise, whose loss is its NLL", async () => {
    const other = parseNetwork({ ...network, neuron: "relu" });
    const { epochs } = await train(other, split, { ...settings, epochs: 1, validation });
    expect(epochs[0]!.validation!.samples).toBe(1);
    expect(epochs[0]!.validation!.loss).toBe(epochs[0]!.validation!.nll);
  });

  test("has the same scores when it was interrupted, also at the end of an epoch", async () => {
    const whole = await train(network, split, { ...settings, validation });
    for (const last of [4, 5, 6]) {
      const out = await emptyFolder();
      const controller = new AbortController();
      const { signal } = controller;
      const onStep: TrainOptions["onStep"] = ({ position }) => position.step === last && controller.abort();
      await train(network, split, { ...settings, out, validation, signal, onStep });
      expect((await resume(out, split, { validation })).epochs).toEqual(whole.epochs);
    }
  });

  test("that was killed before an epoch's scores were written has them after it was resumed", async () => {
    const out = await emptyFolder();
    const whole = await train(network, split, { ...settings, validation, out });
    const file = join(out, "metrics.jsonl");
    const lines = (await readFile(file, "utf8")).trimEnd().split("\n");
    const { validation: _, ...last } = JSON.parse(lines.pop()!);
    await writeFile(file, `${[...lines, JSON.stringify(last)].join("\n")}\n`);
    expect((await openRun(out)).epochs.at(-1)!.validation).toBeUndefined();
    expect((await resume(out, split, { validation })).epochs).toEqual(whole.epochs);
  });

  test("of images that do not fit is refused before anything is written", async () => {
    const out = await emptyFolder();
    const other = { ...validation, shape: [1, 4, 9] as const };
    await expect(
      train(network, split, { ...settings, out: join(out, "run"), validation: other }),
    ).rejects.toThrow(DataError);
    await expect(openRun(join(out, "run"))).rejects.toThrow("run.json");
  });
});

describe("an evaluation", () => {
  const trained = async () => {
    const out = await emptyFolder();
    const run = await train(network, split, { ...settings, epochs: 1, out });
    return { out, run, evaluation: await evaluate(run, validation, { threads: 1, samples: 3 }) };
  };

  test("that was saved is the run's, with the step that it is of", async () => {
    const { out, run, evaluation } = await trained();
    expect((await openRun(out)).evaluation).toBeUndefined();
    await saveEvaluation(out, run.step, evaluation);
    expect((await openRun(out)).evaluation).toEqual({ ...evaluation, step: 5 });
    await resume(out, split, { epochs: 2 });
    expect((await openRun(out)).evaluation!.step).toBe(5);
  });

  test("that is damaged is refused by its file", async () => {
    const { out, run, evaluation } = await trained();
    await saveEvaluation(out, run.step, evaluation);
    const file = join(out, "evaluation.json");
    await writeFile(file, (await readFile(file, "utf8")).replace('"error"', '"eror"'));
    await expect(readEvaluation(out)).rejects.toThrow(CheckpointError);
    await expect(openRun(out)).rejects.toThrow(file);
    await rm(file);
    expect((await openRun(out)).step).toBe(5);
  });
});

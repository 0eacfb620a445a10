/** What a study keeps: found again, gone on with, refused, and made anew where it is damaged. */
import { cp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { ConfigError } from "../../../src/errors.ts";
import { BUDGETS } from "../../../src/experiments/study/budgets.ts";
import { trialOf } from "../../../src/experiments/study/methods.ts";
import { probedTraining } from "../../../src/experiments/study/probed-training.ts";
import { NOT_RECORDED } from "../../../src/experiments/study/provenance.ts";
import { resultName } from "../../../src/experiments/study/result-key.ts";
import { openResultStore } from "../../../src/experiments/study/result-store.ts";
import { openStudy, type StudyOptions } from "../../../src/experiments/study/study.ts";
import { tableRows } from "../../../src/experiments/study/table.ts";
import type { TimeRecord } from "../../../src/experiments/study/training-time.ts";
import { emptyFolder } from "../../datasets/folder.ts";
import { smallNetwork, smallSplit } from "../../training/digits.ts";

const split = smallSplit();
const training = { epochs: 2, batch: 5 };
const trial = { title: "small", network: smallNetwork, training, split };
const budget = { ...BUDGETS.quick, epochs: 2, samples: 3 };

const open = async (folder: string, rest: Partial<StudyOptions> = {}) => {
  const steps: number[] = [];
  const lines: string[] = [];
  const study = await openStudy({
    ...{ folder, name: "small", budget, seeds: 2, threads: 1, signal: new AbortController().signal },
    onStep: (_title, { position }) => steps.push(position.step),
    say: (line) => lines.push(line),
    ...rest,
  });
  return { study, steps, lines };
};

describe("a run", () => {
  test("is trained once, and then found", async () => {
    const folder = await emptyFolder();
    const [first, again] = [await open(folder), await open(folder)];
    const run = await first.study.trained(trial);
    const found = await again.study.trained(trial);
    expect([first.steps.length, again.steps.length]).toEqual([10, 0]);
    expect(found.run.parameters).toEqual(run.run.parameters);
    expect(found.seconds).toBe(run.seconds);
  });

  test("with validation images has their scores of every epoch, and is the same run", async () => {
    const plain = await (await open(await emptyFolder())).study.trained(trial);
    const validation = smallSplit(10, "validation");
    const { run } = await (await open(await emptyFolder())).study.trained({ ...trial, validation });
    expect(run.parameters).toEqual(plain.run.parameters);
    expect(run.epochs.map((epoch) => epoch.validation?.images)).toEqual([10, 10]);
    expect(plain.run.epochs.map((epoch) => epoch.validation)).toEqual([undefined, undefined]);
  });

  test("that was stopped goes on where it was", async () => {
    const folder = await emptyFolder();
    const controller = new AbortController();
    const first = await open(folder, {
      signal: controller.signal,
      onStep: (_title, { position }) => position.step === 3 && controller.abort(),
    });
    await expect(first.study.trained(trial)).rejects.toThrow("aborted");
    const second = await open(folder);
    const { run } = await second.study.trained(trial);
    expect(second.steps).toEqual([4, 5, 6, 7, 8, 9, 10]);
    const whole = await open(await emptyFolder());
    expect((await whole.study.trained(trial)).run.parameters).toEqual(run.parameters);
  });

  test("whose folder is gone is trained again, and the time that goes with its results stands", async () => {
    const folder = await emptyFolder();
    const { study } = await open(folder);
    const { run, seconds } = await study.trained(trial);
    expect(await study.secondsOf(trial)).toBe(seconds);
    await keepTime(folder, basename(run.folder), { seconds: 1e6 });
    const { study: other } = await open(folder);
    expect(await other.secondsOf(trial)).toBe(1e6);
    await rm(run.folder, { recursive: true });
    const again = await other.trained(trial);
    expect(again.run.parameters).toEqual(run.parameters);
    expect(again.seconds).toBeLessThan(1e6);
    expect(await other.secondsOf(trial)).toBe(1e6);
  });

  test("of other settings, seeds or data is another", async () => {
    const folder = await emptyFolder();
    const { study } = await open(folder);
    await study.trained(trial);
    await study.trained({ ...trial, training: { ...training, seed: 2 } });
    await study.trained({ ...trial, split: smallSplit(22, "others") });
    expect(await readdir(join(folder, "runs"))).toHaveLength(3);
  });

  test("in its place that was configured otherwise is refused by its folder", async () => {
    const folder = await emptyFolder();
    const { study } = await open(folder);
    const { run } = await study.trained(trial);
    const file = join(run.folder, "run.json");
    await writeFile(file, (await readFile(file, "utf8")).replace('"seed": 1', '"seed": 7'));
    const again = study.trained(trial);
    await expect(again).rejects.toThrow(ConfigError);
    await expect(again).rejects.toThrow(
      `the run in ${run.folder}: got another network, other settings or other data`,
    );
  });
});

describe("a result", () => {
  test("is computed once for the same key", async () => {
    const folder = await emptyFolder();
    let calls = 0;
    const compute = async () => ({ calls: ++calls });
    for (const key of [{ a: 1 }, { a: 1 }, { a: 2 }])
      await (await open(folder)).study.cached("count", key, z.object({ calls: z.int() }), compute);
    expect(calls).toBe(2);
  });

  test("says where the run was trained that it is made of", async () => {
    const folder = await emptyFolder();
    const { run } = await (await open(folder)).study.trained(trial);
    await keepTime(folder, basename(run.folder), { seconds: 1, steps: 10, machines: ["a", "b"] });
    const made = async () => {
      const { study } = await open(folder);
      const compute = async () => (await study.trained(trial)).seconds ?? 0;
      await study.cached("made", {}, z.number(), compute);
      return study.provenance.machines;
    };
    const first = await made();
    expect(first.size).toBe(3);
    expect([...first]).toEqual(expect.arrayContaining(["a", "b"]));
    expect(await made()).toEqual(first);
  });

  test("says where it was computed, and which of them do not", async () => {
    const folder = await emptyFolder();
    const one = async () => {
      const { study } = await open(folder);
      await study.cached("one", { a: 1 }, z.number(), async () => 1);
      return study.provenance;
    };
    const first = await one();
    expect([first.machines.size, first.isNew]).toEqual([1, true]);
    const again = await one();
    expect([again.machines, again.isNew]).toEqual([first.machines, false]);
    const keep = async (machines?: readonly string[]) =>
      (await storeIn(folder)).keep(resultName("one", { a: 1 }), { key: '{"a":1}', value: 1, machines });
    await keep(["another"]);
    expect((await one()).machines).toEqual(new Set(["another"]));
    await keep();
    expect((await one()).machines).toEqual(new Set([NOT_RECORDED]));
  });

  test("of another version is said to be so, and computed again", async () => {
    const { study, lines } = await open(await emptyFolder());
    await study.cached("one", { a: 1 }, z.number(), async () => 1);
    expect(await study.cached("one", { a: 1 }, z.string(), async () => "two")).toBe("two");
    expect(lines.join()).toContain("damaged, or of other labels or another version: computed again");
    expect(await study.cached("one", { a: 1 }, z.string(), async () => "three")).toBe("two");
  });

  test("of a key that gains a default, or has its keys in another order, is the same", async () => {
    const { study } = await open(await emptyFolder());
    const network = { ...smallNetwork };
    const value = await study.cached("one", { network, b: 1, a: [2] }, z.number(), async () => 1);
    const { name, input, classes, layers } = network;
    const short = { layers, classes, encoding: "sign", input, name };
    expect(await study.cached("one", { a: [2], b: 1, network: short }, z.number(), async () => 2)).toBe(
      value,
    );
    const other = { ...short, encoding: "real" };
    expect(await study.cached("one", { a: [2], b: 1, network: other }, z.number(), async () => 3)).toBe(3);
  });

  test("of a damaged file is computed again, and the file written anew", async () => {
    const folder = await emptyFolder();
    const { study } = await open(folder);
    await study.cached("one", { a: 1 }, z.number(), async () => 1);
    const file = join(folder, "results", "small.npz");
    await writeFile(file, (await readFile(file)).subarray(0, 100));
    const { study: second, lines } = await open(folder);
    expect(lines).toEqual([`${file} is damaged: its results cannot be read and must be computed again`]);
    expect(await second.cached("one", { a: 1 }, z.number(), async () => 2)).toBe(2);
    const { study: third } = await open(folder);
    expect(await third.cached("one", { a: 1 }, z.number(), async () => 3)).toBe(2);
  });
});

const storeIn = (folder: string) => openResultStore(join(folder, "results"), "small", () => {});

const keepTime = async (folder: string, run: string, time: TimeRecord): Promise<void> =>
  (await storeIn(folder)).keepTime(run, time);

test("a table has a row for each method, made again without the runs; a damaged run costs its own, which says so", async () => {
  const folder = await emptyFolder();
  const { study } = await open(folder);
  const dataset = { name: "d", train: split, test: smallSplit(30, "test"), files: [] };
  const [one, two] = ["one", "two"].map((name) => ({
    ...{ name, network: { ...smallNetwork, name }, training: { batch: 5 }, paper: 1.5 },
  }));
  const rows = await tableRows(study, dataset, [two!]);
  expect(
    rows.map(({ name, seeds, images, epochs, paper }) => ({ name, seeds, images, epochs, paper })),
  ).toEqual([{ name: "two", seeds: [1, 2], images: 30, epochs: 2, paper: 1.5 }]);
  const elsewhere = await emptyFolder();
  await cp(join(folder, "results"), join(elsewhere, "results"), { recursive: true });
  const copy = await open(elsewhere);
  expect(await tableRows(copy.study, dataset, [two!])).toEqual(rows);
  expect([copy.steps, await readdir(join(elsewhere, "runs"))]).toEqual([[], []]);
  const folders: string[] = [];
  for (const seed of [1, 2]) {
    const { run } = await copy.study.trained(trialOf(copy.study, one!, split, seed));
    await writeFile(join(run.folder, "run.json"), "{}");
    folders.push(run.folder);
  }
  const { study: spoilt, lines } = await open(elsewhere);
  const [damaged, ...others] = await tableRows(spoilt, dataset, [one!, two!]);
  expect(damaged).toMatchObject({ error: null, seeds: [], images: 0 });
  expect(damaged!.problem).toContain(folders.at(-1));
  expect(lines.some((line) => line.startsWith("one, seed 1: reading "))).toBe(true);
  expect(others).toEqual(rows);
});

test("training is looked into before its first step and after those asked for, and the look is kept", async () => {
  const folder = await emptyFolder();
  const { study } = await open(folder);
  const looked: number[] = [];
  const probe = {
    ...{ name: "sum", until: 6, isAt: (step: number) => step % 3 === 0 },
    schema: z.number(),
    look: async (_engine: unknown, _network: unknown, state: Readonly<Record<string, Float32Array>>) => {
      looked.push(1);
      return state["readout.weight"]!.reduce((sum, w) => sum + Math.abs(w), 0);
    },
  };
  const found = await probedTraining(study, trial, probe);
  expect(found.map(({ step }) => step)).toEqual([0, 3, 6]);
  expect(new Set(found.map((at) => at.found)).size).toBe(3);
  expect(await probedTraining(study, trial, probe)).toEqual(found);
  expect(looked).toHaveLength(3);
});

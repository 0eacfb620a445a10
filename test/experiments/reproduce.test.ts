/** What is kept of an experiment: over several calls, and where nothing is found. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import * as z from "zod";
import type { Experiment } from "../../src/experiments/experiment.ts";
import type { Row } from "../../src/experiments/findings/findings.ts";
import { reproduce } from "../../src/experiments/reproduce.ts";
import { BUDGETS } from "../../src/experiments/study/budgets.ts";
import { emptyFolder } from "../datasets/folder.ts";

const row: Row = {
  ...{ name: "n", dataset: "d", seeds: [1], images: 1, epochs: 1, seconds: 1, paper: null },
  ...{ error: { mean: 1, low: 0, high: 2 }, nll: null, brier: null, ece: null },
};

const MILLISECONDS = 50;

/** One that computes for a while, once for each `key`, and finds these rows. */
const experimentOf = (key: number, rows: readonly Row[]): Experiment => ({
  ...{ name: "rows", title: "Rows", reads: [] },
  find: async ({ cached }) => {
    await cached("wait", { key }, z.number(), () => new Promise((done) => setTimeout(done, MILLISECONDS, 1)));
    return { rows: [...rows], figures: [], remarks: [] };
  },
});

const call = async (folder: string, experiment: Experiment, lines: string[] = []) => {
  const found = await reproduce(experiment, {
    ...{ folder, budget: BUDGETS.quick, seeds: 1, threads: 1, signal: new AbortController().signal },
    ...{ onStep: () => {}, say: (line: string) => lines.push(line), data: {}, ood: {}, command: "c" },
  });
  return { found, kept: JSON.parse(await readFile(join(folder, "rows-quick.findings.json"), "utf8")) };
};

test("the time is that of all calls that computed something", async () => {
  const folder = await emptyFolder();
  const first = (await call(folder, experimentOf(1, [row]))).found.seconds;
  expect(first).toBeGreaterThanOrEqual((0.9 * MILLISECONDS) / 1000);
  const again = (await call(folder, experimentOf(1, [row]))).found;
  expect(again.seconds).toBe(first);
  const more = (await call(folder, experimentOf(2, [row]))).found.seconds;
  expect(more).toBeGreaterThanOrEqual(first + (0.9 * MILLISECONDS) / 1000);
});

test("what was found before is kept where nothing is found now, and that is said", async () => {
  const folder = await emptyFolder();
  const before = await call(folder, experimentOf(1, [row]));
  expect(before.kept).toEqual(before.found);
  const lines: string[] = [];
  const missing = { ...row, error: null, missing: "nsm data fetch d" };
  const now = await call(folder, experimentOf(1, [missing]), lines);
  expect(now.found.rows).toEqual([missing]);
  expect(now.kept).toEqual(before.kept);
  const SAID = "nothing was found: the report keeps what rows found before";
  expect(lines).toEqual([SAID]);
  // Detections without errors are findings, too.
  const detecting = { ...missing, missing: undefined, ood: [{ name: "o", auroc: 1, aupr: 1, fpr95: 0 }] };
  expect((await call(folder, experimentOf(1, [detecting]))).kept.rows[0].ood).toEqual(detecting.ood);
  expect((await call(folder, experimentOf(1, [missing]), lines)).kept.rows[0].ood).toEqual(detecting.ood);
  expect(lines).toEqual([SAID, SAID]);
});

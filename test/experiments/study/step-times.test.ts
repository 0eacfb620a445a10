/** Steps that are timed in turns: how long each method's takes, measured once a machine. */
import { join } from "node:path";
import { expect, test } from "vitest";
import { BUDGETS } from "../../../src/experiments/study/budgets.ts";
import type { Method } from "../../../src/experiments/study/methods.ts";
import { openResultStore } from "../../../src/experiments/study/result-store.ts";
import { stepSeconds } from "../../../src/experiments/study/step-times.ts";
import { openStudy } from "../../../src/experiments/study/study.ts";
import { openNpz } from "../../../src/files/arrays/npz.ts";
import { fileSource } from "../../../src/files/file-source.ts";
import { parseNetwork } from "../../../src/networks/network.ts";
import { emptyFolder } from "../../datasets/folder.ts";
import { smallNetwork, smallSplit } from "../../training/digits.ts";

const split = smallSplit();
const method = (name: string, units: number): Method => {
  const layers = [{ type: "dense", units } as const];
  const network = parseNetwork({
    name,
    encoding: "sign",
    input: smallNetwork.input,
    classes: smallNetwork.classes,
    layers,
  });
  return { name, network, training: { batch: 5 }, paper: null };
};
const methods = [method("narrow", 4), method("wide", 40)];

const open = async (folder: string, controller = new AbortController()) => {
  const lines: string[] = [];
  const say = (line: string): void => void lines.push(line);
  const budget = { ...BUDGETS.quick, epochs: 1 };
  const rest = { budget, seeds: 1, threads: 1, signal: controller.signal, onStep: () => {}, say };
  return { study: await openStudy({ folder, name: "times", ...rest }), lines };
};

test("each method has its time, of more steps than a run has; found again", async () => {
  const folder = await emptyFolder();
  const first = await open(folder);
  const seconds = await stepSeconds(first.study, methods, split);
  expect(seconds).toHaveLength(2);
  for (const own of seconds) expect(own).toBeGreaterThan(0);
  const store = await openResultStore(join(folder, "results"), "times", () => {});
  const name = (await recordsIn(folder)).find((each) => each.startsWith("step-time-"))!;
  const key = JSON.parse((await store.find(name))!.key);
  const stepsAnEpoch = Math.ceil(split.count / 5);
  expect(key.trainings[0].epochs * stepsAnEpoch).toBeGreaterThanOrEqual(
    key.repetitions * (key.first + key.steps),
  );
  const again = await open(folder);
  expect(await stepSeconds(again.study, methods, split)).toEqual(seconds);
  expect([first.lines.length, again.lines.length]).toEqual([1, 0]);
});

const recordsIn = async (folder: string): Promise<readonly string[]> => {
  const npz = await openNpz(await fileSource(join(folder, "results", "times.npz")));
  const { data } = await npz.read("records");
  return Object.keys(JSON.parse(new TextDecoder().decode(data as Uint8Array)).results);
};

test("timing that is interrupted keeps nothing", async () => {
  const folder = await emptyFolder();
  const controller = new AbortController();
  controller.abort();
  const { study } = await open(folder, controller);
  await expect(stepSeconds(study, methods, split)).rejects.toThrow("aborted");
  const { study: other, lines } = await open(folder);
  await stepSeconds(other, methods, split);
  expect(lines).toHaveLength(1);
});

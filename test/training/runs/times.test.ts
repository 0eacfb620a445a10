/** The wall time of a run's steps, over interruptions. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { readTimes, secondsBy, writeTimes } from "../../../src/training/runs/times.ts";

const folder = async (): Promise<string> => {
  const made = await mkdtemp(join(tmpdir(), "nsm-times-"));
  onTestFinished(() => rm(made, { recursive: true, force: true }));
  return made;
};

const lines = [
  { from: 0, step: 90, seconds: 2 },
  { from: 90, step: 120, seconds: 0.5 },
  { from: 120, step: 180, seconds: 1 },
];

test("adds up to any recorded step", () => {
  expect([0, 90, 120, 180].map(secondsBy(lines))).toEqual([0, 2, 2.5, 3.5]);
});

test("is not known where a part is missing", () => {
  expect(secondsBy(lines)(100)).toBeNull();
  expect(secondsBy(lines)(181)).toBeNull();
  expect(secondsBy(lines.slice(1))(180)).toBeNull();
  expect(secondsBy([lines[0]!, lines[2]!])(180)).toBeNull();
  expect(secondsBy([])(1)).toBeNull();
});

test("is read as it was written, up to a step, without lines that are damaged", async () => {
  const place = await folder();
  expect(await readTimes(place)).toEqual([]);
  await writeTimes(place, lines);
  expect(await readTimes(place)).toEqual(lines);
  expect(await readTimes(place, 120)).toEqual(lines.slice(0, 2));
  await writeFile(join(place, "times.jsonl"), `${JSON.stringify(lines[0])}\n{"from": 90, "st`);
  expect(await readTimes(place)).toEqual(lines.slice(0, 1));
});

import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  type Json,
  makeFolder,
  nsm,
  nsmJson,
  refused,
  removeFolder,
  writeDigits,
  writeNetwork,
} from "./nsm.ts";

let folder: string;
let data: string;
const run = (name: string): string => join(folder, name);

beforeAll(async () => {
  folder = await makeFolder();
  const network = await writeNetwork(folder);
  data = await writeDigits(join(folder, "digits"), 300, 60);
  const other = await writeDigits(join(folder, "others"), 100, 40);
  const settings = ["train", "--network", network, "--samples", "1", "--epochs", "2", "--threads", "1"];
  for (const [name, digits, rest] of [
    ["a", data, []],
    ["b", data, ["--seed", "2"]],
    ["c", other, []],
  ] as const)
    await nsmJson([...settings, "--data", digits, "--out", run(name), ...rest]);
});
afterAll(() => removeFolder(folder));

test("scores each run as evaluate does, and tells how it differs from the first", async () => {
  const found = await nsmJson(["compare", run("a"), run("b"), run("a"), "--samples", "3"]);
  expect(found.images).toBe(60);
  expect(found.runs.map((own: Json) => own.run)).toEqual([run("a"), run("b"), run("a")]);
  const [a, b, again] = found.runs;
  const evaluated = await nsmJson(["evaluate", run("b"), "--samples", "3"]);
  for (const name of ["error", "nll", "ece", "brier"]) expect(b[name]).toBe(evaluated[name]);
  expect(a.againstFirst).toBeNull();
  const { onlyFirst, onlySecond } = b.againstFirst;
  expect(onlyFirst - onlySecond).toBeCloseTo(((a.error - b.error) * 60) / 100, 9);
  expect(again.againstFirst).toEqual({ onlyFirst: 0, onlySecond: 0, p: 1 });
});

test("in words: a row for each run", async () => {
  const { status, stdout } = await nsm(["compare", run("a"), run("b"), "--samples", "1"]);
  expect(status).toBe(0);
  const [name, heads, ...rows] = stdout.trimEnd().split("\n");
  expect(name).toContain("60");
  expect(heads).toMatch(/^run +network +epochs +error %/);
  expect(rows.map((row) => row.split(/ {2,}/)[0])).toEqual([run("a"), run("b")]);
});

test("other test images are refused, unless they are named", async () => {
  expect(await refused(["compare", run("a"), run("c")], 2)).toMatch(
    /comparing .*c with .*a: got .*--data DIR/,
  );
  const found = await nsmJson(["compare", run("a"), run("c"), "--data", data, "--samples", "1"]);
  expect(found.runs).toHaveLength(2);
});

test("the help says how many passes there are: a calibration does not change that", async () => {
  const { stdout } = await nsm(["compare", "--help"]);
  expect(stdout.replace(/\s+/g, " ")).toContain("Monte Carlo passes per image (default 100) ");
});

test("one run, or none of that name", async () => {
  expect(await refused(["compare", run("a")], 2)).toContain("got one run; expected two or more");
  expect(await refused(["compare", run("a"), run("z")], 1)).toContain("a run folder, which has a run.json");
});

/** nsm calibrate, and what predict, evaluate, info and export make of it. */
import { readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { encode } from "fast-png";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makeFolder, nsm, nsmJson, refused, removeFolder } from "./nsm.ts";
import { smallNetwork } from "./small-network.ts";

let folder: string;
let small: readonly string[];
let run: string;
let without: string;

const trained = async (name: string, ...more: string[]): Promise<string> => {
  const out = join(folder, name);
  await nsmJson(["train", ...small, "--epochs", "4", "--samples", "1", "--out", out, ...more]);
  return out;
};

const picture = async (name: string, pixel: number): Promise<string> => {
  const file = join(folder, `${name}.png`);
  const data = new Uint8Array(784).fill(pixel);
  await writeFile(file, encode({ width: 28, height: 28, channels: 1, depth: 8, data }));
  return file;
};

beforeAll(async () => {
  folder = await makeFolder();
  small = await smallNetwork(folder);
  run = await trained("run", "--validation", "200");
  without = await trained("without");
}, 180_000);
afterAll(() => removeFolder(folder));

test("keeps its promises in the run, for every other command", async () => {
  const found = await nsmJson(["calibrate", run, "--samples", "10", "--cover", "80", "--sets", "0.9"]);
  expect(found).toMatchObject({
    ...{ run, detector: "relative-mahalanobis", samples: 10, images: 200, isHeldOut: true },
    refer: { promise: { of: "cover", cover: 0.8, confidence: 0.95 } },
    sets: { level: 0.9 },
    scaling: {
      unscaled: { nll: expect.any(Number), ece: expect.any(Number) },
      temperature: { nll: expect.any(Number), ece: expect.any(Number) },
      vector: null,
    },
  });
  expect((await stat(found.file)).size).toBe(found.bytes);
  expect((await nsmJson(["info", run])).calibration).toMatchObject({ samples: 10, sets: { level: 0.9 } });
  expect((await nsm(["info", run])).stdout).toContain("at least 80 % are answered");

  const white = await picture("white", 255);
  const [prediction] = await nsmJson(["predict", run, white]);
  expect(prediction).toMatchObject({ verdict: "unlike", samples: 10, unsure: true });
  expect((await nsm(["predict", run, white])).stdout).toContain("unlike anything it was trained on");
  const other = await nsm(["predict", run, white, "--samples", "5"]);
  expect(other.stderr).toContain("calibrated for 10 samples");
  expect(other.stdout).not.toContain("unlike");

  const { decisions } = await nsmJson(["evaluate", run, "--split", "test"]);
  expect(decisions.answered + decisions.referred + decisions.unlike).toBe(100);
  const { stdout, stderr } = await nsm(["evaluate", run, "--split", "test"]);
  expect(stderr).not.toContain("thresholds");
  const onOwn = await nsm(["evaluate", run]);
  expect(onOwn.stderr).toContain("the thresholds come from these images");
  expect(onOwn.stdout).not.toMatch(/held$|chance explains/m);
  expect((await nsmJson(["evaluate", run])).decisions).toMatchObject({
    ...{ promise: null, unlikePromise: null },
    sets: { promise: null },
  });
  const words = { held: "held", chance: "missed, by no more than", broken: "broken, by more than" };
  const outcomes = [decisions.promise, decisions.sets.promise] as (keyof typeof words)[];
  expect(decisions.promise === "held").toBe(decisions.answered >= 80);
  for (const line of [
    ...["answered", "referred", "unlike"],
    `promised: at least 80 %: ${words[outcomes[0]!]}`,
    `of familiar images: ${words[decisions.unlikePromise as keyof typeof words]}`,
    `promised: 90 %: ${words[outcomes[1]!]}`,
  ])
    expect(stdout).toContain(line);
  const bytes = async (file: string): Promise<number> =>
    (await nsmJson(["export", run, "--out", join(folder, file)])).bytes;
  const calibrated = await bytes("calibrated.onnx");
  const exported = async (...options: string[]) => {
    const { stdout, stderr } = await nsm([
      ...["export", run, "--out", join(folder, "other.onnx"), ...options],
    ]);
    return stdout + stderr;
  };
  expect(await exported()).toContain("calibrated for 10 samples");
  expect(await exported("--samples", "5")).toContain(
    "exported without its calibration, which is for 10 samples",
  );
  expect(await exported("--noise", "inputs")).toContain("exported without its calibration");
  expect(await exported("--unsure", "0.3")).toContain("the promised threshold is in the calibration");
  const underNoise = await nsm(["evaluate", run, "--split", "test", "--p", "0.3", "--samples", "2"]);
  expect(underNoise.stderr).toContain("no verdicts: this run is calibrated for its own noise");
  await writeFile(found.file, (await readFile(found.file)).subarray(0, 100));
  expect(await refused(["predict", run, white], 1)).toContain("Calibrate the run again");
  await rm(found.file);
  expect(await bytes("plain.onnx")).toBeLessThan(calibrated);
}, 180_000);

test("tells what scaling would change, and what it takes to tell, and leaves predictions as they are", async () => {
  const { stdout } = await nsm(["calibrate", run, "--samples", "10"]);
  const {
    scaling: { unscaled, temperature },
  } = await nsmJson(["calibrate", run, "--samples", "10"]);
  const { nll, ece } = await nsmJson(["evaluate", run, "--samples", "10"]);
  expect(unscaled).toEqual({ nll: expect.closeTo(nll, 12), ece: expect.closeTo(ece, 12) });
  expect(temperature.nll).not.toBe(nll);
  for (const line of [
    `unscaled             NLL ${nll.toFixed(4)}, ECE ${ece.toFixed(4)}`,
    `temperature scaling  NLL ${temperature.nll.toFixed(4)}, ECE ${temperature.ece.toFixed(4)}`,
    "vector scaling       takes at least 400 held-out images",
  ])
    expect(stdout).toContain(line);
}, 180_000);

test("says that training examples are no held-out ones", async () => {
  const { status, stdout, stderr } = await nsm(["calibrate", without, "--samples", "5", "--unlike", "10"]);
  expect(status).toBe(0);
  expect(stderr).toContain("--validation");
  expect(stdout).toContain("calibrated on 60 training images, 5 samples each");
  expect(stdout).toContain("scaling the probabilities: what it would change takes held-out images");
  expect((await nsmJson(["calibrate", without, "--samples", "5", "--unlike", "10"])).scaling).toBeNull();
}, 180_000);

test.each<[string, string[], number, string]>([
  ["a promise without held-out examples", ["--error", "5"], 2, "--validation"],
  ["two promises", ["--error", "5", "--cover", "90"], 2, "one of them"],
  ["too few examples", ["--sets", "0.999"], 1, "at least 999"],
  ["a coverage that no threshold keeps", ["--cover", "95"], 1, "the best that can be promised"],
  ["a percentage out of range", ["--error", "100"], 2, "percentage"],
  ["a confidence without a promise", ["--confidence", "0.9"], 2, "Add --error or --cover"],
  ["a confidence for sets alone", ["--sets", "0.9", "--confidence", "0.9"], 2, "Add --error or --cover"],
  ["another detector", ["--detector", "oracle"], 2, "relative-mahalanobis"],
])("%s is refused", async (name, more, status, text) => {
  const folderOf = name.includes("without") ? without : run;
  expect(await refused(["calibrate", folderOf, "--samples", "5", ...more], status)).toContain(text);
});

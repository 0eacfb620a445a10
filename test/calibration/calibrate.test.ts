/** Calibration of a small model: what its verdicts say, where they hold, and what is refused. */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as ort from "onnxruntime-node";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type CalibrateOptions, calibrate } from "../../src/calibration/calibrate.ts";
import { CheckpointError, ConfigError, DataError } from "../../src/errors.ts";
import { exportOnnx } from "../../src/export/onnx.ts";
import { exportSafetensors } from "../../src/export/safetensors.ts";
import { evaluate, openPredictor, sample } from "../../src/inference/node.ts";
import type { Calibration } from "../../src/networks/calibration.ts";
import { readModel } from "../../src/networks/model-file.ts";
import { saveCalibration } from "../../src/training/runs/calibration-file.ts";
import { openDamagedRun, openRun, type Run, resume, train } from "../../src/training/runs/run.ts";
import { smallNetwork, smallSplit } from "../training/digits.ts";

const learned = smallSplit(300, "calibration, training");
const heldOut = smallSplit(300, "calibration, held out");
const fresh = smallSplit(300, "calibration, test");
const options = { samples: 20, threads: 1, error: 0.2, sets: 0.9 } satisfies CalibrateOptions;
const blank = new Uint8Array(36);

let folder: string;
let run: Run;
let calibration: Calibration;

const pixelsOf = (count: number): Uint8Array[] =>
  Array.from({ length: count }, (_, k) => fresh.images.slice(36 * k, 36 * (k + 1)));

beforeAll(async () => {
  folder = join(await mkdtemp(join(tmpdir(), "calibration-")), "run");
  run = await train(smallNetwork, learned, {
    epochs: 20,
    batch: 20,
    learningRate: 0.02,
    threads: 1,
    out: folder,
  });
  calibration = await calibrate(run, { train: learned, heldOut }, options);
}, 60_000);

afterAll(() => rm(join(folder, ".."), { recursive: true, force: true }));

test("it holds detector and thresholds, and the same call gives the same", async () => {
  expect(calibration).toMatchObject({
    ...{ samples: 20, images: 300, isHeldOut: true },
    unlike: { share: 0.05 },
    refer: { promise: { of: "error", risk: 0.2, confidence: 0.95 } },
    sets: { level: 0.9 },
  });
  expect(calibration.detector.kind).toBe("relative-mahalanobis");
  expect(await calibrate(run, { train: learned, heldOut }, options)).toEqual(calibration);
});

describe("predictions of a calibrated model", () => {
  const model = () => ({ ...run, calibration });

  test("have verdicts by as many passes as it was calibrated for, which is their default", async () => {
    const [first] = await sample(model(), pixelsOf(1), { threads: 1 });
    expect(first!.samples).toBe(20);
    expect(["answer", "refer"]).toContain(first!.verdict);
    expect(first!.set!.length).toBeLessThanOrEqual(3);
    for (const other of [{ samples: 10 }, { samples: 20, confidence: 0.99 }]) {
      const [prediction] = await sample(model(), pixelsOf(1), { threads: 1, ...other });
      expect(prediction).toMatchObject({ verdict: null, unfamiliarity: null, set: null });
    }
    const [plain] = await sample(run, pixelsOf(1), { threads: 1, samples: 20 });
    expect(plain).toMatchObject({ verdict: null, unfamiliarity: null, set: null });
    expect(plain!.probabilities).toEqual(first!.probabilities);
  });

  test("refuse an image unlike the training data", async () => {
    const [prediction] = await sample(model(), [blank], { threads: 1 });
    expect(prediction!.verdict).toBe("unlike");
    expect(prediction!.unfamiliarity).toBeGreaterThan(0);
  });

  test("do not depend on how images are divided among threads, nor on other images", async () => {
    const images = pixelsOf(9);
    const together = await sample(model(), images, { threads: 1 });
    const predictor = await openPredictor(model(), { threads: 2 });
    try {
      // A single image is divided by its passes.
      const alone = await predictor.predict(images[3]!, { keys: [3] } as never);
      const [again] = await predictor.predict([images[3]!], { keys: [3] });
      expect(again).toEqual(together[3]);
      expect(alone.unfamiliarity).not.toBeNull();
    } finally {
      await predictor.close();
    }
  });

  test("are counted by evaluate", async () => {
    const { decisions, error } = await evaluate(model(), fresh, { threads: 1 });
    const { answered, referred, unlike } = decisions!;
    expect(answered + referred + unlike).toBe(300);
    const predictions = await sample(model(), pixelsOf(300), { threads: 1 });
    const verdicts = predictions.map(({ verdict }) => verdict);
    for (const [verdict, count] of [
      ["answer", answered],
      ["refer", referred],
      ["unlike", unlike],
    ] as const)
      expect(verdicts.filter((own) => own === verdict).length).toBe(count);
    const wrong = predictions.filter(
      ({ verdict, label }, k) => verdict === "answer" && label !== fresh.labels[k],
    ).length;
    expect(decisions!.error).toBeCloseTo((100 * wrong) / answered, 10);
    const held = predictions.filter(({ set }, k) => set!.includes(fresh.labels[k]!)).length;
    expect(decisions!.sets!.coverage).toBe(held / 300);
    const bare = await evaluate(run, fresh, { threads: 1, samples: 20 });
    expect(bare.decisions).toBeUndefined();
    expect(bare.error).toBe(error);
  });
});

describe("a calibration in a run's folder", () => {
  test("is opened with the run, and goes into its model file", async () => {
    const file = await saveCalibration(folder, run, calibration);
    const opened = await openRun(folder);
    expect(opened.calibration).toEqual(calibration);
    const { calibration: read, parameters } = readModel(exportSafetensors(opened));
    expect(read).toEqual(calibration);
    expect(Object.keys(parameters)).toEqual(Object.keys(run.parameters));
    expect(readModel(exportSafetensors(run)).calibration).toBeUndefined();
    expect((await readFile(file)).length).toBeLessThan(1e6);
  });

  test.each([
    ["damaged", (bytes: Buffer) => bytes.subarray(0, 40)],
    [
      "of another format",
      (bytes: Buffer) =>
        Buffer.from(bytes.toString("latin1").replace("calibration 1", "calibration 9"), "latin1"),
    ],
    [
      "of another run",
      (bytes: Buffer) => Buffer.from(bytes.toString("latin1").replace(/"run":"./, '"run":"_'), "latin1"),
    ],
  ])("%s is refused with a remedy; info opens the run without it", async (_name, change) => {
    const file = await saveCalibration(folder, run, calibration);
    await writeFile(file, change(await readFile(file)));
    await expect(openRun(folder)).rejects.toThrow(CheckpointError);
    const { run: opened, damage } = await openDamagedRun(folder);
    expect(opened.calibration).toBeUndefined();
    expect(damage).toHaveLength(1);
    await rm(file);
  });

  test("of an earlier step is refused after more training", async () => {
    const file = await saveCalibration(folder, run, calibration);
    await resume(folder, learned, { epochs: 21, threads: 1 });
    await expect(openRun(folder)).rejects.toThrow("step");
    await rm(file);
  });
});

test("an exported model finds the same images unlike the training data", async () => {
  const bytes = exportOnnx({ ...run, calibration }, { seed: 1 });
  const session = await ort.InferenceSession.create(bytes);
  const count = 60;
  const pixels = Float32Array.from([...fresh.images.subarray(0, 36 * (count - 1)), ...blank], (x) => x / 255);
  const found = await session.run({ images: new ort.Tensor("float32", pixels, [count, 1, 6, 6]) });
  const unfamiliarity = [...(found.unfamiliarity!.data as Float32Array)];
  expect(unfamiliarity.at(-1)).toBeGreaterThan(0);
  // The same law with other noise: scores correlate as closely as those of two seeds of our own.
  const ours = async (seed: number) =>
    (await sample({ ...run, calibration }, pixelsOf(count - 1), { threads: 1, seed })).map(
      ({ unfamiliarity: own }) => own!,
    );
  const [first, second] = [await ours(1), await ours(2)];
  const spread = (a: readonly number[], b: readonly number[]): number =>
    Math.sqrt(a.reduce((sum, x, k) => sum + (x - b[k]!) ** 2, 0) / a.length);
  // F test of the two mean squared differences, 59 and 59 degrees of freedom, at 1e-4: a ratio of 2.75.
  expect((spread(unfamiliarity.slice(0, -1), first) / spread(first, second)) ** 2).toBeLessThan(2.75);
  expect(exportOnnx({ ...run, calibration }, { samples: 19 }).length).toBeLessThan(bytes.length);
});

test("without held-out images, thresholds come from training images that the detector does not know", async () => {
  const found = await calibrate(run, { train: learned }, { samples: 20, threads: 1 });
  expect(found).toMatchObject({ images: 30, isHeldOut: false });
  expect(found.refer).toBeUndefined();
});

test("with a promise on the coverage, fewer images count as unlike", async () => {
  const found = await calibrate(run, { train: learned, heldOut }, { samples: 20, threads: 1, cover: 0.92 });
  expect(found.unlike.share).toBeCloseTo(0.04, 10);
  expect(found.refer!.coverage).toBeGreaterThanOrEqual(0.92);
});

test.each<[string, CalibrateOptions, typeof ConfigError | typeof DataError, string]>([
  ["two promises", { error: 0.1, cover: 0.9 }, ConfigError, "one of them"],
  ["a promise out of range", { error: 1.5 }, ConfigError, "fraction"],
  ["another detector", { detector: "oracle" as never }, ConfigError, "relative-mahalanobis"],
  ["an unknown option", { passes: 10 } as never, ConfigError, "samples"],
  ["a promise that takes more images", { error: 0.001 }, DataError, "at least"],
  ["sets that take more images", { sets: 0.999 }, DataError, "at least"],
  ["a share that takes more images", { unlike: 0.001 }, DataError, "at least"],
  ["a promise that no threshold keeps", { error: 0.02 }, DataError, "lowest limit"],
  [
    "more coverage than is like the training data",
    { cover: 0.95, unlike: 0.2 },
    DataError,
    "Lower the share",
  ],
])("%s is refused", async (_name, change, error, text) => {
  const asked = calibrate(run, { train: learned, heldOut }, { samples: 5, threads: 1, ...change });
  await expect(asked).rejects.toThrow(error);
  await expect(asked).rejects.toThrow(text);
});

test("promises without held-out images are refused", async () => {
  await expect(calibrate(run, { train: learned }, options)).rejects.toThrow("--validation");
});

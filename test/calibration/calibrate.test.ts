/** Calibration of a small model: what its verdicts say, where they hold, and what is refused. */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as ort from "onnxruntime-node";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type CalibrateOptions, calibrate } from "../../src/calibration/calibrate.ts";
import { thresholdsFor } from "../../src/calibration/thresholds.ts";
import { CheckpointError, ConfigError, DataError } from "../../src/errors.ts";
import { exportOnnx } from "../../src/export/onnx.ts";
import { exportSafetensors } from "../../src/export/safetensors.ts";
import { evaluate, openPredictor, sample } from "../../src/inference/node.ts";
import { allocateUncertainty, type Uncertainty } from "../../src/inference/uncertainty.ts";
import { baseline } from "../../src/networks/baselines.ts";
import {
  type Calibration,
  decodeCalibration,
  encodeCalibration,
  type FittedDetector,
} from "../../src/networks/calibration.ts";
import { conventional } from "../../src/networks/catalogue.ts";
import { initialParameters } from "../../src/networks/initialize.ts";
import { readModel } from "../../src/networks/model-file.ts";
import { type Network, parseNetwork } from "../../src/networks/network.ts";
import { parametersOf } from "../../src/networks/plan.ts";
import { saveCalibration } from "../../src/training/runs/calibration-file.ts";
import { openDamagedRun, openRun, type Run, resume, train } from "../../src/training/runs/run.ts";
import { uniform } from "../nn/draw.ts";
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

test("the detector is the energy for rectifiers without batch normalization, unless another is asked for", async () => {
  const kindBy = async (network: Network, more: CalibrateOptions = {}) => {
    const trained = await train(network, learned, { epochs: 1, batch: 20, threads: 1 });
    const settings = { samples: 1, threads: 1, ...more };
    return (await calibrate(trained, { train: learned, heldOut }, settings)).detector.kind;
  };
  const rectifiers = baseline(smallNetwork, "relu");
  expect(await kindBy(rectifiers)).toBe("energy");
  expect(await kindBy(rectifiers, { detector: "relative-mahalanobis" })).toBe("relative-mahalanobis");
  expect(await kindBy(baseline(smallNetwork, "monte-carlo-dropout"))).toBe("energy");
  expect(await kindBy(conventional(smallNetwork))).toBe("relative-mahalanobis");
  expect(await kindBy(baseline(smallNetwork, "binary-erf"))).toBe("relative-mahalanobis");
});

describe("predictions of a calibrated model", () => {
  const model = () => ({ ...run, calibration });

  test("have verdicts by as many passes as it was calibrated for, which is their default", async () => {
    const [first] = await sample(model(), pixelsOf(1), { threads: 1 });
    expect(first!.samples).toBe(20);
    expect(["answer", "refer"]).toContain(first!.verdict);
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
      const [again] = await predictor.predict([images[3]!], { keys: [3] });
      expect(again).toEqual(together[3]);
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

  test("of an earlier step does not hold after more training", async () => {
    const file = await saveCalibration(folder, run, calibration);
    await resume(folder, learned, { epochs: 21, threads: 1 });
    const opened = await openRun(folder);
    expect(opened.calibration).toBeUndefined();
    expect(opened.staleCalibration).toBe(run.step);
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
  const fewer = exportOnnx({ ...run, calibration }, { samples: 19 });
  expect(fewer.length).toBeLessThan(bytes.length);
  expect(readModel(bytes).calibration).toEqual(calibration);
  expect(readModel(fewer).calibration).toBeUndefined();
});

test("each calibration of a model has its own detector, also right after another", async () => {
  const by = (detector: "entropy" | "mahalanobis") =>
    calibrate(run, { train: learned, heldOut }, { samples: 20, threads: 1, detector });
  const [entropy, distance] = [await by("entropy"), await by("mahalanobis")];
  expect(entropy.unlike.threshold).toBeLessThan(Math.log(3));
  expect(distance.unlike.threshold).toBeGreaterThan(Math.log(3));
  const scores = async (own: Calibration) =>
    (await sample({ ...run, calibration: own }, pixelsOf(3), { threads: 1 })).map(
      ({ unfamiliarity, entropy: nats }) => ({ score: unfamiliarity! + own.unlike.threshold, nats }),
    );
  for (const { score, nats } of await scores(entropy)) expect(Math.abs(score - nats)).toBeLessThan(1e-5);
  for (const { score, nats } of await scores(distance)) expect(Math.abs(score - nats)).toBeGreaterThan(0.01);
});

test("promises hold after images unlike the training data are left out", () => {
  // Unfamiliarity and entropy are uniform and independent, the most uncertain images wrong most often.
  const draws = 2000;
  const images = 300;
  const broken = { cover: 0, error: 0 };
  for (let draw = 0; draw < draws; draw++) {
    const u = uniform(`promises ${draw}`, 3 * images, 0, 1);
    const found = {
      ...allocateUncertainty(images, 2, { isDetected: true }),
      entropy: Float64Array.from(u.subarray(0, images)),
      unfamiliarity: Float64Array.from(u.subarray(images, 2 * images)),
    };
    const labels = Uint8Array.from({ length: images }, (_, k) =>
      Number(u[2 * images + k]! < 0.3 * u[k]! ** 2),
    );
    for (let k = 0; k < images; k++) found.probabilities[2 * k] = 1;
    const cover = thresholdsFor(found, labels, { cover: 0.9 });
    const answered = cover.unlike.threshold * cover.refer!.threshold!;
    if (answered < 0.9) broken.cover++;
    const refer = boundedRefer(found, labels);
    // P(wrong | entropy < t) = 0.3 t^2 / 3.
    if (refer !== undefined && 0.1 * Math.min(1, refer ?? 1) ** 2 > 0.09) broken.error++;
  }
  // Binomial test: at most 5 % broken, one-sided significance 1e-3 at 2,000 draws: 131.
  expect(broken.cover).toBeLessThanOrEqual(131);
  expect(broken.error).toBeLessThanOrEqual(131);
});

test("promises hold by a detector of few values, at which many images are equal", () => {
  // Votes of ten passes: all of them for 93 % of the images, nine for 4 %, six for 3 %; wrong are 0.1, 20 and 50 %.
  const groups = [
    { share: 0.93, unfamiliarity: 0, wrong: 0.001 },
    { share: 0.04, unfamiliarity: 0.1, wrong: 0.2 },
    { share: 0.03, unfamiliarity: 0.4, wrong: 0.5 },
  ];
  const groupOf = (u: number) => groups[u < 0.93 ? 0 : u < 0.97 ? 1 : 2]!;
  const [draws, images, risk] = [300, 3000, 0.008];
  let broken = 0;
  for (let draw = 0; draw < draws; draw++) {
    const u = uniform(`votes ${draw}`, 3 * images, 0, 1);
    const own = Array.from({ length: images }, (_, k) => groupOf(u[k]!));
    const found = {
      ...allocateUncertainty(images, 2, { isDetected: true }),
      // The more uncertain, the fewer votes.
      entropy: Float64Array.from(own, ({ unfamiliarity }, k) => unfamiliarity + 0.05 * u[images + k]!),
      unfamiliarity: Float64Array.from(own, ({ unfamiliarity }) => unfamiliarity),
    };
    const labels = Uint8Array.from(own, ({ wrong }, k) => Number(u[2 * images + k]! < wrong));
    for (let k = 0; k < images; k++) found.probabilities[2 * k] = 1;
    const { unlike, refer } = thresholdsFor(found, labels, { error: risk });
    expect(refer!.coverage).toBeGreaterThan(0.5);
    const answers = groups.map(({ share, unfamiliarity }) =>
      unfamiliarity > unlike.threshold
        ? 0
        : share * Math.min(1, Math.max(0, ((refer!.threshold ?? 1) - unfamiliarity) / 0.05)),
    );
    const total = answers.reduce((sum, each) => sum + each, 0);
    const wrong = answers.reduce((sum, each, k) => sum + each * groups[k]!.wrong, 0);
    if (wrong / total > risk) broken++;
  }
  // Binomial test: at most 5 % broken, one-sided significance 1e-3 at 300 draws: 28.
  expect(broken).toBeLessThanOrEqual(28);
});

/** The threshold for at most 9 % errors: null if all are answered, undefined if no threshold keeps the promise. */
const boundedRefer = (found: Uncertainty, labels: Uint8Array): number | null | undefined => {
  try {
    return thresholdsFor(found, labels, { error: 0.09 }).refer!.threshold;
  } catch (cause) {
    if (cause instanceof DataError) return undefined;
    throw cause;
  }
};

test.each<[string, (arrays: FittedDetector["arrays"]) => object]>([
  ["without an array", ({ basis: _, ...rest }) => rest],
  ["with one of another shape", (arrays) => ({ ...arrays, mean: { shape: [1], data: new Float32Array(1) } })],
  [
    "with numbers that are not finite",
    (arrays) => ({ ...arrays, scale: { ...arrays.scale!, data: arrays.scale!.data.map(() => Number.NaN) } }),
  ],
])("a detector %s is refused where it is used", async (_name, change) => {
  const arrays = change(calibration.detector.arrays) as FittedDetector["arrays"];
  const model = { ...run, calibration: { ...calibration, detector: { ...calibration.detector, arrays } } };
  await expect(openPredictor(model)).rejects.toThrow(ConfigError);
  await expect(openPredictor(model)).rejects.toThrow("Calibrate the model again");
  expect(() => exportOnnx(model)).toThrow(ConfigError);
});

test("a detector of another network is refused", async () => {
  const network = parseNetwork({ ...smallNetwork, layers: [{ type: "dense", units: 9 }] });
  const parameters = initialParameters(parametersOf(network), 1);
  await expect(openPredictor({ network, parameters, calibration })).rejects.toThrow("fitted to this network");
});

test("verdicts are by the law that the thresholds were found under", async () => {
  const [prediction] = await sample({ ...run, calibration }, pixelsOf(1), { threads: 1, law: "synapse" });
  expect(prediction!.verdict).toBeNull();
});

test("networks without noise are calibrated for any number of passes, and without hidden layers by their classes", async () => {
  const silent = await train(parseNetwork({ ...smallNetwork, neuron: "relu" }), learned, {
    epochs: 2,
    threads: 1,
  });
  const own = await calibrate(silent, { train: learned, heldOut }, { threads: 1 });
  const [prediction] = await sample({ ...silent, calibration: own }, [blank], { threads: 1, samples: 3 });
  expect(prediction!.verdict).not.toBeNull();
  const session = await ort.InferenceSession.create(exportOnnx({ ...silent, calibration: own }));
  expect(session.outputNames).toContain("unfamiliarity");
  const bare = await train(parseNetwork({ ...smallNetwork, layers: [{ type: "readout" }] }), learned, {
    epochs: 1,
    threads: 1,
  });
  const calibrateBare = (detector: CalibrateOptions["detector"] & string) =>
    calibrate(bare, { train: learned, heldOut }, { samples: 2, threads: 1, detector });
  await expect(calibrateBare("mahalanobis")).rejects.toThrow("without hidden layers");
  expect((await calibrateBare("entropy")).samples).toBe(2);
});

test("stand-ins for held-out images are drawn from all classes", async () => {
  const order = Array.from(learned.labels, (label, k) => [label, k] as const).sort((a, b) => a[0] - b[0]);
  const images = Uint8Array.from(
    order.flatMap(([, k]) => [...learned.images.subarray(36 * k, 36 * (k + 1))]),
  );
  const sorted = { ...learned, images, labels: Uint8Array.from(order, ([label]) => label) };
  const own = await calibrate(run, { train: sorted }, { samples: 20, threads: 1 });
  const { decisions } = await evaluate({ ...run, calibration: own }, fresh, { threads: 1 });
  // Without the draw the classes that were not there were found unlike: two thirds of the images.
  expect(decisions!.unlike).toBeLessThan(100);
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
  ["a promise that takes more familiar images", { error: 0.02 }, DataError, "are like the training data"],
  [
    "more coverage than is like the training data",
    { cover: 0.95, unlike: 0.2 },
    ConfigError,
    "Lower one of them",
  ],
])("%s is refused", async (_name, change, error, text) => {
  const asked = calibrate(run, { train: learned, heldOut }, { samples: 5, threads: 1, ...change });
  await expect(asked).rejects.toThrow(error);
  await expect(asked).rejects.toThrow(text);
});

describe("a coverage that no threshold keeps", () => {
  const images = 300;
  /** Predictions with unfamiliarities that differ: 285 are below the threshold of a share of 0.05. */
  const found = {
    ...allocateUncertainty(images, 2, { isDetected: true }),
    unfamiliarity: Float64Array.from({ length: images }, (_, k) => k),
    entropy: Float64Array.from({ length: images }, (_, k) => k / images),
  };
  for (let k = 0; k < images; k++) found.probabilities[2 * k] = 1;
  const labels = new Uint8Array(images);
  const coverBy = (cover: number) => thresholdsFor(found, labels, { cover, unlike: 0.05 }).refer!.coverage;

  test("is refused with the best that can be had, and with the images that it takes", () => {
    expect(() => coverBy(0.94)).toThrow(DataError);
    // The lower limit of 285 of 300 at 95 % is .9242 (scipy 1.17, beta.ppf(.05, 285, 16)), that of 284 .9202.
    expect(() => coverBy(0.94)).toThrow("at most 92.4 %, the best that can be promised");
    expect(() => coverBy(0.94)).toThrow(/or about [\d,]+ images/);
    expect(coverBy(0.924)).toBe(0.95);
    expect(() => coverBy(0.925)).toThrow(DataError);
  });

  test("names the share at which the best can be had", () => {
    // By default half of what the coverage leaves: it would be larger for the coverage that is named.
    const refused = () => thresholdsFor(found, labels, { cover: 0.99 });
    expect(refused).toThrow(/at most 98\.4 %.* while 0\.5 % count as unlike.*keep the share .* at 0\.5 %/);
    expect(thresholdsFor(found, labels, { cover: 0.984, unlike: 0.005 }).refer!.coverage).toBeGreaterThan(
      0.99,
    );
  });

  test("can be had by the images that the error asks for, and not by a tenth less", () => {
    let message = "";
    try {
      coverBy(0.94);
    } catch (cause) {
      message = (cause as DataError).expected;
    }
    const enough = Number(/about ([\d,]+) images/.exec(message)![1]!.replaceAll(",", ""));
    const of = (count: number) => {
      const more = {
        ...allocateUncertainty(count, 2, { isDetected: true }),
        unfamiliarity: Float64Array.from({ length: count }, (_, k) => k),
      };
      for (let k = 0; k < count; k++) more.probabilities[2 * k] = 1;
      return thresholdsFor(more, new Uint8Array(count), { cover: 0.94, unlike: 0.05 });
    };
    expect(of(enough).refer!.coverage).toBeGreaterThan(0.94);
    expect(() => of(Math.floor(0.9 * enough))).toThrow(DataError);
  });
});

test("thresholds without a detector, or with one that was not fitted, are refused", async () => {
  const { detector: _, ...thresholds } = calibration;
  const { tensors, text } = encodeCalibration(calibration);
  expect(decodeCalibration(tensors, text, "a file")).toEqual(calibration);
  const bare = JSON.stringify(thresholds);
  expect(() => decodeCalibration(tensors, bare, "a file")).toThrow(CheckpointError);
  expect(() => decodeCalibration(tensors, bare, "a file")).toThrow("Calibrate the run again");
  // The detector's name is there, what was fitted is not.
  const unfitted = decodeCalibration({}, text, "a file");
  await expect(openPredictor({ ...run, calibration: unfitted })).rejects.toThrow("Calibrate the model again");
});

test("promises without held-out images are refused", async () => {
  await expect(calibrate(run, { train: learned }, options)).rejects.toThrow("--validation");
});

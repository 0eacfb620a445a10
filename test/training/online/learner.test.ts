/** Learning one example at a time: what was known before, what is learned, and going on where it stopped. */
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { CheckpointError, ConfigError, DataError, NumericError, StorageError } from "../../../src/errors.ts";
import { type BaselineName, baseline } from "../../../src/networks/baselines.ts";
import { parseNetwork } from "../../../src/networks/network.ts";
import { createLearner } from "../../../src/training/online/core.ts";
import {
  type OnlineLearner,
  type OnlineOptions,
  openOnlineLearner,
  resumeOnlineLearner,
} from "../../../src/training/online/learner.ts";
import { prepareLearner } from "../../../src/training/online/prepare.ts";
import type { ReplicaResult } from "../../../src/training/replicas/replica.ts";
import { openRun, train } from "../../../src/training/runs/run.ts";
import { emptyFolder } from "../../datasets/folder.ts";
import { binomialUpperP } from "../../support/statistics.ts";
import { smallNetwork, smallSplit } from "../digits.ts";

const digits = smallSplit(400);
const imageOf = (k: number): Uint8Array => digits.images.subarray(36 * k, 36 * (k + 1));
const labelOf = (k: number): number => digits.labels[k]!;

const options: OnlineOptions = { threads: 1, passes: 4, learningRate: 3e-3, seed: 3 };

const open = (network = smallNetwork, more: OnlineOptions = {}): Promise<OnlineLearner> =>
  openOnlineLearner({ network }, { ...options, ...more });

const learnDigits = async (learner: OnlineLearner, from: number, to: number): Promise<void> => {
  for (let k = from; k < to; k++) await learner.learn(imageOf(k), labelOf(k));
};

test("an example that could not be learned cannot be taken back: its step overwrote what was before", async () => {
  let loss = 1;
  const learner = await createLearner(
    prepareLearner({ network: smallNetwork }, { passes: 4 }),
    async ({ buffers }) => ({
      learn: async () => {
        buffers.probabilities.fill(1 / 3);
        return { loss, magnitude: 1 } as ReplicaResult;
      },
      predict: async () => {},
      dispose: async () => {},
    }),
  );
  const learn = () => learner.learn(imageOf(0), 0);
  await learn();
  await learner.undo();
  await learn();
  loss = Number.NaN;
  await expect(learn()).rejects.toThrow(NumericError);
  await expect(learner.undo()).rejects.toThrow(ConfigError);
});

describe("an example", () => {
  test("is predicted before it is learned", async () => {
    const [learner, other] = [await open(), await open()];
    const found = await learner.learn(imageOf(0), 0);
    expect(found.samples).toBe(4);
    expect(found.probabilities.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 5);
    // Its label has no part in what is predicted, and a part in what is learned.
    expect(await other.learn(imageOf(0), 1)).toEqual(found);
    expect(other.model().parameters).not.toEqual(learner.model().parameters);
    await Promise.all([learner.close(), other.close()]);
  });

  test("may be asked about without being learned", async () => {
    const [learner, other] = [await open(), await open()];
    await learner.predict(imageOf(1));
    const found = await learner.predict(imageOf(1));
    expect(found.samples).toBe(4);
    expect(await learner.predict(imageOf(1))).toEqual(found);
    for (const each of [learner, other]) await learnDigits(each, 0, 3);
    expect(learner.model()).toEqual(other.model());
    expect(learner.score()).toEqual(other.score());
    expect(learner.score().examples).toBe(3);
    await Promise.all([learner.close(), other.close()]);
  });

  test("is taken as it is when it is given, however long it waits", async () => {
    const [one, other] = [await open(), await open()];
    await learnDigits(one, 0, 20);
    const [image, waiting] = [new Uint8Array(36), [] as Promise<unknown>[]];
    for (let k = 0; k < 20; k++) {
      image.set(imageOf(k));
      waiting.push(other.learn(image, labelOf(k)));
    }
    await Promise.all(waiting);
    expect(other.model()).toEqual(one.model());
    await Promise.all([one.close(), other.close()]);
  });

  test("waits for those before it, awaited or not", async () => {
    const [one, other] = [await open(), await open()];
    await learnDigits(one, 0, 20);
    await Promise.all(Array.from({ length: 20 }, (_, k) => other.learn(imageOf(k), labelOf(k))));
    expect(other.model()).toEqual(one.model());
    await Promise.all([one.close(), other.close()]);
  });
});

/** Wide enough that some rectifiers live. */
const wide = parseNetwork({ ...smallNetwork, name: "wide", layers: [{ type: "dense", units: 30 }] });

describe("a stream is learned: fewer mistakes than by guessing", () => {
  test.each<BaselineName | "nsm">(["nsm", "relu", "batch-normalization", "weight-normalization", "binary"])(
    "by %s",
    async (kind) => {
      const learner = await open(kind === "nsm" ? wide : baseline(wide, kind));
      await learnDigits(learner, 0, 300);
      const before = learner.score();
      await learnDigits(learner, 300, 400);
      const { examples, mistakes, nll } = learner.score();
      expect(examples).toBe(400);
      const right = 100 - (mistakes - before.mistakes);
      expect(binomialUpperP(right, 100, 1 / 3)).toBeLessThan(1e-4);
      expect(nll).toBeGreaterThan(0);
      await learner.close();
    },
  );
});

test("a stream is learned by Muon", async () => {
  const learner = await open(wide, { optimizer: { type: "muon" }, learningRate: 0.02 });
  await learnDigits(learner, 0, 300);
  const before = learner.score();
  await learnDigits(learner, 300, 400);
  const right = 100 - (learner.score().mistakes - before.mistakes);
  expect(binomialUpperP(right, 100, 1 / 3)).toBeLessThan(1e-4);
  await learner.close();
});

test("a model goes on from what it knows", async () => {
  const teacher = await open();
  await learnDigits(teacher, 0, 200);
  const model = teacher.model();
  const pupil = await openOnlineLearner(model, options);
  expect(pupil.model()).toEqual(model);
  await pupil.learn(imageOf(0), labelOf(0));
  // Neither writes into the other's.
  expect(teacher.model()).toEqual(model);
  await Promise.all([teacher.close(), pupil.close()]);
});

describe("a learner's folder", () => {
  test.each<[string, BaselineName | undefined, OnlineOptions]>([
    ["an NSM", undefined, {}],
    ["batch normalization", "batch-normalization", {}],
    ["an NSM by Muon", undefined, { optimizer: { type: "muon" }, learningRate: 0.02 }],
  ])("holds all of it: %s goes on in the same bits", async (_what, kind, more) => {
    const network = kind ? baseline(smallNetwork, kind) : smallNetwork;
    const folder = join(await emptyFolder(), "learner");
    const [straight, first] = [await open(network, more), await open(network, more)];
    await learnDigits(straight, 0, 30);
    await learnDigits(first, 0, 10);
    await first.save(folder);
    await first.close();
    const second = await resumeOnlineLearner(folder, { threads: 1 });
    expect(second.score().examples).toBe(10);
    await learnDigits(second, 10, 20);
    await second.save(folder);
    const third = await resumeOnlineLearner(folder, { threads: 1 });
    await learnDigits(third, 20, 30);
    expect(third.model()).toEqual(straight.model());
    expect(third.score()).toEqual(straight.score());
    expect(third.settings).toEqual(straight.settings);
    expect((await readdir(join(folder, "checkpoints"))).sort()).toEqual([
      "step-000000010.safetensors",
      "step-000000020.safetensors",
    ]);
    await Promise.all([straight.close(), second.close(), third.close()]);
  });

  test("is saved again after a first try that failed before its checkpoint was written", async () => {
    const folder = await emptyFolder();
    const learner = await open();
    await learnDigits(learner, 0, 3);
    await learner.save(folder);
    await rm(join(folder, "checkpoints"), { recursive: true });
    const again = await open();
    await learnDigits(again, 0, 5);
    await again.save(folder);
    const resumed = await resumeOnlineLearner(folder);
    expect(resumed.score()).toEqual(again.score());
    await Promise.all([learner.close(), again.close(), resumed.close()]);
  });

  test("is the learner's own, and of no other that was saved there", async () => {
    const folder = await emptyFolder();
    const learner = await open();
    await learnDigits(learner, 0, 3);
    await learner.save(folder);
    const again = await open();
    await learnDigits(again, 0, 5);
    await expect(again.save(folder)).rejects.toThrow(CheckpointError);
    await expect(again.save(folder)).rejects.toThrow(/holds checkpoints, learner\.json.*resumeOnlineLearner/);
    const [one, other] = [await resumeOnlineLearner(folder), await resumeOnlineLearner(folder)];
    await learnDigits(one, 3, 5);
    await learnDigits(other, 3, 9);
    await one.save(folder);
    await expect(other.save(folder)).rejects.toThrow(/saved after 5 examples, this one after 3/);
    const kept = await resumeOnlineLearner(folder);
    expect(kept.model()).toEqual(one.model());
    await Promise.all([learner, again, one, other, kept].map((each) => each.close()));
  });

  test("holds nothing else: a run's is refused, and stays whole", async () => {
    const folder = await emptyFolder();
    const run = await train(smallNetwork, digits, { epochs: 1, out: folder, threads: 1 });
    const before = await readdir(join(folder, "checkpoints"));
    const learner = await open();
    await learnDigits(learner, 0, 90);
    await expect(learner.save(folder)).rejects.toThrow(/a folder that holds checkpoints/);
    expect(await readdir(join(folder, "checkpoints"))).toEqual(before);
    expect((await openRun(folder)).parameters).toEqual(run.parameters);
    await learner.close();
  });

  test("that is damaged is refused", async () => {
    const folder = await emptyFolder();
    const resumed = () => resumeOnlineLearner(folder, { threads: 1 });
    await expect(resumed()).rejects.toThrow(StorageError);
    await expect(resumed()).rejects.toThrow(/learner\.json/);
    const learner = await open();
    await learner.save(folder);
    await learner.close();
    const [file] = await readdir(join(folder, "checkpoints"));
    const checkpoint = join(folder, "checkpoints", file!);
    const bytes = await readFile(checkpoint);
    bytes[bytes.length - 1]! ^= 1;
    await writeFile(checkpoint, bytes);
    await expect(resumed()).rejects.toThrow(/checksum/);
    await writeFile(join(folder, "learner.json"), '{"format": "neural-sampling learner 1"}');
    await expect(resumed()).rejects.toThrow(CheckpointError);
  });
});

describe("refused, with nothing learned", () => {
  test.each<[string, Uint8Array, number, RegExp]>([
    ["an image of another size", new Uint8Array(35), 0, /35 pixels; expected 36/],
    ["no image", [1, 2] as unknown as Uint8Array, 0, /no Uint8Array of pixels/],
    ["a label that is no class", new Uint8Array(36), 3, /got 3; expected a whole number from 0 to 2/],
    ["a label that is no number", new Uint8Array(36), Number.NaN, /got NaN/],
  ])("%s", async (_what, image, label, message) => {
    const learner = await open();
    const before = learner.model();
    await expect(learner.learn(image, label)).rejects.toThrow(DataError);
    await expect(learner.learn(image, label)).rejects.toThrow(message);
    expect(learner.model()).toEqual(before);
    expect(learner.score()).toEqual({ examples: 0, mistakes: 0, nll: 0 });
    // The next one is learned.
    await learner.learn(imageOf(0), labelOf(0));
    expect(learner.score().examples).toBe(1);
    await learner.close();
  });

  test.each<[string, number, OnlineOptions]>([
    ["weights", 1, { optimizer: { type: "sgd", weightDecay: 1e9 }, learningRate: 1e37 }],
    // Squares of gradients overflow, steps become 0: neither the loss nor the weights show it.
    ["the optimiser's", 1e20, {}],
  ])("numbers that are no longer finite: %s", async (_what, scale, more) => {
    const network = baseline(wide, "relu");
    const start = await open(network);
    const { parameters } = start.model();
    const large = { ...parameters, "readout.weight": parameters["readout.weight"]!.map((w) => scale * w) };
    const learner = await openOnlineLearner({ network, parameters: large }, { ...options, ...more });
    const before = learner.model();
    await expect(learner.learn(imageOf(0), labelOf(0))).rejects.toThrow(NumericError);
    expect(learner.model()).toEqual(before);
    expect(learner.score().examples).toBe(0);
    await learner.save(await emptyFolder());
    await Promise.all([start.close(), learner.close()]);
  });

  test.each<[OnlineOptions, RegExp]>([
    [{ passes: 0 }, /at passes/],
    [{ learningRate: 0 }, /at learningRate/],
    [{ seed: -1 }, /at seed/],
    [{ epochs: 3 } as OnlineOptions, /epochs/],
  ])("settings %j", async (wrong, message) => {
    const opened = open(smallNetwork, wrong);
    await expect(opened).rejects.toThrow(ConfigError);
    await expect(opened).rejects.toThrow(message);
  });

  test("a network that drops units in training alone", async () => {
    await expect(open(baseline(smallNetwork, "dropout"))).rejects.toThrow(/layers\.0, which drops/);
    await expect(open(baseline(smallNetwork, "drop-connect"))).rejects.toThrow(ConfigError);
    const kept = await open(baseline(smallNetwork, "monte-carlo-dropout"));
    expect((await kept.learn(imageOf(0), 0)).samples).toBe(4);
    await kept.close();
  });

  test("a network whose pixels were never measured", async () => {
    const network = parseNetwork({ ...smallNetwork, encoding: "standard" });
    await expect(open(network)).rejects.toThrow(/no statistics of the pixels/);
  });

  test("what is asked of a closed learner", async () => {
    const learner = await open();
    const last = learner.learn(imageOf(0), 0);
    await learner.close();
    await learner.close();
    expect((await last).samples).toBe(4);
    await expect(learner.learn(imageOf(0), 0)).rejects.toThrow(ConfigError);
    await expect(learner.predict(imageOf(0))).rejects.toThrow(/closed/);
  });
});

/** A run that stops and goes on ends in the same bits as one that does not; one that should not go on is refused. */
import { spawn, spawnSync } from "node:child_process";
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { CheckpointError, ConfigError, DeviceError, StorageError } from "../../../src/errors.ts";
import { initialParameters } from "../../../src/networks/initialize.ts";
import { encodeModelFile, readModel } from "../../../src/networks/model-file.ts";
import { parametersOf } from "../../../src/networks/plan.ts";
import {
  openRun,
  type ResumeOptions,
  type Run,
  resume,
  type TrainOptions,
  train,
} from "../../../src/training/runs/run.ts";
import { emptyFolder } from "../../datasets/folder.ts";
import { populations } from "../../inference/models.ts";
import { smallNetwork as network, smallSplit } from "../digits.ts";

const split = smallSplit();
/** Two epochs of three steps, the last of them of six images. */
const settings: TrainOptions = { epochs: 2, batch: 8, threads: 1, learningRate: 0.02, warmupSteps: 2 };
const STEPS = 6;
const notes = { threshold: 0.5, version: "test" };

/** Options that end a run after step `step`. */
const until = (step: number): Pick<ResumeOptions, "signal" | "onStep"> => {
  const abort = new AbortController();
  return {
    signal: abort.signal,
    onStep: ({ position }) => {
      if (position.step === step) abort.abort();
    },
  };
};

const bytesOfFolder = async (folder: string): Promise<Record<string, Buffer>> => {
  const names = (await readdir(folder, { recursive: true })).filter((name) => name.includes("."));
  const contents = await Promise.all(names.map((name) => readFile(join(folder, name))));
  return Object.fromEntries(names.map((name, k) => [name, contents[k]!]));
};

const expectSameRun = (run: Run, other: Run): void => {
  expect(run.parameters).toEqual(other.parameters);
  expect(run.epochs).toEqual(other.epochs);
  expect(run.step).toBe(other.step);
};

describe.each<[string, TrainOptions]>([
  ["Adam, weight decay", { ...settings, optimizer: { type: "adam", weightDecay: 0.01 } }],
  [
    "SGD with momentum, clipped, data-dependent start",
    {
      ...settings,
      optimizer: { type: "sgd" },
      clipNorm: 0.5,
      initialization: "data",
    },
  ],
  [
    "averaged weights, smoothed labels",
    { ...settings, averaging: { decay: 0.9 }, labelSmoothing: 0.1, initialization: "data" },
  ],
  ["Muon", { ...settings, optimizer: { type: "muon" }, learningRate: 0.1 }],
  // One step an epoch, of which 22 rows count.
  ["two replicas", { ...settings, epochs: STEPS, threads: 2, batch: 32 }],
  [
    "two replicas, Muon, clipped",
    {
      ...settings,
      ...{ epochs: STEPS, threads: 2, batch: 32, clipNorm: 0.5, learningRate: 0.1 },
      optimizer: { type: "muon" },
    },
  ],
])("stopped and resumed, in the bits of the uninterrupted run: %s", (_name, options) => {
  test("at any step", async () => {
    const whole = await train(network, split, options);
    for (let step = 1; step < STEPS; step++) {
      const out = await emptyFolder();
      const part = await train(network, split, { ...options, ...until(step), out });
      expect(part.step).toBe(step);
      expectSameRun(await resume(out, split), whole);
    }
  });

  test("again and again, down to the bytes of its files", async () => {
    const [out, other] = [await emptyFolder(), await emptyFolder()];
    await train(network, split, { ...options, out });
    await train(network, split, { ...options, ...until(1), out: other });
    for (const step of [2, 3, 5]) await resume(other, split, until(step));
    await resume(other, split);
    const [whole, parts] = [await bytesOfFolder(out), await bytesOfFolder(other)];
    // Which step came before the last is where it was stopped.
    expect(parts["run.json"]).toEqual(whole["run.json"]);
    expect(parts["metrics.jsonl"]).toEqual(whole["metrics.jsonl"]);
    const last = join("checkpoints", "step-000000006.safetensors");
    expect(parts[last]).toBeDefined();
    expect(parts[last]).toEqual(whole[last]);
  });
});

test("populations with learned thresholds, stopped and resumed, in the bits of the uninterrupted run", async () => {
  const net = populations();
  const options: TrainOptions = {
    ...settings,
    optimizer: { type: "muon", adam: { weightDecay: 0.01 } },
    learningRate: 0.1,
    averaging: { decay: 0.9 },
    initialization: "data",
  };
  const start = initialParameters(parametersOf(net), 1);
  const whole = await train(net, split, options);
  expect(whole.parameters["layers.3.threshold"]).not.toEqual(start["layers.3.threshold"]);
  for (const step of [1, 4]) {
    const out = await emptyFolder();
    await train(net, split, { ...options, ...until(step), out });
    expectSameRun(await resume(out, split), whole);
    const { network: described, parameters } = await openRun(out);
    expect(described).toEqual(net);
    expect(readModel(encodeModelFile({ network: described, parameters }, notes)).parameters).toEqual(
      parameters,
    );
  }
});

describe("resuming", () => {
  test("a run that is done changes nothing", async () => {
    const out = await emptyFolder();
    const run = await train(network, split, { ...settings, out });
    const before = await bytesOfFolder(out);
    expectSameRun(await resume(out, split), run);
    expect(await bytesOfFolder(out)).toEqual(before);
  });

  test("with more epochs goes on, and says so in run.json", async () => {
    const out = await emptyFolder();
    await train(network, split, { ...settings, out });
    const longer = await resume(out, split, { epochs: 3 });
    expect(longer).toMatchObject({ step: 9, description: { training: { epochs: 3 } } });
    expect(longer.epochs.map(({ epoch }) => epoch)).toEqual([1, 2, 3]);
    expectSameRun(await openRun(out), longer);
  });

  test("with a constant rate and more epochs ends in the bits of a run of that many", async () => {
    const constant: TrainOptions = { ...settings, schedule: { type: "constant" } };
    const out = await emptyFolder();
    await train(network, split, { ...constant, out });
    expectSameRun(
      await resume(out, split, { epochs: 3 }),
      await train(network, split, { ...constant, epochs: 3 }),
    );
  });

  test("with as many epochs as are done is done", async () => {
    const out = await emptyFolder();
    await train(network, split, { ...settings, ...until(3), out });
    expect((await resume(out, split, { epochs: 1 })).step).toBe(3);
  });

  test("a run whose process was killed takes its lock over, and leaves none", async () => {
    const out = await emptyFolder();
    await train(network, split, { ...settings, ...until(2), out });
    const ended = spawnSync(process.execPath, ["-e", ""]).pid;
    for (const pid of [ended, process.pid]) await writeFile(join(out, `lock-${pid}`), "");
    await resume(out, split);
    expect((await readdir(out)).sort()).toEqual(["checkpoints", "metrics.jsonl", "run.json", "times.jsonl"]);
  });

  test("one that ended and was not waited for counts as killed", async () => {
    const out = await emptyFolder();
    await train(network, split, { ...settings, ...until(2), out });
    // The child ends once the shell has become a program that never asks for it: the shell itself might have asked.
    const child = "until grep -q sleep /proc/$$/comm; do sleep 0.01; done";
    const parent = spawn("sh", ["-c", `(${child}) & echo $!; exec sleep 60`]);
    const pid = Number(await new Promise((resolve) => parent.stdout.once("data", resolve)));
    await expect.poll(() => readFile(`/proc/${pid}/stat`, "utf8")).toMatch(/\) Z /);
    await writeFile(join(out, `lock-${pid}`), "");
    expect((await resume(out, split)).step).toBe(STEPS);
    parent.kill();
  });

  test("with its data elsewhere notes their folder", async () => {
    const out = await emptyFolder();
    await train(network, split, { ...settings, ...until(1), out, dataFolder: "/before" });
    await resume(out, split, { ...until(2), dataFolder: "/now" });
    expect((await resume(out, split)).description.data.folder).toBe("/now");
  });

  test("with other versions notes them with the step, once, and keeps those of the start", async () => {
    const out = await emptyFolder();
    const { description } = await train(network, split, { ...settings, ...until(1), out });
    const file = join(out, "run.json");
    const older = { ...description.versions, onnxruntime: "1.0.0" };
    await writeFile(file, JSON.stringify({ ...description, versions: older }));
    for (const step of [2, 4]) await resume(out, split, until(step));
    const noted = { versions: older, resumed: [{ step: 1, versions: description.versions }] };
    expect(JSON.parse(await readFile(file, "utf8"))).toMatchObject(noted);
    expect((await resume(out, split)).description).toMatchObject(noted);
    // Nothing is left to train: nothing goes on with these versions.
    await writeFile(file, JSON.stringify({ ...description, versions: older }));
    expect((await resume(out, split)).description.resumed).toBeUndefined();
  });

  test("drops metrics of epochs after the checkpoint", async () => {
    const out = await emptyFolder();
    const whole = await train(network, split, { ...settings, out });
    // As if the machine had stopped between the last epoch's metrics and its checkpoint.
    await rm(join(out, "checkpoints", "step-000000006.safetensors"));
    expect((await openRun(out)).epochs).toHaveLength(1);
    expectSameRun(await resume(out, split), whole);
  });

  test("a run that was killed before its first checkpoint starts it again", async () => {
    const out = await emptyFolder();
    const whole = await train(network, split, { ...settings, out });
    await rm(join(out, "checkpoints"), { recursive: true });
    await expect(openRun(out)).rejects.toThrow(CheckpointError);
    expectSameRun(await resume(out, split), whole);
  });
});

describe("refused, and the folder left as it was", () => {
  const start = async (): Promise<string> => {
    const out = await emptyFolder();
    await train(network, split, { ...settings, ...until(5), out });
    return out;
  };

  const expectRefusal = async (
    folder: string,
    images: typeof split,
    options: ResumeOptions,
    error: typeof ConfigError,
    message: string | RegExp,
  ): Promise<void> => {
    const before = await bytesOfFolder(folder);
    const resumed = resume(folder, images, options);
    await expect(resumed).rejects.toThrow(error);
    await expect(resumed).rejects.toThrow(message);
    expect(await bytesOfFolder(folder)).toEqual(before);
  };

  test.each([
    ["fewer epochs than are under way", { epochs: 1 }, /1 epochs.*at least 2/],
    ["no epoch", { epochs: 0 }, /0 epochs/],
    ["half an epoch", { epochs: 2.5 }, /2\.5 epochs/],
  ])("%s", async (_what, options, message) => {
    await expectRefusal(await start(), split, options, ConfigError, message);
  });

  test("no epoch for a run that has not started either", async () => {
    const out = await start();
    await rm(join(out, "checkpoints"), { recursive: true });
    await expectRefusal(out, split, { epochs: 0 }, ConfigError, "epochs");
  });

  test("threads that no run.json may hold", async () => {
    await expectRefusal(await start(), split, { threads: 1.5 }, ConfigError, "threads");
  });

  test("a device that is not there", async () => {
    // npm's package of ONNX Runtime has no CUDA libraries unless its install script fetched them.
    await expectRefusal(await start(), split, { device: "cuda" }, DeviceError, "device cuda");
  });

  test("a run that another process is training", async () => {
    const out = await start();
    const lock = join(out, `lock-${process.ppid}`);
    await writeFile(lock, "");
    await expectRefusal(out, split, {}, CheckpointError, `process ${process.ppid} is training`);
    await expect(train(network, split, { ...settings, out })).rejects.toThrow("is training");
    await rm(lock);
    expectSameRun(await resume(out, split), await train(network, split, settings));
  });

  test("a run that this process is training already", async () => {
    const out = await start();
    const outcomes = await Promise.allSettled([resume(out, split), resume(out, split)]);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    const refused = outcomes.find((outcome) => outcome.status === "rejected")!;
    expect(refused.reason).toBeInstanceOf(CheckpointError);
    expectSameRun(await openRun(out), await train(network, split, settings));
  });

  test.each([
    ["pixels", { ...split, images: split.images.map((pixel, k) => (k === 100 ? pixel ^ 1 : pixel)) }],
    ["labels", { ...split, labels: split.labels.map((label, k) => (k === 3 ? (label + 1) % 3 : label)) }],
    ["count", smallSplit(21)],
    ["shape", { ...split, shape: [1, 4, 9] as const }],
  ])("data of other %s", async (_what, other) => {
    await expectRefusal(await start(), other, {}, CheckpointError, /other data.*test, digits/);
  });

  test("a folder that is no run, and one that is not there", async () => {
    const empty = await emptyFolder();
    await expectRefusal(empty, split, {}, StorageError, /run folder.*--out/);
    const none = join(empty, "none");
    for (const open of [() => openRun(none), () => resume(none, split)])
      await expect(open()).rejects.toThrow(StorageError);
  });

  describe("run.json", () => {
    type Json = Record<string, Record<string, unknown>>;
    test.each<[string, (json: Json) => unknown, string?]>([
      ["truncated", (json) => JSON.stringify(json).slice(0, 200), "got no whole JSON document"],
      ["empty", () => "", "got no whole JSON document"],
      ["of another format", (json) => ({ ...json, format: "neural-sampling run 2" })],
      ["without a field", ({ data: _, ...json }) => json],
      ["with an unknown field", (json) => ({ ...json, comment: "mine" })],
      ["with a setting out of range", (json) => ({ ...json, training: { ...json.training, batch: 0 } })],
      ["with a network that is none", (json) => ({ ...json, network: { ...json.network, layers: [] } })],
    ])("%s", async (_what, change, given = "") => {
      const out = await start();
      const file = join(out, "run.json");
      const changed = change(JSON.parse(await readFile(file, "utf8")));
      await writeFile(file, typeof changed === "string" ? changed : JSON.stringify(changed));
      await expectRefusal(out, split, {}, CheckpointError, `reading ${file}: ${given}`);
      await expect(openRun(out)).rejects.toThrow(CheckpointError);
    });

    test.each<[string, (json: Json) => unknown]>([
      ["another learning rate", (json) => ({ ...json, training: { ...json.training, learningRate: 0.5 } })],
      ["another seed", (json) => ({ ...json, training: { ...json.training, seed: 2 } })],
      [
        "other noise",
        (json) => ({ ...json, network: { ...json.network, noise: { type: "gaussian", sigma: 1 } } }),
      ],
    ])("of another configuration than its checkpoints: %s", async (_what, change) => {
      const out = await start();
      const file = join(out, "run.json");
      await writeFile(file, JSON.stringify(change(JSON.parse(await readFile(file, "utf8")))));
      await expectRefusal(out, split, {}, CheckpointError, /another configuration.*run\.json/);
      await expect(openRun(out)).rejects.toThrow(/another configuration/);
    });
  });

  test("metrics that are no metrics", async () => {
    const out = await start();
    const file = join(out, "metrics.jsonl");
    const lines = await readFile(file, "utf8");
    await writeFile(file, `${lines}{"epoch": 2\n`);
    await expectRefusal(out, split, {}, CheckpointError, `${file}, line 2`);
    // Its line removed, the run goes on.
    await writeFile(file, lines);
    expectSameRun(await resume(out, split), await train(network, split, settings));
  });
});

/** Killed with SIGKILL at any moment and resumed, a run ends in the same bits as one never killed. */
import { createHash } from "node:crypto";
import { type FSWatcher, watch } from "node:fs";
import { access, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { key } from "../../src/random/key.ts";
import { reader } from "../../src/random/reader.ts";
import { makeFolder, removeFolder, type Started, startNsm, writeDigits, writeNetwork } from "./nsm.ts";

const EPOCHS = 100;
/** Large enough for two threads to share. */
const BATCH = 32;
/** Of an epoch. */
const STEPS = 20;
const KILLS = 32;
/** A life that does not end in start-up lasts at most so many epochs. */
const LONGEST_LIFE = 5;
/** Kills that must have left an unfinished checkpoint beside the finished ones. */
const AIMED_AND_HIT = 3;

let folder: string;
let settings: string[];

beforeAll(async () => {
  folder = await makeFolder();
  const data = await writeDigits(join(folder, "digits"), BATCH * STEPS, 20);
  const network = await writeNetwork(folder, 200);
  settings = ["train", "--network", network, "--data", data, "--epochs", `${EPOCHS}`, "--batch", `${BATCH}`];
  settings.push("--initialization", "data", "--samples", "1", "--threads", "2");
});
afterAll(() => removeFolder(folder));

const next = reader(key(20191026, "kills"));
const uniform = (): number => (next() >>> 0) / 2 ** 32;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const isThere = (file: string): Promise<boolean> =>
  access(file).then(
    () => true,
    () => false,
  );

/** Starts the run in `out`, or goes on with it. */
const live = async (out: string): Promise<Started> =>
  (await isThere(join(out, "run.json")))
    ? startNsm(["train", "--resume", out, "--samples", "1"])
    : startNsm([...settings, "--out", out]);

const checkpointsOf = (out: string): Promise<readonly string[]> =>
  readdir(join(out, "checkpoints")).catch(() => []);

/** Epochs that the run in `out` will find done. */
const epochsDone = async (out: string): Promise<number> => {
  const steps = (await checkpointsOf(out)).map((name) =>
    Number(/^step-(\d+)\.safetensors$/.exec(name)?.[1] ?? 0),
  );
  return Math.floor(Math.max(0, ...steps) / STEPS);
};

/** Every file of a run but its wall times, with the SHA-256 of its contents. */
const contentsOf = async (run: string): Promise<Record<string, string>> => {
  const files = (await readdir(run)).filter((name) => !["checkpoints", "times.jsonl"].includes(name));
  const names = [...files, ...(await checkpointsOf(run)).map((name) => join("checkpoints", name))];
  const read = names.sort().map(async (name) => [name, digest(await readFile(join(run, name)))]);
  return Object.fromEntries(await Promise.all(read));
};

const digest = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

/** Runs a run to its end, and says how long its start and an epoch of it take, in milliseconds. */
const runWhole = async (out: string): Promise<{ startup: number; epoch: number }> => {
  const began = performance.now();
  const life = await live(out);
  await life.says(/^epoch 1\//m);
  const startup = performance.now() - began;
  await life.says(new RegExp(`^epoch ${EPOCHS}/`, "m"));
  const epoch = (performance.now() - began - startup) / (EPOCHS - 1);
  expect(await life.outcome).toMatchObject({ status: 0 });
  return { startup, epoch };
};

/** Resolves when an unfinished file appears among the checkpoints, as soon as the system tells. */
const writingBegins = (out: string): Promise<void> => {
  let watcher: FSWatcher;
  return new Promise<void>((resolve) => {
    watcher = watch(join(out, "checkpoints"), (_, name) => name?.endsWith(".nsm-part") && resolve());
  }).finally(() => watcher.close());
};

test(`${KILLS} kills at random moments change no bit of a run`, { timeout: 300_000 }, async () => {
  const { startup, epoch } = await runWhole(join(folder, "whole"));
  const whole = await contentsOf(join(folder, "whole"));
  /** The moment to kill a life at. */
  const moment = async (life: Started, out: string): Promise<void> => {
    const kind = uniform();
    // In start-up: in making the run's folder, in resuming.
    if (kind < 0.25) return pause(uniform() * startup);
    const epochs = (await epochsDone(out)) + 1 + Math.floor(uniform() * LONGEST_LIFE);
    await life.says(new RegExp(`^epoch ${epochs}/`, "m"));
    // Anywhere from one epoch's end to behind the next one's.
    if (kind < 0.6) return pause(uniform() * 2 * epoch);
    // While a checkpoint is being written.
    await writingBegins(out);
  };

  let out = join(folder, "killed-1");
  let runs = 1;
  let unfinished = 0;
  for (let kills = 0; kills < KILLS; ) {
    const life = await live(out);
    await Promise.race([moment(life, out).catch(() => {}), life.outcome]);
    life.process.kill("SIGKILL");
    const { status, stderr } = await life.outcome;
    if (status === "SIGKILL") {
      kills++;
      if ((await checkpointsOf(out)).some((name) => name.endsWith(".nsm-part"))) unfinished++;
    } else {
      // It came to its end before: another run takes the kills that are left.
      expect({ status, stderr }).toEqual({ status: 0, stderr });
      expect(await contentsOf(out)).toEqual(whole);
      out = join(folder, `killed-${++runs}`);
    }
  }
  expect(await (await live(out)).outcome).toMatchObject({ status: 0 });
  expect(await contentsOf(out)).toEqual(whole);
  expect(unfinished).toBeGreaterThanOrEqual(AIMED_AND_HIT);
});

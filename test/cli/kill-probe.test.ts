/** Killed with SIGKILL at any moment and resumed, a run ends in the same bits as one never killed. */
import { access, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { key } from "../../src/random/key.ts";
import { reader } from "../../src/random/reader.ts";
import { makeFolder, removeFolder, startNsm, writeDigits, writeNetwork } from "./nsm.ts";

const EPOCHS = 240;
/** Of an epoch: 600 digits in batches of 20. */
const STEPS = 30;
/** The last of them falls long before the run would end by itself: a life lasts at most so many epochs. */
const KILLS = 30;
const LONGEST_LIFE = 12;
/** Share of the lives that end before their first epoch: in start-up, in making the run's folder, in resuming. */
const STILLBORN = 0.25;

let folder: string;
let settings: string[];

beforeAll(async () => {
  folder = await makeFolder();
  const data = await writeDigits(join(folder, "digits"), 600, 20);
  const network = await writeNetwork(folder, 64);
  settings = ["train", "--network", network, "--data", data, "--epochs", `${EPOCHS}`, "--batch", "20"];
  settings.push("--initialization", "data", "--samples", "1", "--threads", "1");
});
afterAll(() => removeFolder(folder));

const isThere = (file: string): Promise<boolean> =>
  access(file).then(
    () => true,
    () => false,
  );

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Starts the run in `out`, or goes on with it. */
const live = async (out: string) =>
  startNsm(
    (await isThere(join(out, "run.json")))
      ? ["train", "--resume", out, "--samples", "1"]
      : [...settings, "--out", out],
  );

/** Epochs that the run in `out` will find done. */
const epochsDone = async (out: string): Promise<number> => {
  const files = await readdir(join(out, "checkpoints")).catch(() => []);
  const steps = files.map((name) => Number(/^step-(\d+)\.safetensors$/.exec(name)?.[1] ?? 0));
  return Math.floor(Math.max(0, ...steps) / STEPS);
};

/** Every file of a run with its contents. */
const contentsOf = async (run: string): Promise<Record<string, string>> => {
  const files = (await readdir(run)).filter((name) => name !== "checkpoints");
  const checkpoints = (await readdir(join(run, "checkpoints"))).map((name) => join("checkpoints", name));
  const read = [...files, ...checkpoints]
    .sort()
    .map(async (name) => [name, await readFile(join(run, name), "base64")]);
  return Object.fromEntries(await Promise.all(read));
};

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

test(`${KILLS} kills at random moments change no bit of a run`, { timeout: 300_000 }, async () => {
  const { startup, epoch } = await runWhole(join(folder, "whole"));
  const out = join(folder, "killed");
  const next = reader(key(20191026, "kills"));
  const uniform = (): number => (next() >>> 0) / 2 ** 32;
  let [early, late] = [0, 0];
  for (let kill = 0; kill < KILLS; kill++) {
    const life = await live(out);
    if (uniform() < STILLBORN) {
      await pause(uniform() * startup);
      early++;
    } else {
      // A checkpoint is written as each epoch ends: within two epochs every moment of it is met.
      const first = await epochsDone(out);
      await life.says(new RegExp(`^epoch ${first + 1 + Math.floor(uniform() * LONGEST_LIFE)}/`, "m"));
      await pause(uniform() * 2 * epoch);
      late++;
    }
    life.process.kill("SIGKILL");
    expect(await life.outcome).toMatchObject({ status: "SIGKILL" });
    const all = (await readdir(out, {recursive:true}).catch(()=>[])).filter((n) => n.endsWith("nsm-part")); if (all.length) console.log("PART", kill, all);
  }
  expect(early).toBeGreaterThan(0);
  expect(late).toBeGreaterThan(KILLS / 2);
  expect(await (await live(out)).outcome).toMatchObject({ status: 0 });
  expect(await contentsOf(out)).toEqual(await contentsOf(join(folder, "whole")));
});

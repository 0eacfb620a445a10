/**
 * Trains the networks that come with the studio, if they are not there: mnist-cnn on the embedded digits, calibrated
 * on held-out ones, and its conventional twin; nmnist-cnn on recordings that are made of them; and finds the test digits
 * that mnist-cnn is surest and least sure of. Writes studio/public/models, which git ignores. Needs a build.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { mnist, openPredictor, readModel } from "../dist/index.js";
import { writeRecordings } from "./made-recordings.mjs";

const EPOCHS = 5;
const HELD_OUT = 1000;
const SAMPLES = 20;

const folder = fileURLToPath(new URL("../studio/public/models", import.meta.url));
const launcher = fileURLToPath(new URL("../bin/nsm.js", import.meta.url));

/** Frames of recordings that `nsm train` keeps are of no use behind it. */
const cache = mkdtempSync(join(tmpdir(), "studio-cache-"));
process.on("exit", () => rmSync(cache, { recursive: true, force: true }));

const nsm = (...words) => {
  const { status } = spawnSync(process.execPath, [launcher, ...words], {
    stdio: ["ignore", "ignore", "inherit"],
    env: { ...process.env, XDG_CACHE_HOME: cache },
  });
  if (status !== 0) throw new Error(`nsm ${words.join(" ")} ended with status ${status}`);
};

const train = (network, run, ...flags) =>
  nsm("train", network, "--epochs", EPOCHS, "--samples", SAMPLES, "--out", run, ...flags);

const trainOnDigits = (run, ...flags) => train("mnist-cnn", run, "--validation", HELD_OUT, ...flags);

/** Written elsewhere first, so that an interrupted run leaves no half model. */
const make = async (name, prepare) => {
  const file = join(folder, `${name}.safetensors`);
  if (existsSync(file)) return;
  console.log(`training ${name} for the studio`);
  const work = mkdtempSync(join(tmpdir(), "studio-model-"));
  try {
    const run = join(work, "run");
    await prepare(run);
    nsm("export", run, "--format", "safetensors", "--out", join(work, "model"));
    mkdirSync(folder, { recursive: true });
    renameSync(join(work, "model"), file);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
};

/** Digits of each kind. */
const EXAMPLES = 6;

/** The digits of the lowest entropy, one of each class at most, and those of the highest that are not unlike all digits. */
const findExamples = async () => {
  const model = readModel(readFileSync(join(folder, "mnist-cnn.safetensors")));
  const { test } = await mnist();
  const size = test.images.length / test.count;
  const images = Array.from({ length: test.count }, (_, k) => test.images.slice(k * size, (k + 1) * size));
  const predictor = await openPredictor(model);
  const found = await predictor.predict(images);
  await predictor.close();
  const sorted = [...found.keys()].sort((a, b) => found[a].entropy - found[b].entropy);
  const classes = new Set();
  const surest = sorted
    .filter(
      (k) => found[k].label === test.labels[k] && !classes.has(test.labels[k]) && classes.add(test.labels[k]),
    )
    .slice(0, EXAMPLES);
  const leastSure = sorted
    .reverse()
    .filter((k) => found[k].verdict !== "unlike")
    .slice(0, EXAMPLES);
  const stored = (k) => ({
    ...{ index: k, label: test.labels[k], entropy: found[k].entropy },
    pixels: Buffer.from(images[k]).toString("base64"),
  });
  return { surest: surest.map(stored), leastSure: leastSure.map(stored) };
};

const examples = join(folder, "examples.json");
if (!existsSync(join(folder, "mnist-cnn.safetensors"))) rmSync(examples, { force: true });

await make("mnist-cnn", (run) => {
  trainOnDigits(run);
  nsm("calibrate", run, "--samples", SAMPLES);
});
await make("mnist-cnn-relu", (run) => trainOnDigits(run, "--conventional"));
await make("nmnist-cnn", async (run) => {
  const recordings = `${run}-recordings`;
  await writeRecordings(recordings);
  train("nmnist-cnn", run, "--data", recordings);
});

if (!existsSync(examples)) writeFileSync(examples, JSON.stringify(await findExamples()));

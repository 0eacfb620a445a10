/**
 * Trains the networks that come with the studio, if they are not there: mnist-cnn on the embedded digits, calibrated
 * on held-out ones, and its conventional twin. Writes studio/public/models, which git ignores. Needs a build.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const EPOCHS = 5;
const HELD_OUT = 1000;
const SAMPLES = 20;

const folder = fileURLToPath(new URL("../studio/public/models", import.meta.url));
const launcher = fileURLToPath(new URL("../bin/nsm.js", import.meta.url));

const nsm = (...words) => {
  const { status } = spawnSync(process.execPath, [launcher, ...words], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  if (status !== 0) process.exit(status ?? 1);
};

const train = (run, ...flags) =>
  nsm(
    "train",
    "mnist-cnn",
    "--epochs",
    EPOCHS,
    "--validation",
    HELD_OUT,
    "--samples",
    SAMPLES,
    "--out",
    run,
    ...flags,
  );

/** Written elsewhere first, so that an interrupted run leaves no half model. */
const make = (name, prepare) => {
  const file = join(folder, `${name}.safetensors`);
  if (existsSync(file)) return;
  console.log(`training ${name} for the studio`);
  const work = mkdtempSync(join(tmpdir(), "studio-model-"));
  try {
    const run = join(work, "run");
    prepare(run);
    nsm("export", run, "--format", "safetensors", "--out", join(work, "model"));
    mkdirSync(folder, { recursive: true });
    renameSync(join(work, "model"), file);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
};

make("mnist-cnn", (run) => {
  train(run);
  nsm("calibrate", run, "--samples", SAMPLES);
});
make("mnist-cnn-relu", (run) => train(run, "--conventional"));

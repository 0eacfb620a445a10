import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Json, makeFolder, nsm, nsmJson, removeFolder, writeDigits, writeNetwork } from "./nsm.ts";

let folder: string;
let network: string;
let data: string;

beforeAll(async () => {
  folder = await makeFolder();
  network = await writeNetwork(folder);
  data = await writeDigits(join(folder, "digits"), 300, 60);
});
afterAll(() => removeFolder(folder));

const settings = (out: string): string[] => {
  return ["train", "--network", network, "--data", data, "--samples", "3", "--out", join(folder, out)];
};

const runJson = async (out: string): Promise<Json> =>
  JSON.parse(await readFile(join(folder, out, "run.json"), "utf8"));

const checkpoints = async (out: string): Promise<Buffer[]> => {
  const place = join(folder, out, "checkpoints");
  return Promise.all((await readdir(place)).sort().map((file) => readFile(join(place, file))));
};

test("train --json prints one document with the fields that scripts rely on", async () => {
  const { status, stdout, stderr } = await nsm([...settings("json"), "--epochs", "2", "--json"]);
  expect(status).toBe(0);
  const document = JSON.parse(stdout);
  expect(stdout).toBe(`${JSON.stringify(document)}\n`);
  expect(document).toEqual({
    run: join(folder, "json"),
    network: "tiny",
    epochs: 2,
    steps: 6,
    seconds: expect.any(Number),
    stepMs: expect.any(Number),
    dataWait: expect.any(Number),
    error: document.evaluation.error,
    evaluation: {
      split: `IDX data in ${data}, test, 60 images`,
      images: 60,
      samples: 3,
      error: expect.any(Number),
      errorInterval: [expect.any(Number), expect.any(Number)],
      nll: expect.any(Number),
      brier: expect.any(Number),
      ece: expect.any(Number),
      auroc: expect.any(Number),
      ...{ classwiseEce: expect.any(Number), adaptiveEce: expect.any(Number) },
      nllParts: {
        ...{
          uncertainty: expect.any(Number),
          resolution: expect.any(Number),
          reliability: expect.any(Number),
        },
        ...{ withinBins: expect.any(Number), otherClasses: expect.any(Number) },
      },
      seconds: expect.any(Number),
    },
  });
  expect(stderr).toMatch(
    /^epoch 2\/2 {2}training loss \d\.\d{4}, training error \d+\.\d\d % {2}[\d,]+ images\/s$/m,
  );
});

test("without a terminal there is a line an epoch on standard error, and the result on standard output", async () => {
  const { status, stdout, stderr } = await nsm([...settings("lines"), "--epochs", "3"]);
  expect(status).toBe(0);
  expect(stderr.match(/^epoch \d\/3 {2}training loss /gm)).toEqual([
    "epoch 1/3  training loss ",
    "epoch 2/3  training loss ",
    "epoch 3/3  training loss ",
  ]);
  expect(stdout).toMatch(/^trained tiny for 3 epochs, 9 steps: /);
  expect(stdout).toContain(`IDX data in ${data}, test, 60 images, 3 samples per image`);
  expect(stdout).toMatch(/error +\d+\.\d\d % +95 % interval \d+\.\d\d to \d+\.\d\d %/);
  expect(stdout + stderr).not.toContain("\x1b");
});

test("a resumed run says how many of its steps were done now", async () => {
  await nsm([...settings("part"), "--epochs", "2"]);
  const { stdout } = await nsm([
    ...["train", "--resume", join(folder, "part"), "--epochs", "3", "--samples", "1"],
  ]);
  expect(stdout).toMatch(/^trained tiny for 3 epochs, 9 steps, 3 of them now: /);
});

test("options reach the run", async () => {
  await nsmJson([
    ...settings("options"),
    ...["--sigma", "0.8", "--epochs", "1", "--batch", "50", "--seed", "7", "--learning-rate", "2e-3"],
    ...["--optimizer", "muon", "--momentum", "0.5", "--adam-learning-rate", "0.01", "--weight-decay", "1e-4"],
    ...["--label-smoothing", "0.1", "--averaging", "0.9"],
    ...["--schedule", "step", "--step-epochs", "2", "--step-factor", "0.25"],
    ...["--warmup-steps", "3", "--clip-norm", "5", "--initialization", "data", "--threads", "1"],
  ]);
  const { network, training, threads, device, data: recorded } = await runJson("options");
  expect(network.noise).toEqual({ type: "gaussian", sigma: 0.8 });
  expect(training).toEqual({
    epochs: 1,
    batch: 50,
    seed: 7,
    learningRate: 2e-3,
    optimizer: {
      type: "muon",
      momentum: 0.5,
      adam: { learningRate: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 1e-4 },
    },
    labelSmoothing: 0.1,
    averaging: { decay: 0.9 },
    schedule: { type: "step", epochs: 2, factor: 0.25 },
    warmupSteps: 3,
    clipNorm: 5,
    initialization: "data",
  });
  expect({ threads, device, folder: recorded.folder }).toEqual({ threads: 1, device: "cpu", folder: data });
});

test("a run without --out goes into a folder named after network, noise and seed", async () => {
  const args = [
    "train",
    "--network",
    network,
    "--data",
    data,
    "--samples",
    "1",
    "--epochs",
    "1",
    "--p",
    "0.25",
  ];
  const { run } = await nsmJson([...args, "--seed", "3"], { cwd: folder });
  expect(run).toBe("runs/tiny-bernoulli0.25-seed3");
  expect(await readdir(join(folder, run))).toContain("run.json");
});

test("--resume with more epochs goes on, with the data that the run recorded", async () => {
  await nsmJson([...settings("resumed"), "--epochs", "2", "--schedule", "constant"]);
  const longer = await nsmJson([
    "train",
    "--resume",
    join(folder, "resumed"),
    "--epochs",
    "4",
    "--samples",
    "3",
  ]);
  expect(longer).toMatchObject({ epochs: 4, steps: 12 });
  const atOnce = await nsmJson([...settings("at-once"), "--epochs", "4", "--schedule", "constant"]);
  // The schedule is constant, so that stretching the run changes no step.
  expect(longer.evaluation).toEqual({ ...atOnce.evaluation, seconds: longer.evaluation.seconds });
  expect(await checkpoints("resumed")).toEqual(await checkpoints("at-once"));
});

test("resuming a run that is done trains nothing and scores it", async () => {
  const first = await nsmJson([...settings("done"), "--epochs", "1"]);
  const again = await nsmJson(["train", "--resume", join(folder, "done"), "--samples", "3"]);
  expect(again).toMatchObject({ epochs: 1, steps: 3, stepMs: null, error: first.error });
});

test("a run on the embedded digits finds them again", async () => {
  const out = join(folder, "embedded");
  const name = "embedded MNIST subset: first 2,000 test digits";
  const args = ["train", "--network", network, "--epochs", "1", "--samples", "1", "--out", out];
  const trained = await nsmJson(args);
  expect(trained.evaluation).toMatchObject({ split: name, images: 2000 });
  expect((await runJson("embedded")).data.folder).toBeUndefined();
  const evaluated = await nsmJson(["evaluate", out, "--samples", "1"]);
  expect(evaluated).toMatchObject({ split: name, error: trained.error });
});

import { copyFile, mkdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { encode } from "fast-png";
import * as ort from "onnxruntime-node";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { mnist } from "../../src/datasets/mnist.ts";
import { readModel } from "../../src/networks/model-file.ts";
import { openRun } from "../../src/training/runs/run.ts";
import { emptyFolder, makeFolder, nsm, nsmJson, removeFolder, writeDigits, writeNetwork } from "./nsm.ts";

let folder: string;
let run: string;
let pictures: string[];

beforeAll(async () => {
  folder = await makeFolder();
  run = join(folder, "run");
  const data = await writeDigits(join(folder, "digits"), 1000, 200);
  const network = await writeNetwork(folder, 16);
  await nsmJson([
    "train",
    "--network",
    network,
    "--data",
    data,
    "--epochs",
    "3",
    "--samples",
    "1",
    "--out",
    run,
  ]);
  const { test } = await mnist();
  pictures = [0, 1, 2].map((k) => join(folder, `digit-${k}.png`));
  for (const [k, file] of pictures.entries()) {
    const pixels = test.images.slice(k * 784, (k + 1) * 784);
    await writeFile(file, encode({ width: 28, height: 28, channels: 1, depth: 8, data: pixels }));
  }
});
afterAll(() => removeFolder(folder));

describe("evaluate", () => {
  test("--json has the fields that scripts rely on", async () => {
    const document = await nsmJson(["evaluate", run, "--samples", "4"]);
    expect(Object.keys(document).sort()).toEqual(
      [
        "adaptiveEce",
        "auroc",
        "brier",
        "classwiseEce",
        "ece",
        "error",
        "errorInterval",
        "images",
        "network",
        "nll",
        "nllParts",
        "run",
        "samples",
        "seconds",
        "split",
        "step",
        "steps",
      ].sort(),
    );
    expect(document).toMatchObject({ images: 200, samples: 4 });
    expect(document.step).toBe(document.steps);
    const [lower, upper] = document.errorInterval;
    expect(lower).toBeLessThan(document.error);
    expect(upper).toBeGreaterThan(document.error);
  });

  test("the same seed gives the same numbers, another one others", async () => {
    const nll = async (...args: string[]): Promise<number> =>
      (await nsmJson(["evaluate", run, "--samples", "4", ...args])).nll;
    const first = await nll("--seed", "5");
    expect(await nll("--seed", "5")).toBe(first);
    expect(await nll("--seed", "6")).not.toBe(first);
  });

  test("--confidence ends images early, --law synapse draws another noise, --data other digits", async () => {
    const early = await nsmJson(["evaluate", run, "--samples", "200", "--confidence", "0.8"]);
    expect(early.samples).toBeLessThan(200);
    expect(early.samples).toBeGreaterThan(1);
    const data = await writeDigits(join(folder, "others"), 20, 30);
    const others = await nsmJson(["evaluate", run, "--samples", "2", "--law", "synapse", "--data", data]);
    expect(others).toMatchObject({ images: 30, samples: 2, split: `IDX data in ${data}, test, 30 images` });
  });

  test("for people: the split, and each number with what it means", async () => {
    const { status, stdout, stderr } = await nsm(["evaluate", run, "--samples", "2"]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    for (const word of [
      "test, 200 images, 2 samples",
      "error ",
      "95 % interval",
      "NLL ",
      "Brier ",
      "ECE ",
      "AUROC ",
    ])
      expect(stdout).toContain(word);
    const [, nll] = /NLL +([\d.]+) +nats/.exec(stdout)!;
    const [, parts] = /\n {2}NLL = (.*)/.exec(stdout)!;
    const sum = `+ ${parts}`
      .match(/[-+] \d\.\d{4}/g)!
      .reduce((total, part) => total + Number(part.replace(" ", "")), 0);
    // Six roundings to four digits.
    expect(Math.abs(sum - Number(nll))).toBeLessThanOrEqual(6 * 0.5e-4);
  });
});

describe("predict", () => {
  test("--json has an object an image", async () => {
    const predictions = await nsmJson(["predict", run, ...pictures, "--samples", "20"]);
    expect(predictions).toHaveLength(3);
    for (const [k, prediction] of predictions.entries()) {
      expect(prediction).toEqual({
        file: pictures[k],
        label: expect.any(Number),
        probabilities: expect.any(Array),
        entropy: expect.any(Number),
        mutualInformation: expect.any(Number),
        agreement: expect.any(Number),
        standardError: expect.any(Number),
        samples: 20,
        ...{ verdict: null, unfamiliarity: null, set: null },
        threshold: 0.22 * Math.log(10),
        unsure: prediction.entropy > 0.22 * Math.log(10),
        share: 0.22,
      });
      const { label, probabilities } = prediction;
      expect(probabilities).toHaveLength(10);
      expect(probabilities.reduce((sum: number, p: number) => sum + p, 0)).toBeCloseTo(1, 5);
      expect(probabilities[label]).toBe(Math.max(...probabilities));
    }
  });

  test("for people: a line an image, with words where it is not sure", async () => {
    const { status, stdout } = await nsm(["predict", run, ...pictures, "--samples", "20"]);
    expect(status).toBe(0);
    const predictions = await nsmJson(["predict", run, ...pictures, "--samples", "20"]);
    const lines = stdout.trimEnd().split("\n");
    expect(lines).toHaveLength(3);
    for (const [k, line] of lines.entries()) {
      const { label, probabilities, entropy } = predictions[k];
      expect(line).toMatch(
        new RegExp(
          `digit-${k}.png +${label} +probability ${probabilities[label].toFixed(3)} +entropy ${entropy.toFixed(3)}`,
        ),
      );
      expect(line.includes("not sure")).toBe(entropy > 0.22 * Math.log(10));
    }
    // So small a network, trained so briefly, has doubts.
    expect(stdout).toContain("not sure");
  });

  test("--unsure moves the threshold: at 0 all are unsure, at 1 none", async () => {
    const flags = async (share: string): Promise<boolean[]> =>
      (await nsmJson(["predict", run, ...pictures, "--unsure", share])).map(
        ({ unsure }: { unsure: boolean }) => unsure,
      );
    expect(await flags("0")).toEqual([true, true, true]);
    expect(await flags("1")).toEqual([false, false, false]);
  });

  test("folders are searched for pictures, by name", async () => {
    const place = join(folder, "pictures");
    await mkdir(join(place, "more"), { recursive: true });
    for (const name of ["10.png", "9.png", "more/1.png", ".hidden.png"])
      await copyFile(pictures[0]!, join(place, name));
    await writeFile(join(place, "notes.txt"), "no picture");
    const found = await nsmJson(["predict", run, place, pictures[1]!, "--samples", "2"]);
    const files = found.map(({ file }: { file: string }) => file);
    expect(files).toEqual([
      ...["9.png", "10.png", "more/1.png"].map((name) => join(place, name)),
      pictures[1],
    ]);
  });

  test("dark ink on a bright ground is noted, and predicted as usual with --invert", async () => {
    const [plain] = await nsmJson(["predict", run, pictures[0]!]);
    const negative = join(folder, "negative.png");
    const pixels = (await mnist()).test.images.subarray(0, 784).map((value) => 255 - value);
    await writeFile(negative, encode({ width: 28, height: 28, channels: 1, depth: 8, data: pixels }));
    const asIs = await nsm(["predict", run, negative, pictures[0]!]);
    expect(asIs.status).toBe(0);
    const reason = "of the training images (a bright border, not a dark one)";
    expect(asIs.stderr).toBe(
      `nsm: 1 of 2 pictures looks like a negative ${reason}, first ${negative}; if so, predict with --invert\n`,
    );
    const several = await nsm(["predict", run, pictures[0]!, negative, negative, "--samples", "2"]);
    expect(several.stderr).toBe(
      `nsm: 2 of 3 pictures look like negatives ${reason}, first ${negative}; if so, predict with --invert\n`,
    );
    const inverted = await nsm(["predict", run, negative, "--invert", "--json"]);
    expect(inverted.stderr).toBe("");
    expect(JSON.parse(inverted.stdout)).toEqual([{ ...plain, file: negative }]);
  });

  test("--resize takes pictures of any size", async () => {
    const large = join(folder, "large.png");
    const digit = (await mnist()).test.images.subarray(0, 784);
    const data = Uint8Array.from(
      { length: 84 * 84 },
      (_, k) => digit[28 * Math.floor(k / 84 / 3) + Math.floor((k % 84) / 3)]!,
    );
    await writeFile(large, encode({ width: 84, height: 84, channels: 1, depth: 8, data }));
    const { status, stderr } = await nsm(["predict", run, large]);
    expect({ status, words: /28 x 28.*--resize/.test(stderr) }).toEqual({ status: 1, words: true });
    const [plain] = await nsmJson(["predict", run, pictures[0]!]);
    const [scaled] = await nsmJson(["predict", run, large, "--resize"]);
    expect(scaled.label).toBe(plain.label);
  });
});

describe("export", () => {
  const sessionOf = async (file: string) => ort.InferenceSession.create(await readFile(file));

  test("writes a model with the noise inside, which ONNX Runtime runs on images alone", async () => {
    const out = join(folder, "inside.onnx");
    const document = await nsmJson(["export", run, "--out", out, "--samples", "50", "--batch", "2"]);
    const expected = {
      run,
      file: out,
      bytes: (await stat(out)).size,
      format: "onnx",
      noise: "inside",
      samples: 50,
      ...{ batch: 2, isCalibrated: false },
    };
    expect(document).toEqual(expected);
    const session = await sessionOf(out);
    expect(session.inputNames).toEqual(["images"]);
    const images = new ort.Tensor("float32", new Float32Array(2 * 784), [2, 1, 28, 28]);
    const { probabilities } = await session.run({ images });
    expect(probabilities!.dims).toEqual([2, 10]);
  });

  test("writes a model with the noise as inputs", async () => {
    const out = join(folder, "inputs.onnx");
    const { status, stdout } = await nsm([
      "export",
      run,
      "--format",
      "onnx",
      "--noise",
      "inputs",
      "--out",
      out,
    ]);
    expect({ status, stdout }).toEqual({ status: 0, stdout: expect.stringContaining("noise inputs") });
    expect((await sessionOf(out)).inputNames.length).toBeGreaterThan(1);
  });

  test("writes a model for any batch, or a model file", async () => {
    const out = join(folder, "free.onnx");
    const seeded = await nsmJson(["export", run, "--out", out, "--samples", "3", "--seed", "4"]);
    expect(seeded).toMatchObject({ batch: "free", seed: 4 });
    const session = await sessionOf(out);
    for (const batch of [1, 5]) {
      const images = new ort.Tensor("float32", new Float32Array(batch * 784), [batch, 1, 28, 28]);
      expect((await session.run({ images })).probabilities!.dims).toEqual([batch, 10]);
    }
    const file = join(folder, "model.safetensors");
    const document = await nsmJson(["export", run, "--format", "safetensors", "--out", file]);
    expect(document).toEqual({
      run,
      file,
      bytes: (await stat(file)).size,
      format: "safetensors",
      isCalibrated: false,
    });
    const model = readModel(await readFile(file));
    const { network, parameters } = await openRun(run);
    expect({ network: model.network, parameters: model.parameters }).toEqual({ network, parameters });
    const { status, stderr } = await nsm([
      "export",
      run,
      "--format",
      "safetensors",
      "--out",
      file,
      "--seed",
      "1",
    ]);
    expect({ status, words: stderr.includes("--seed without --format onnx") }).toEqual({
      status: 2,
      words: true,
    });
  });

  test("replaces a file, and refuses what is none", async () => {
    const out = join(folder, "replaced.onnx");
    await writeFile(out, "old");
    await nsmJson(["export", run, "--out", out]);
    expect((await stat(out)).size).toBeGreaterThan(1000);
    const occupied = join(folder, "occupied");
    await mkdir(occupied);
    for (const [path, what] of [
      [occupied, "a folder"],
      ["/dev/null", "a pipe or device"],
    ] as const) {
      const { status, stderr } = await nsm(["export", run, "--out", path]);
      expect(status).toBe(1);
      expect(stderr).toContain(`got ${what}`);
    }
    expect((await stat("/dev/null")).isCharacterDevice()).toBe(true);
  });
});

describe("info", () => {
  test("--json tells the network, its layers, the training and the files", async () => {
    const document = await nsmJson(["info", run]);
    expect(document).toMatchObject({
      run,
      network: { name: "tiny", noise: { type: "bernoulli", p: 0.5 } },
      // Each unit has its weights, a gain and a bias; the readout has no gain.
      layers: [
        {
          name: "layers.0",
          layer: "dense, units 16",
          inputShape: [1, 28, 28],
          outputShape: [16],
          parameters: 16 * 786,
        },
        { name: "readout", layer: "readout", inputShape: [16], outputShape: [10], parameters: 170 },
      ],
      parameters: 16 * 786 + 170,
      training: { epochs: 3, batch: 100 },
      step: 30,
      steps: 30,
      data: { name: `IDX data in ${join(folder, "digits")}, training, 1,000 images`, count: 1000 },
      device: "cpu",
    });
    expect(document.epochs).toHaveLength(3);
    expect(document.noise).toEqual({ type: "bernoulli", p: 0.5 });
    expect(document.evaluation).toMatchObject({ step: 30, images: 200 });
    expect(Object.keys(document.versions)).toEqual(["neural-sampling", "onnxruntime", "node"]);
    const files = [
      "checkpoints/step-000000020.safetensors",
      "checkpoints/step-000000030.safetensors",
      "evaluation.json",
      "metrics.jsonl",
      "run.json",
      "times.jsonl",
    ];
    expect(document.files.map(({ name }: { name: string }) => name)).toEqual(
      files.map((file) => join(run, file)),
    );
  });

  test("for people: the same in words", async () => {
    const { status, stdout } = await nsm(["info", run]);
    expect(status).toBe(0);
    for (const word of [
      "dense, units 16",
      "bernoulli p 0.5",
      "3 of 3 epochs, step 30 of 30",
      "optimizer adam",
      "  nsm, noise bernoulli",
      "  evaluation  error ",
      "  epoch  training loss  training error\n  1 ",
      "run.json",
    ])
      expect(stdout).toContain(word);
  });

  test("of a network without noise, with a validation split: says so, and its scores", async () => {
    const out = join(await emptyFolder(), "run");
    const file = join(folder, "sign.json");
    const layers = [{ type: "dense", units: 4 }];
    await writeFile(
      file,
      JSON.stringify({
        name: "sign",
        neuron: "sign",
        encoding: "sign",
        input: [1, 28, 28],
        classes: 10,
        layers,
      }),
    );
    const data = join(folder, "digits");
    const args = ["--network", file, "--data", data, "--epochs", "2", "--validation", "100", "--out", out];
    const { stderr } = await nsm(["train", ...args]);
    expect(stderr).toMatch(
      /\nepoch 2\/2 {2}training loss [\d.]+, training error [\d.]+ % .* validation error [\d.]+ %, NLL /,
    );
    const { stdout } = await nsm(["info", out]);
    expect(stdout).toMatch(/ {2}neurons +sign, without noise\n/);
    expect(stdout).not.toContain("bernoulli");
    expect(stdout).toMatch(/ {2}evaluation +error .*100 for validation, by seed 1\), 1 sample per image\n/);
    expect(stdout).toMatch(/ {2}epoch .* validation loss +error +NLL +ECE\n {2}1 /);
    const document = await nsmJson(["info", out]);
    expect(document.noise).toBeNull();
    expect(document.epochs[1].validation).toMatchObject({ images: 100, samples: 1 });
    // Resumed for another epoch, it scores the same split, and says of which step the evaluation is until the next.
    await nsm(["train", "--resume", out, "--epochs", "3"]);
    const again = await nsmJson(["info", out]);
    expect(again.epochs[2].validation.images).toBe(100);
    expect(again.evaluation.step).toBe(27);
  });
});

/** nsm quantize, and what evaluate, predict, info and export make of a run in integers. */
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { encode } from "fast-png";
import * as ort from "onnxruntime-node";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Json, makeFolder, nsm, nsmJson, refused, removeFolder, startNsm } from "./nsm.ts";
import { smallNetwork } from "./small-network.ts";

let folder: string;
let run: string;
let integers: string;

beforeAll(async () => {
  folder = await makeFolder();
  const small = await smallNetwork(folder);
  run = join(folder, "run");
  await nsmJson(["train", ...small, "--epochs", "4", "--samples", "1", "--out", run]);
  integers = join(folder, "int8");
}, 60_000);
afterAll(() => removeFolder(folder));

test("scores a run and its integers, which the other commands take", async () => {
  const found = await nsmJson(["quantize", run, "--out", integers, "--samples", "20"]);
  expect(found).toMatchObject({ run: integers, weights: "int8", images: 100, samples: 20 });
  expect(found.agreement).toBeGreaterThan(0.8);
  expect(Math.abs(found.error - found.floatError)).toBeLessThan(5);
  // 5 x 5 x 4 and 64 x 16 weights of the neurons, 160 of the readout; constants of 7 bytes each.
  expect(found.bytes).toBe(100 + 4 * 7 + 64 * 16 + 16 * 7 + 160 + 10 * 7);

  const scores = await nsmJson(["evaluate", integers, "--samples", "20"]);
  expect(scores).toMatchObject({ weights: "int8", error: found.error, float: { error: found.floatError } });
  const { stdout } = await nsm(["evaluate", integers, "--samples", "2"]);
  expect(stdout).toContain("integers, weights int8: ");
  expect(stdout).toContain("float: ");

  const picture = join(folder, "white.png");
  const data = new Uint8Array(784).fill(255);
  await writeFile(picture, encode({ width: 28, height: 28, channels: 1, depth: 8, data }));
  const [prediction] = await nsmJson(["predict", integers, picture, "--samples", "7"]);
  expect(prediction).toMatchObject({ samples: 7, verdict: null });

  const info = await nsmJson(["info", integers]);
  expect(info).toMatchObject({ weights: "int8", bytes: found.bytes });
  expect(info.layers.map(({ type }: { type: string }) => type)).toEqual(["spikes", "spikes", "readout"]);
  const { layers, pass, perImage, total, energy } = await nsmJson([
    ...["info", integers, "--operations", "--passes", "3"],
  ]);
  expect(layers[1]).toMatchObject({ name: "layers.1", additions: 64 * 16, comparisons: 16, randomBits: 240 });
  expect(pass.additions).toBeGreaterThan(64 * 16);
  expect(total).toEqual(pass);
  // The first layer's sums are computed once an image, and are in no pass.
  expect(perImage.additions).toBe(5 * 5 * 4 * 8 * 8);
  expect(layers[0].additions).toBe(0);
  for (const name of Object.keys(pass))
    expect(pass[name]).toBe(layers.reduce((sum: number, layer: Json) => sum + layer[name], 0));
  const { passes, image, pass: ofPass, decision } = energy.integers;
  expect(passes).toBe(3);
  expect(decision).toBeCloseTo(image + 3 * ofPass, 6);
  expect((await nsm(["info", integers, "--operations"])).stdout).toContain("conventional, int8");
});

test("exports integers as C, ONNX and safetensors", async () => {
  await nsmJson([
    "quantize",
    run,
    "--out",
    join(folder, "ternary"),
    "--weights",
    "ternary",
    "--samples",
    "1",
  ]);
  const out = join(folder, "c");
  const { files } = await nsmJson(["export", join(folder, "ternary"), "--format", "c", "--out", out]);
  expect([...files].sort()).toEqual((await readdir(out)).sort());
  expect(await readFile(join(out, "network.h"), "utf8")).toContain("small, weights ternary");

  const onnx = join(folder, "int8.onnx");
  await nsmJson(["export", integers, "--format", "onnx", "--noise", "inputs", "--out", onnx]);
  const session = await ort.InferenceSession.create(onnx);
  expect([...session.outputNames].sort()).toEqual(["entropy", "logits", "probabilities"]);
  const file = join(folder, "int8.safetensors");
  await nsmJson(["export", integers, "--format", "safetensors", "--out", file]);
  expect((await readFile(file)).includes("integers.layers.0.weight")).toBe(true);
});

test("fine-tunes, and says what it gains and of which run it is", async () => {
  const out = join(folder, "tuned");
  const asked = ["--weights", "ternary", "--epochs", "2", "--learning-rate", "0.002", "--samples", "5"];
  const found = await nsmJson(["quantize", run, "--out", out, ...asked]);
  expect(found).toMatchObject({ weights: "ternary", epochs: 2, learningRate: 0.002 });
  const stored = JSON.parse(await readFile(join(out, "quantized.json"), "utf8"));
  expect(stored).toMatchObject({ run, fineTuning: { epochs: 2, learningRate: 0.002 } });
  const plain = await nsmJson([
    "quantize",
    run,
    "--out",
    join(folder, "plain"),
    ...asked.slice(0, 2),
    "--samples",
    "5",
  ]);
  expect(found.roundedError).toBe(plain.error);
  expect(found.floatError).toBe(plain.floatError);
  expect(await nsmJson(["info", out])).toMatchObject({ quantised: run, fineTuning: { epochs: 2 } });
  expect((await nsm(["info", out])).stdout).toMatch(/fine-tuned +2 epochs, learning rate 0\.002/);
});

test("reads runs in integers of before, which do not name their run", async () => {
  const file = join(integers, "quantized.json");
  const { run: _, ...before } = JSON.parse(await readFile(file, "utf8"));
  await writeFile(file, JSON.stringify(before));
  expect(await nsmJson(["info", integers])).toMatchObject({ quantised: null, fineTuning: null });
});

test("an interrupted fine-tuning writes nothing", async () => {
  const out = join(folder, "interrupted");
  const tuning = startNsm(["quantize", run, "--out", out, "--epochs", "100000", "--samples", "1"]);
  await tuning.says(/^epoch 2\//m);
  tuning.process.kill("SIGINT");
  const { status, stdout, stderr } = await tuning.outcome;
  expect({ status, stdout }).toEqual({ status: 130, stdout: "" });
  expect(stderr).toContain(`nothing was written into ${out}`);
  expect(await readdir(folder)).not.toContain("interrupted");
});

test("refuses what it cannot do, and says what to do", async () => {
  const other = join(folder, "other");
  expect(await refused(["quantize", run, "--out", integers], 1)).toMatch(/holds .*another folder/);
  expect(await refused(["quantize", join(folder, "digits"), "--out", other], 1)).toMatch(/run folder/);
  for (const command of [["quantize", run], ["export", integers, "--format", "c"], ["train"]])
    expect(await refused([...command, "--out", ""], 2)).toContain("Expected a path");
  expect(await refused(["calibrate", integers], 2)).toMatch(/a run in integers/);
  expect(await refused(["quantize", run, "--out", other, "--weights", "int2"], 2)).toMatch(
    /int8, int4, ternary/,
  );
  expect(await refused(["quantize", run, "--out", other, "--learning-rate", "0.1"], 2)).toMatch(/--epochs/);
  expect(await refused(["quantize", run, "--out", other, "--epochs", "0"], 2)).toMatch(/at least 1/);
  expect(await refused(["info", run, "--operations"], 2)).toMatch(/Quantize it first/);
  expect(await refused(["info", integers, "--signal"], 2)).toMatch(/floating point/);
  expect(await refused(["info", integers, "--passes", "3"], 2)).toMatch(/--operations/);
  expect(await refused(["export", run, "--format", "c", "--out", other], 2)).toMatch(/nsm quantize/);
  expect(await refused(["evaluate", integers, "--law", "synapse"], 2)).toMatch(
    /Evaluate the run that was quantised/,
  );
  const damaged = join(folder, "damaged");
  await nsmJson(["quantize", run, "--out", damaged, "--samples", "1"]);
  await writeFile(join(damaged, "quantized.json"), "{");
  expect(await refused(["evaluate", damaged], 1)).toMatch(/Quantize the run again/);
});

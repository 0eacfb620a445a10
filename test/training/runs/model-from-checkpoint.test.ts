/** A checkpoint's bytes and a network make a model, without the optimiser's arrays. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { CheckpointError, ConfigError } from "../../../src/errors.ts";
import { parseNetwork } from "../../../src/networks/network.ts";
import { parametersOf } from "../../../src/networks/plan.ts";
import { encodeSafetensors } from "../../../src/storage/safetensors.ts";
import type { TrainingDescription } from "../../../src/training/configuration.ts";
import { modelFromCheckpoint } from "../../../src/training/runs/model-from-checkpoint.ts";
import { openRun, train } from "../../../src/training/runs/run.ts";
import { emptyFolder } from "../../datasets/folder.ts";
import { smallNetwork, smallSplit } from "../digits.ts";

const trained = async (settings: TrainingDescription = {}) => {
  const out = await emptyFolder();
  const run = await train(smallNetwork, smallSplit(), { epochs: 1, batch: 8, threads: 1, out, ...settings });
  const bytes = await readFile(join(out, "checkpoints", "step-000000003.safetensors"));
  return { run, bytes: new Uint8Array(bytes) };
};

test("gives the parameters of the run, and no more", async () => {
  const { run, bytes } = await trained();
  const model = modelFromCheckpoint(bytes, run.network);
  expect(model).toEqual({ network: run.network, parameters: run.parameters });
  expect(Object.keys(model.parameters).sort()).toEqual(
    parametersOf(run.network)
      .map(({ name }) => name)
      .sort(),
  );
  bytes.fill(0);
  expect(model.parameters, "after the bytes are gone").toEqual(run.parameters);
});

test("gives the averages of a run that averages its weights: the model of the run", async () => {
  const [{ run, bytes }, last] = [await trained({ averaging: { decay: 0.9 } }), await trained()];
  expect(modelFromCheckpoint(bytes, run.network).parameters).toEqual(run.parameters);
  expect(run.parameters).not.toEqual(last.run.parameters);
  expect(run.epochs).toEqual(last.run.epochs);
  expect((await openRun(run.folder!)).parameters).toEqual(run.parameters);
});

test("refuses another network, damaged bytes and other types", async () => {
  const { run, bytes } = await trained();
  const wider = parseNetwork({ ...run.network, layers: [{ type: "dense", units: 6 }] });
  expect(() => modelFromCheckpoint(bytes, wider)).toThrow(ConfigError);
  for (const length of [0, 7, 100, bytes.length - 1])
    expect(() => modelFromCheckpoint(bytes.subarray(0, length), run.network)).toThrow(CheckpointError);
  const tensors = Object.fromEntries(
    Object.entries(run.parameters).map(([name, { length }]) => [
      name,
      { shape: [length], data: new Int32Array(length) },
    ]),
  );
  const integers = encodeSafetensors({ tensors, metadata: {} });
  expect(() => modelFromCheckpoint(integers, run.network)).toThrow(
    /of another element type; expected float32/,
  );
});

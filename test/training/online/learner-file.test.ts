import { describe, expect, it } from "vitest";
import { CheckpointError, NumericError } from "../../../src/errors.ts";
import { decodeSafetensors, encodeSafetensors } from "../../../src/storage/safetensors.ts";
import { decodeLearner, encodeLearner } from "../../../src/training/online/learner-file.ts";
import { prepareLearner } from "../../../src/training/online/prepare.ts";
import { smallNetwork } from "../digits.ts";

const learner = prepareLearner({ network: smallNetwork }, { passes: 3, seed: 5, optimizer: { type: "sgd" } });
const snapshot = {
  state: learner.state,
  position: { step: 7, lossSum: 3.25, correct: 4, examples: 7 },
};

describe("the file of a learner", () => {
  it("holds network, settings, state and position", async () => {
    const bytes = await encodeLearner(learner, snapshot);
    expect(await decodeLearner(bytes)).toEqual({ ...learner, ...snapshot });
  });

  it("is refused with a bit that changed, but read without a checksum, as earlier versions wrote it", async () => {
    const file = decodeSafetensors(await encodeLearner(learner, snapshot));
    const { sha256, ...metadata } = file.metadata;
    expect(sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(await decodeLearner(encodeSafetensors({ ...file, metadata }))).toEqual({
      ...learner,
      ...snapshot,
    });
    const bytes = await encodeLearner(learner, snapshot);
    bytes[bytes.length - 4]! ^= 1;
    await expect(decodeLearner(bytes)).rejects.toThrow("differ from their checksum");
  });

  it("is refused with a state that is not finite", async () => {
    const state = { ...learner.state, "readout.bias": Float32Array.of(0, Number.NaN, 0) };
    await expect(encodeLearner(learner, { ...snapshot, state })).rejects.toThrow(NumericError);
  });

  const changed = async (
    change: (file: ReturnType<typeof decodeSafetensors>) => Partial<ReturnType<typeof decodeSafetensors>>,
  ): Promise<Uint8Array> => {
    const file = decodeSafetensors(await encodeLearner(learner, snapshot));
    return encodeSafetensors({ ...file, ...change(file) });
  };
  it.each<[string, Parameters<typeof changed>[0], string]>([
    ["of another format", ({ metadata }) => ({ metadata: { ...metadata, format: "x" } }), 'the format "x"'],
    ["without settings", ({ metadata: { settings: _, ...metadata } }) => ({ metadata }), "without settings"],
    [
      "with damaged text",
      ({ metadata }) => ({ metadata: { ...metadata, network: "{" } }),
      "damaged text of network",
    ],
    [
      "with settings out of range",
      ({ metadata }) => ({ metadata: { ...metadata, settings: '{"passes": 0}' } }),
      "at passes",
    ],
    [
      "without an array",
      ({ tensors: { "readout.bias": _, ...tensors } }) => ({ tensors }),
      "no array readout.bias",
    ],
    [
      "with an array of another size",
      ({ tensors }) => ({
        tensors: { ...tensors, "readout.bias": { shape: [2], data: new Float32Array(2) } },
      }),
      "readout.bias of another type or shape",
    ],
    [
      "with a number that is not finite",
      ({ tensors }) => ({
        tensors: { ...tensors, "readout.bias": { shape: [3], data: new Float32Array(3).fill(Number.NaN) } },
      }),
      "NaN",
    ],
  ])("is refused %s", async (_, change, words) => {
    const refused = decodeLearner(await changed(change));
    await expect(refused).rejects.toThrow(CheckpointError);
    await expect(refused).rejects.toThrow(words);
  });

  it("is refused where it is cut off, or no file of arrays", async () => {
    const bytes = await encodeLearner(learner, snapshot);
    await expect(decodeLearner(bytes.subarray(0, -4))).rejects.toThrow(CheckpointError);
    await expect(decodeLearner(new Uint8Array(3))).rejects.toThrow(CheckpointError);
  });
});

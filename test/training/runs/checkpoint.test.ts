/** Checkpoints: written whole or not at all, refused when damaged, the one before kept. */
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { CheckpointError, NumericError, StorageError } from "../../../src/errors.ts";
import { decodeSafetensors } from "../../../src/storage/safetensors.ts";
import { START } from "../../../src/training/progress.ts";
import {
  hasCheckpoint,
  readNewestCheckpoint,
  writeCheckpoint,
} from "../../../src/training/runs/checkpoint.ts";
import { emptyFolder } from "../../datasets/folder.ts";
import { uniform } from "../../nn/draw.ts";

const state = {
  "layers.0.weight": uniform("weight", 12),
  "layers.0.weight/mean": uniform("mean", 12),
  "readout.bias": Float32Array.of(0, -0, 1e-40, 3),
};
const shapes = { "layers.0.weight": [3, 4], "layers.0.weight/mean": [3, 4], "readout.bias": [4] };
const RUN = {
  ...{ fingerprint: "0123abcd", shapes: () => shapes },
  ...{ describedIn: "run.json", ifNone: "Train it." },
};
const at = (step: number) => ({ ...START, step, lossSum: 0.1 * step, correct: step, examples: 3 * step });

const name = (step: number): string => `step-00000000${step}.safetensors`;

/** A folder with the checkpoints of steps 1 and 2. */
const written = async (): Promise<string> => {
  const folder = join(await emptyFolder(), "checkpoints");
  for (const step of [1, 2]) await writeCheckpoint(folder, RUN, at(step), state);
  return folder;
};

const failure = async (work: Promise<unknown>): Promise<Error> =>
  work.then(
    () => expect.fail("nothing was thrown"),
    (error: Error) => error,
  );

describe("a checkpoint", () => {
  test("is read as it was written, to the bit", async () => {
    const folder = await written();
    const { file, position, state: found } = await readNewestCheckpoint(folder, RUN);
    expect(file).toBe(join(folder, name(2)));
    expect(position).toEqual(at(2));
    expect(Object.keys(found).sort()).toEqual(Object.keys(state).sort());
    for (const [key, values] of Object.entries(state))
      expect(new Uint32Array(found[key]!.slice().buffer)).toEqual(new Uint32Array(values.slice().buffer));
  });

  test("is the same bytes for the same state", async () => {
    const [one, other] = [await written(), await written()];
    expect(await readFile(join(one, name(2)))).toEqual(await readFile(join(other, name(2))));
  });

  test("is a safetensors file that others can read", async () => {
    const { tensors, metadata } = decodeSafetensors(await readFile(join(await written(), name(1))));
    expect(Object.keys(tensors).sort()).toEqual(Object.keys(state).sort());
    for (const [name, { shape, data }] of Object.entries(tensors))
      expect({ shape, data }, name).toEqual({
        shape: shapes[name as keyof typeof shapes],
        data: state[name as keyof typeof state],
      });
    expect(Object.keys(metadata).sort()).toEqual(["format", "position", "run", "sha256"]);
  });

  test("is kept together with the one before it, and no other", async () => {
    const folder = await written();
    for (const step of [3, 4]) await writeCheckpoint(folder, RUN, at(step), state);
    expect(await readdir(folder)).toEqual([name(3), name(4)]);
  });

  test("is not written with numbers that are not finite", async () => {
    const folder = await written();
    for (const bad of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
      const error = await failure(
        writeCheckpoint(folder, RUN, at(3), { ...state, "readout.bias": Float32Array.of(0, bad) }),
      );
      expect(error).toBeInstanceOf(NumericError);
      expect(error.message).toContain(`readout.bias after step 3: got ${bad} at element 1`);
    }
    expect(await readdir(folder)).toEqual([name(1), name(2)]);
  });

  test("that cannot be written leaves those before it, and nothing half-written", async () => {
    const folder = await written();
    const before = await readFile(join(folder, name(2)));
    // A folder in its place cannot be replaced by a file.
    await mkdir(join(folder, name(3)));
    expect(await failure(writeCheckpoint(folder, RUN, at(3), state))).toBeInstanceOf(StorageError);
    expect(await readdir(folder)).toEqual([name(1), name(2), name(3)]);
    expect(await readFile(join(folder, name(2)))).toEqual(before);
  });

  test("is not confused with other files of the folder", async () => {
    const folder = await written();
    for (const other of ["step-000000009.safetensors.123.nsm-part", "step-9.safetensors", "notes.txt"])
      await writeFile(join(folder, other), "half");
    expect((await readNewestCheckpoint(folder, RUN)).position.step).toBe(2);
  });
});

describe("refused with a CheckpointError", () => {
  test("no checkpoint at all", async () => {
    const folder = await emptyFolder();
    for (const place of [folder, join(folder, "none")]) {
      expect(await hasCheckpoint(place)).toBe(false);
      const error = await failure(readNewestCheckpoint(place, RUN));
      expect(error).toBeInstanceOf(CheckpointError);
      expect(error.message).toContain("no checkpoint");
    }
    expect(await hasCheckpoint(await written())).toBe(true);
  });

  test("one of another configuration", async () => {
    const error = await failure(readNewestCheckpoint(await written(), { ...RUN, fingerprint: "other" }));
    expect(error).toBeInstanceOf(CheckpointError);
    expect(error.message).toContain("another configuration");
  });

  test.each([
    ["other shapes", { ...shapes, "layers.0.weight": [4, 3] }, /weight \[3, 4\].*weight \[4, 3\]/],
    ["an array too many", { "readout.bias": [4] }, /network: readout\.bias \[4\]\./],
    ["an array too few", { ...shapes, "readout.weight": [2] }, /network: .*readout\.weight \[2\]/],
  ])("arrays that are not those of the run's network: %s", async (_what, others, message) => {
    const error = await failure(readNewestCheckpoint(await written(), { ...RUN, shapes: () => others }));
    expect(error).toBeInstanceOf(CheckpointError);
    expect(error.message).toMatch(message);
  });

  test("one whose shape was changed, its size being the same", async () => {
    const folder = await written();
    const text = (await readFile(join(folder, name(2)))).toString("latin1").replace("[3,4]", "[4,3]");
    expect((await damaged(folder, Buffer.from(text, "latin1"))).message).toContain("checksum");
  });

  const damaged = async (folder: string, bytes: Uint8Array): Promise<CheckpointError> => {
    const file = join(folder, name(2));
    await writeFile(file, bytes);
    const error = await failure(readNewestCheckpoint(folder, RUN));
    expect(error).toBeInstanceOf(CheckpointError);
    expect(error.message).toContain(file);
    expect((error as CheckpointError).remedy).toContain(name(1));
    return error as CheckpointError;
  };

  test("one with any byte changed, by name of the file, with the one to go back to", async () => {
    const folder = await written();
    const whole = await readFile(join(folder, name(2)));
    for (let place = 0; place < whole.length; place++)
      // Every bit in turn, all at once, and another digit or letter.
      for (const change of [1 << (place % 8), 0xff, 0x0f]) {
        const bytes = Uint8Array.from(whole);
        bytes[place]! ^= change;
        await damaged(folder, bytes).catch((cause: unknown) => {
          throw new Error(`byte ${place} of ${whole.length} ^ ${change}`, { cause });
        });
      }
  });

  test("one cut short or extended", async () => {
    const folder = await written();
    const whole = await readFile(join(folder, name(2)));
    for (const length of [0, 1, 7, 8, 9, 100, whole.length - 1])
      await damaged(folder, whole.subarray(0, length));
    await damaged(folder, Buffer.concat([whole, Buffer.of(0)]));
  });

  test("one whose arrays have the same bytes but another type", async () => {
    const folder = await written();
    const text = (await readFile(join(folder, name(2)))).toString("latin1").replace('"F32"', '"I32"');
    expect((await damaged(folder, Buffer.from(text, "latin1"))).message).toContain("another type");
  });

  test("one that is a safetensors file of something else", async () => {
    const reference = await readFile(new URL("../../fixtures/reference.safetensors", import.meta.url));
    expect(await damaged(await written(), reference)).toBeInstanceOf(CheckpointError);
  });

  test("a damaged one that is the only one says to train anew", async () => {
    const folder = join(await emptyFolder(), "checkpoints");
    const file = await writeCheckpoint(folder, RUN, at(1), state);
    await writeFile(file, "nothing");
    const error = await failure(readNewestCheckpoint(folder, RUN));
    expect((error as CheckpointError).remedy).toContain("train the run anew");
  });
});

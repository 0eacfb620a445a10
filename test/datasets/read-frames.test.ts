/** Examples from .npz files, for a network. */
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readFrames } from "../../src/datasets/read-frames.ts";
import { DataError, StorageError } from "../../src/errors.ts";
import type { NpyArray } from "../../src/files/arrays/npy.ts";
import { writeNpz } from "../../src/files/arrays/npz-write.ts";
import { emptyFolder } from "./folder.ts";

const bytes = (shape: readonly number[], last = 255): NpyArray => {
  const count = shape.reduce((product, extent) => product * extent, 1);
  return {
    type: "u1",
    shape: [...shape],
    data: Uint8Array.from({ length: count }, (_, k) => k % (last + 1)),
  };
};

const fileOf = async (arrays: Readonly<Record<string, NpyArray>>): Promise<string> => {
  const path = join(await emptyFolder(), "a.npz");
  await writeNpz(path, arrays);
  return path;
};

test("frames are one example, whose channels are the frames, polarity by polarity", async () => {
  const path = await fileOf({ frames: bytes([5, 2, 3, 4], 1) });
  const found = await readFrames(path, [10, 3, 4]);
  expect(found.map((pixels) => [...pixels])).toEqual([Array.from({ length: 120 }, (_, k) => 255 * (k % 2))]);
});

test.each([
  [
    [2, 3, 4],
    [1, 3, 4],
    [12, 12],
  ],
  [
    [3, 2, 3, 4],
    [2, 3, 4],
    [24, 24, 24],
  ],
] as const)("x of shape %j has its examples", async (shape, input, sizes) => {
  const x = bytes(shape);
  const found = await readFrames(await fileOf({ x, y: bytes([shape[0]]) }), input);
  expect(found.map((pixels) => pixels.length)).toEqual(sizes);
  expect(found.flatMap((pixels) => [...pixels])).toEqual([...(x.data as Uint8Array)]);
});

test("x whose colours come last is turned to channels first", async () => {
  const [first] = await readFrames(await fileOf({ x: bytes([1, 2, 2, 3]) }), [3, 2, 2]);
  expect([...first!]).toEqual([0, 3, 6, 9, 1, 4, 7, 10, 2, 5, 8, 11]);
});

test("x of 0 and 1 only stays as it is for a network that was not trained on such pixels", async () => {
  const [counts, frames] = [bytes([1, 2, 3], 1), bytes([1, 1, 2, 3], 1)];
  const first = async (arrays: Readonly<Record<string, NpyArray>>, binary?: boolean): Promise<number[]> => [
    ...(await readFrames(await fileOf(arrays), [1, 2, 3], { binary }))[0]!,
  ];
  expect(await first({ x: counts }, false)).toEqual([0, 1, 0, 1, 0, 1]);
  for (const binary of [true, undefined])
    expect(await first({ x: counts }, binary)).toEqual([0, 255, 0, 255, 0, 255]);
  expect(await first({ frames }, false)).toEqual([0, 255, 0, 255, 0, 255]);
});

describe("refused by name", () => {
  test.each<[string, NpyArray, RegExp]>([
    [
      "frames",
      bytes([4, 2, 3, 4]),
      /frames.npy: got u1 of shape \(4, 2, 3, 4\); expected binary frames .*, 10 over/,
    ],
    ["frames", { ...bytes([10, 1, 3, 4]), type: "i1", data: new Int8Array(120) }, /got i1 of shape/],
    ["x", bytes([5, 3, 4]), /x.npy: got u1 of shape \(5, 3, 4\); expected uint8 of shape \(n, 10, 3, 4\)/],
    ["x", bytes([0, 10, 3, 4]), /shape \(0, 10, 3, 4\)/],
    ["t", bytes([3]), /got the arrays t; expected an array called frames or x/],
  ])("%s", async (name, array, message) => {
    const reading = readFrames(await fileOf({ [name]: array }), [10, 3, 4]);
    await expect(reading).rejects.toThrow(DataError);
    await expect(reading).rejects.toThrow(message);
  });

  test("a file that is not there", async () => {
    await expect(readFrames("/nowhere.npz", [1, 3, 4])).rejects.toThrow(StorageError);
  });
});

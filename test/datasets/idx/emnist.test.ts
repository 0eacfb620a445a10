import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { openDataset } from "../../../src/datasets/open.ts";
import { verifyDataset } from "../../../src/datasets/verify.ts";
import { DataError } from "../../../src/errors.ts";
import { emptyFolder } from "../folder.ts";

/** An IDX file of unsigned bytes by its definition: 0, 0, 8, rank, each dimension as a big-endian u32, the data. */
const idx = (dims: readonly number[], data: Iterable<number>): Buffer => {
  const header = Buffer.alloc(4 + 4 * dims.length);
  header.set([0, 0, 8, dims.length]);
  for (const [k, dim] of dims.entries()) header.writeUInt32BE(dim, 4 + 4 * k);
  return Buffer.concat([header, Uint8Array.from(data)]);
};

/** A letter L, 3 high and 2 wide, as EMNIST stores it: column by column. */
const stored = [7, 7, 7, 0, 0, 7];
const upright = [7, 0, 7, 0, 7, 7];

const write = async (folder: string, set: string, labels: readonly number[]): Promise<void> => {
  await mkdir(folder, { recursive: true });
  for (const split of ["train", "test"]) {
    const images = idx(
      [labels.length, 2, 3],
      labels.flatMap(() => stored),
    );
    await writeFile(join(folder, `emnist-${set}-${split}-images-idx3-ubyte.gz`), gzipSync(images));
    await writeFile(join(folder, `emnist-${set}-${split}-labels-idx1-ubyte`), idx([labels.length], labels));
  }
};

describe("EMNIST", () => {
  it("letters are read from 0 on, upright", async () => {
    const folder = await emptyFolder();
    await write(folder, "letters", [1, 26, 12]);
    const { name, train, test, files } = await openDataset(folder);
    expect(name).toBe(`EMNIST letters files in ${folder}`);
    expect(train).toMatchObject({
      name: `${name}, training, 3 images`,
      count: 3,
      shape: [1, 3, 2],
      classes: 26,
    });
    expect([...train.labels]).toEqual([0, 25, 11]);
    expect([...train.labels].map((label) => train.classNames![label]).join("")).toBe("AZL");
    expect([...test.images]).toEqual([...upright, ...upright, ...upright]);
    expect(files.map((file) => file.name)).toContain("emnist-letters-test-labels-idx1-ubyte");
    expect(await verifyDataset(folder)).toMatchObject({
      ok: true,
      format: "idx-emnist-letters",
      records: { train: 3, test: 3 },
      classes: { 0: 2, 11: 2, 25: 2 },
    });
  });

  it.each([
    ["balanced", [0, 46], 47, "0t"],
    ["digits", [0, 9], 10, "09"],
    ["mnist", [0, 9], 10, "09"],
    ["bymerge", [10, 36], 47, "Aa"],
    ["byclass", [10, 61], 62, "Az"],
  ])("%s are read as they are labelled, upright", async (set, labels, classes, names) => {
    const folder = await emptyFolder();
    await write(folder, set, labels);
    const { train } = await openDataset(folder);
    expect(train).toMatchObject({ classes, shape: [1, 3, 2] });
    expect([...train.labels]).toEqual(labels);
    expect(labels.map((label) => train.classNames![label]).join("")).toBe(names);
    expect(new Set(train.classNames).size).toBe(classes);
    expect([...train.images.subarray(0, 6)]).toEqual(upright);
  });

  it("letters are read of a folder that has every set, or a folder for each", async () => {
    const flat = await emptyFolder();
    for (const set of ["balanced", "letters", "digits"]) await write(flat, set, [1, 2]);
    expect((await openDataset(flat)).train.classes).toBe(26);
    const nested = await emptyFolder();
    for (const set of ["balanced", "letters", "digits"]) await write(join(nested, set), set, [1, 2]);
    expect((await openDataset(nested)).train.classes).toBe(26);
    expect((await openDataset(join(nested, "balanced"))).train.classes).toBe(47);
  });

  it.each([
    ["letters", [0]],
    ["letters", [27]],
    ["balanced", [47]],
  ])("%s labelled %j are refused", async (set, labels) => {
    const folder = await emptyFolder();
    await write(folder, set, labels);
    await expect(openDataset(folder)).rejects.toThrow(DataError);
    await expect(openDataset(folder)).rejects.toThrow(/labels-idx1-ubyte, byte 8: got label/);
  });

  it("a set of which a file is missing is refused, and verified as far as it goes", async () => {
    const folder = await emptyFolder();
    await write(folder, "letters", [1, 2]);
    await rm(join(folder, "emnist-letters-test-labels-idx1-ubyte"));
    await expect(openDataset(folder)).rejects.toThrow(/without emnist-letters-test-labels-idx1-ubyte;/);
    const { ok, records, problems } = await verifyDataset(folder);
    expect({ ok, records }).toEqual({ ok: false, records: { train: 2, test: 0 } });
    expect(problems).toHaveLength(1);
  });
});

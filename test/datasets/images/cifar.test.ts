import { mkdir, rm, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openDataset } from "../../../src/datasets/open.ts";
import { verifyDataset } from "../../../src/datasets/verify.ts";
import { ConfigError, DataError, StorageError } from "../../../src/errors.ts";
import { emptyFolder } from "../folder.ts";
import { pickledBatch, pickledNames, python2, python3 } from "./pickle.ts";

const words = ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"];
const names = (what: string, count: number): string[] =>
  Array.from({ length: count }, (_, k) => `${what}_${k}`);

/** Image number k of a batch: its pixels and labels follow from k and the batch. */
const pixelsOf = (batch: number, k: number): Uint8Array =>
  Uint8Array.from({ length: 3072 }, (_, i) => (i + 31 * k + 7 * batch) % 256);
const fine = (batch: number, k: number, classes: number): number => (3 * k + batch) % classes;
const coarse = (batch: number, k: number): number => (k + batch) % 20;

const many = <T>(count: number, make: (k: number) => T): T[] =>
  Array.from({ length: count }, (_, k) => make(k));

/** Labels, a byte each, and pixels. */
const binaryBatch = (batch: number, count: number, labels: (k: number) => readonly number[]): Buffer =>
  Buffer.concat(many(count, (k) => Buffer.concat([Buffer.from(labels(k)), pixelsOf(batch, k)])));

const pixels = (batch: number, count: number): Buffer =>
  Buffer.concat(many(count, (k) => pixelsOf(batch, k)));

const counts = [3, 2, 4, 1, 2];
/** More images than are read at once. */
const large = 700;

const write = async (
  folder: string,
  files: Readonly<Record<string, Uint8Array | string>>,
): Promise<string> => {
  await mkdir(folder, { recursive: true });
  for (const [name, bytes] of Object.entries(files)) await writeFile(join(folder, name), bytes);
  return folder;
};

const cifar10Binary = (): Record<string, Buffer | string> => ({
  ...Object.fromEntries(
    counts.map((n, b) => [`data_batch_${b + 1}.bin`, binaryBatch(b, n, (k) => [fine(b, k, 10)])]),
  ),
  "test_batch.bin": binaryBatch(9, large, (k) => [fine(9, k, 10)]),
  "batches.meta.txt": `${words.join("\n")}\n\n`,
});

const cifar10Python = (dialect = python2): Record<string, Buffer> => ({
  ...Object.fromEntries(
    counts.map((n, b) => [
      `data_batch_${b + 1}`,
      pickledBatch(dialect, { pixels: pixels(b, n), labels: { labels: many(n, (k) => fine(b, k, 10)) } }),
    ]),
  ),
  test_batch: pickledBatch(dialect, {
    pixels: pixels(9, large),
    labels: { labels: many(large, (k) => fine(9, k, 10)) },
  }),
  "batches.meta": pickledNames("label_names", words),
});

const cifar100Binary = (): Record<string, Buffer | string> => ({
  "train.bin": binaryBatch(1, 5, (k) => [coarse(1, k), fine(1, k, 100)]),
  "test.bin": binaryBatch(2, 3, (k) => [coarse(2, k), fine(2, k, 100)]),
  "fine_label_names.txt": `${names("fine", 100).join("\n")}\n`,
  "coarse_label_names.txt": `${names("coarse", 20).join("\r\n")}\r\n`,
});

const cifar100Python = (): Record<string, Buffer> => {
  const batch = (b: number, n: number) =>
    pickledBatch(python2, {
      pixels: pixels(b, n),
      labels: { fine_labels: many(n, (k) => fine(b, k, 100)), coarse_labels: many(n, (k) => coarse(b, k)) },
    });
  return {
    train: batch(1, 5),
    test: batch(2, 3),
    meta: pickledNames("fine_label_names", names("fine", 100)),
  };
};

/** That these are the images of these batches, in order. */
const expectTen = ({ train, test }: Awaited<ReturnType<typeof openDataset>>): void => {
  expect(train).toMatchObject({
    count: 12,
    shape: [3, 32, 32],
    classes: 10,
    classNames: words,
    subset: false,
  });
  const order = counts.flatMap((n, b) => many(n, (k) => [b, k] as const));
  expect(train.images.length).toBe(12 * 3072);
  expect([...train.labels]).toEqual(order.map(([b, k]) => fine(b, k, 10)));
  for (const [i, [b, k]] of order.entries())
    expect(Buffer.compare(train.images.subarray(i * 3072, (i + 1) * 3072), pixelsOf(b, k))).toBe(0);
  expect(test).toMatchObject({ count: large, classes: 10 });
  expect([...test.labels]).toEqual(many(large, (k) => fine(9, k, 10)));
  expect(Buffer.compare(test.images, pixels(9, large))).toBe(0);
};

describe("CIFAR-10", () => {
  it("is read from the binary distribution, and from the folder above it", async () => {
    const folder = await emptyFolder();
    const place = await write(join(folder, "cifar-10-batches-bin"), cifar10Binary());
    for (const where of [place, folder]) {
      const set = await openDataset(where);
      expectTen(set);
      expect(set.name).toBe(`CIFAR-10 files in ${place}`);
      expect(set.train.name).toBe(`CIFAR-10 files in ${place}, training, 12 images`);
      expect(set.files.map(({ name, bytes }) => [name, bytes])).toEqual([
        ...counts.map((n, b) => [`data_batch_${b + 1}.bin`, n * 3073]),
        ["test_batch.bin", large * 3073],
      ]);
    }
  });

  it.each([
    ["2", python2],
    ["3", python3],
  ])("is read from pickles of Python %s", async (_, dialect) => {
    const folder = await emptyFolder();
    const place = await write(join(folder, "cifar-10-batches-py"), cifar10Python(dialect));
    for (const where of [place, folder]) expectTen(await openDataset(where));
  });

  it("has classes without names where their file is missing, and only fine labels", async () => {
    const { "batches.meta.txt": _, ...files } = cifar10Binary();
    const folder = await write(await emptyFolder(), files);
    expect((await openDataset(folder)).train.classNames).toBeUndefined();
    await expect(openDataset(folder, { labels: "coarse" })).rejects.toThrow(ConfigError);
    await expect(openDataset(folder, { labels: "coarse" })).rejects.toThrow(/expected fine labels/);
  });

  it("is refused where its files promise more images than an array holds, before memory is asked for", async () => {
    for (const [files, name, bytes] of [
      [cifar10Binary(), "data_batch_2.bin", 3073 * 1_500_000],
      [cifar10Python(), "data_batch_2", 5e9],
    ] as const) {
      const folder = await write(await emptyFolder(), files);
      await truncate(join(folder, name), bytes);
      const { ok, problems } = await verifyDataset(folder);
      expect(ok).toBe(false);
      expect(problems[0]).toMatchObject({
        file: folder,
        found: expect.stringMatching(/^files for \d+ images/),
      });
    }
  });

  it.each([
    ["a missing batch", "data_batch_3.bin", undefined, /without data_batch_3.bin/],
    ["an empty batch", "data_batch_3.bin", new Uint8Array(0), /data_batch_3.bin, byte 0: got an empty file/],
    [
      "a batch truncated within an image",
      "data_batch_3.bin",
      Buffer.alloc(3073 * 2 + 100),
      /byte 6146: got 100 bytes of an image/,
    ],
    [
      "a label of no class",
      "test_batch.bin",
      binaryBatch(0, 600, (k) => [k === 599 ? 10 : 9]),
      /test_batch.bin, byte 1840727: got label 10; expected 0 to 9/,
    ],
    [
      "names of other classes",
      "batches.meta.txt",
      "cat\ndog\n",
      /batches.meta.txt: got 2 names of classes; expected 10/,
    ],
  ])("is refused with %s", async (_, name, bytes, message) => {
    const folder = await write(await emptyFolder(), cifar10Binary());
    if (bytes === undefined) await rm(join(folder, name));
    else await writeFile(join(folder, name), bytes);
    await expect(openDataset(folder)).rejects.toThrow(DataError);
    await expect(openDataset(folder)).rejects.toThrow(message);
  });

  it.each([
    ["another dictionary", pickledNames("label_names", words), /data that are no array of unsigned bytes/],
    [
      "rows of another length",
      pickledBatch(python2, { pixels: new Uint8Array(3072 * 2 - 1), labels: { labels: [1, 2] } }),
      /no array of unsigned bytes/,
    ],
    [
      "fewer labels",
      pickledBatch(python2, { pixels: pixels(0, 2), labels: { labels: [1] } }),
      /got 1 labels; expected 2/,
    ],
    [
      "other labels",
      pickledBatch(python2, { pixels: pixels(0, 2), labels: { fine_labels: [1, 2] } }),
      /got no list of labels/,
    ],
    [
      "a label of no class",
      pickledBatch(python2, { pixels: pixels(0, 2), labels: { labels: [1, 10] } }),
      /got label 10; expected 0 to 9/,
    ],
    ["no dictionary", Buffer.from("]."), /got another value; expected a dictionary/],
    [
      "a truncated pickle",
      pickledBatch(python2, { pixels: pixels(0, 2), labels: { labels: [1, 2] } }).subarray(0, -40),
      /got the end of the file/,
    ],
  ])("is refused with a pickle of %s", async (_, pickle, message) => {
    const folder = await write(await emptyFolder(), { ...cifar10Python(), data_batch_2: pickle });
    await expect(openDataset(folder)).rejects.toThrow(DataError);
    await expect(openDataset(folder)).rejects.toThrow(message);
    await expect(openDataset(folder)).rejects.toThrow(/data_batch_2/);
  });

  it("is verified file by file", async () => {
    const folder = await write(await emptyFolder(), cifar10Binary());
    expect(await verifyDataset(folder)).toMatchObject({
      ok: true,
      format: "cifar-10-binary",
      records: { train: 12, test: large },
      problems: [],
    });
    await truncate(join(folder, "data_batch_1.bin"), 5000);
    await rm(join(folder, "data_batch_2.bin"));
    await writeFile(
      join(folder, "data_batch_3.bin"),
      binaryBatch(2, 4, (k) => [k === 2 ? 200 : 0]),
    );
    const { ok, records, problems, classes } = await verifyDataset(folder);
    expect({ ok, records }).toEqual({ ok: false, records: { train: 3, test: large } });
    const again = "The file is damaged or of another format: fetch it again or give another folder.";
    expect(problems).toEqual([
      {
        file: folder,
        offset: null,
        found: "a folder without data_batch_2.bin",
        expected: "all of its files",
        remedy: "Fetch them with `nsm data fetch`, or give the folder that holds them.",
      },
      {
        file: join(folder, "data_batch_1.bin"),
        offset: 3073,
        found: "1927 bytes of an image, and the end of the file",
        expected: "whole images of 3073 bytes",
        remedy: again,
      },
      {
        file: join(folder, "data_batch_3.bin"),
        offset: 2 * 3073,
        found: "label 200",
        expected: "0 to 9",
        remedy: again,
      },
    ]);
    expect(Object.values(classes).reduce((sum, n) => sum + n, 0)).toBe(large + 3);
  });
});

describe("CIFAR-100", () => {
  const folders = async () => {
    const [binary, python] = [await emptyFolder(), await emptyFolder()];
    await write(join(binary, "cifar-100-binary"), cifar100Binary());
    await write(join(python, "cifar-100-python"), cifar100Python());
    return { binary, python };
  };

  it("has fine labels unless coarse ones are asked for", async () => {
    const { binary } = await folders();
    const { train, test } = await openDataset(binary);
    expect(train).toMatchObject({ count: 5, classes: 100, classNames: names("fine", 100) });
    expect([...train.labels]).toEqual(many(5, (k) => fine(1, k, 100)));
    expect([...test.labels]).toEqual(many(3, (k) => fine(2, k, 100)));
    expect(Buffer.compare(train.images, pixels(1, 5))).toBe(0);
    const groups = await openDataset(binary, { labels: "coarse" });
    expect(groups.train).toMatchObject({ classes: 20, classNames: names("coarse", 20) });
    expect([...groups.train.labels]).toEqual(many(5, (k) => coarse(1, k)));
  });

  it("is the same from pickles", async () => {
    const { binary, python } = await folders();
    for (const labels of ["fine", "coarse"] as const) {
      // The pickled names above are those of the fine labels only.
      if (labels === "coarse") await rm(join(python, "cifar-100-python/meta"));
      const [a, b] = [await openDataset(binary, { labels }), await openDataset(python, { labels })];
      expect(b.train.labels).toEqual(a.train.labels);
      expect(Buffer.compare(b.test.images, a.test.images)).toBe(0);
    }
  });

  it("is refused where a coarse label is of no group, though fine ones are read", async () => {
    const folder = await write(await emptyFolder(), {
      ...cifar100Binary(),
      "train.bin": binaryBatch(1, 5, () => [20, 3]),
    });
    await expect(openDataset(folder)).rejects.toThrow(/train.bin, byte 0: got label 20; expected 0 to 19/);
  });
});

it("a folder called as a file is, is none", async () => {
  const folder = await write(await emptyFolder(), cifar100Binary());
  await rm(join(folder, "test.bin"));
  await mkdir(join(folder, "test.bin"));
  await expect(openDataset(folder)).rejects.toThrow(/without test.bin/);
  await expect(openDataset(join(folder, "train.bin"))).rejects.toThrow(StorageError);
});

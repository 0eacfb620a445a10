import { createHash } from "node:crypto";
import { copyFile, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { encodeIdx } from "../../src/datasets/idx/idx.ts";
import { embeddedFolder, mnist, mnistFiles } from "../../src/datasets/mnist.ts";
import { DataError, StorageError } from "../../src/errors.ts";
import { emptyFolder } from "./folder.ts";

const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");
const [trainImages, trainLabels, testImages, testLabels] = mnistFiles;

/** A folder of ones own digits: 5 to train on, 3 to test, 4 x 4 pixels. */
const ownFolder = async (): Promise<string> => {
  const folder = await emptyFolder();
  const files = [
    { dims: [5, 4, 4], data: Uint8Array.from({ length: 80 }, (_, i) => i) },
    { dims: [5], data: Uint8Array.of(0, 1, 2, 3, 9) },
    { dims: [3, 4, 4], data: Uint8Array.from({ length: 48 }, (_, i) => 200 - i) },
    { dims: [3], data: Uint8Array.of(9, 8, 7) },
  ];
  await Promise.all(files.map((file, i) => writeFile(join(folder, mnistFiles[i]!), encodeIdx(file))));
  return folder;
};

describe("the embedded subset", () => {
  it("is named a subset and has the first digits of MNIST", async () => {
    const { name, train, test, files } = await mnist();
    expect(name).toBe("embedded MNIST subset");
    expect(train).toMatchObject({ count: 10_000, shape: [1, 28, 28], classes: 10, subset: true });
    expect(test).toMatchObject({ count: 2_000, shape: [1, 28, 28], classes: 10, subset: true });
    expect(train.name).toBe("embedded MNIST subset: first 10,000 training digits");
    expect(test.name).toBe("embedded MNIST subset: first 2,000 test digits");
    expect(train.images.length).toBe(10_000 * 784);
    expect(test.images.length).toBe(2_000 * 784);
    // As anyone who has seen MNIST remembers them.
    expect([...train.labels.subarray(0, 10)]).toEqual([5, 0, 4, 1, 9, 2, 1, 3, 1, 4]);
    expect([...test.labels.subarray(0, 10)]).toEqual([7, 2, 1, 0, 4, 1, 4, 9, 5, 9]);
    expect(files.map((file) => file.name)).toEqual([...mnistFiles]);
    expect(files.map((file) => file.bytes)).toEqual([7_840_016, 10_008, 1_568_016, 2_008]);
  });

  it("holds what its README says, in less than 2 MB", async () => {
    const readme = await readFile(join(embeddedFolder, "README.md"), "utf8");
    expect(readme).toMatch(/CC BY-SA 3\.0/);
    expect((await readdir(embeddedFolder)).sort()).toEqual(
      ["README.md", ...mnistFiles.map((n) => `${n}.gz`)].sort(),
    );
    let total = 0;
    for (const name of mnistFiles) {
      const file = await readFile(join(embeddedFolder, `${name}.gz`));
      const bytes = file.length.toLocaleString("en-US");
      expect(readme).toContain(
        `| ${name}.gz | ${bytes} | \`${sha256(file)}\` | \`${sha256(gunzipSync(file))}\` |`,
      );
      total += file.length;
    }
    expect(total).toBeLessThan(2e6);
  });

  it("is recognised by its contents, decompressed or renamed", async () => {
    const folder = await emptyFolder();
    for (const name of mnistFiles) {
      const file = await readFile(join(embeddedFolder, `${name}.gz`));
      await writeFile(join(folder, name.replace("-idx", ".idx")), gunzipSync(file));
    }
    const [copy, original] = [await mnist(folder), await mnist()];
    expect(copy.name).toBe(original.name);
    expect(copy.files).toEqual(original.files);
    expect(Buffer.compare(copy.test.images, original.test.images)).toBe(0);
  });

  it("loses its name when a single pixel differs", async () => {
    const folder = await emptyFolder();
    for (const name of mnistFiles) {
      await copyFile(join(embeddedFolder, `${name}.gz`), join(folder, `${name}.gz`));
    }
    const changed = gunzipSync(await readFile(join(folder, `${testImages}.gz`)));
    changed[20]! ^= 1;
    await writeFile(join(folder, `${testImages}.gz`), gzipSync(changed, { level: 1 }));
    const { name, test } = await mnist(folder);
    expect(name).toBe(`IDX data in ${folder}`);
    expect(test.name).toBe(`IDX data in ${folder}, test, 2,000 images`);
  });
});

describe("mnist(folder)", () => {
  it("reads one's own data and names them so", async () => {
    const folder = await ownFolder();
    const { name, train, test } = await mnist(folder);
    expect(name).toBe(`IDX data in ${folder}`);
    expect(train).toMatchObject({
      name: `${name}, training, 5 images`,
      count: 5,
      shape: [1, 4, 4],
      subset: false,
    });
    expect(test).toMatchObject({ name: `${name}, test, 3 images`, count: 3, shape: [1, 4, 4] });
    expect([...train.labels]).toEqual([0, 1, 2, 3, 9]);
    expect(test.images[0]).toBe(200);
  });

  it("takes each file by any of its names, mixed", async () => {
    const folder = await ownFolder();
    await rename(join(folder, trainImages), join(folder, "train-images.idx3-ubyte"));
    await writeFile(
      join(folder, "t10k-labels.idx1-ubyte.gz"),
      gzipSync(await readFile(join(folder, testLabels))),
    );
    await rm(join(folder, testLabels));
    expect((await mnist(folder)).test.count).toBe(3);
  });

  it("says how to get the data when the folder is missing, a file, empty or incomplete", async () => {
    const empty = await emptyFolder();
    await expect(mnist(join(empty, "none"))).rejects.toThrow(StorageError);
    await expect(mnist(join(empty, "none"))).rejects.toThrow(/train-images-idx3-ubyte.*nsm data fetch mnist/);
    await expect(mnist(empty)).rejects.toThrow(DataError);
    await expect(mnist(empty)).rejects.toThrow(/empty folder.*train-images-idx3-ubyte.*nsm data fetch mnist/);
    const folder = await ownFolder();
    await expect(mnist(join(folder, trainImages))).rejects.toThrow(StorageError);
    await rm(join(folder, testImages));
    await expect(mnist(folder)).rejects.toThrow(DataError);
    await expect(mnist(folder)).rejects.toThrow(/without t10k-images-idx3-ubyte;/);
  });

  it.each([
    ["labels where images belong", trainImages, { dims: [5], data: new Uint8Array(5) }, /got labels/],
    ["images where labels belong", trainLabels, { dims: [5, 4, 4], data: new Uint8Array(80) }, /got images/],
    [
      "fewer labels than images",
      testLabels,
      { dims: [2], data: new Uint8Array(2) },
      /got 2 labels; expected 3/,
    ],
    [
      "a label of 10",
      testLabels,
      { dims: [3], data: Uint8Array.of(9, 10, 0) },
      /byte 9: got label 10; expected 0 to 9/,
    ],
    [
      "test images of another size",
      testImages,
      { dims: [3, 4, 5], data: new Uint8Array(60) },
      /4 x 5; expected 4 x 4/,
    ],
  ])("refuses %s", async (_, name, array, message) => {
    const folder = await ownFolder();
    await writeFile(join(folder, name), encodeIdx(array));
    await expect(mnist(folder)).rejects.toThrow(DataError);
    await expect(mnist(folder)).rejects.toThrow(message);
  });
});

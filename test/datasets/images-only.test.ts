/** Images without labels or others to train on: every layout, and each fault told as itself. */
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { encodeIdx } from "../../src/datasets/idx/idx.ts";
import { openImages } from "../../src/datasets/images-only.ts";
import { embeddedFolder } from "../../src/datasets/mnist.ts";
import { openDataset } from "../../src/datasets/open.ts";
import { DataError, StorageError } from "../../src/errors.ts";
import { headerText, numpyFile } from "../files/arrays/numpy-file.ts";
import { zipFile } from "../files/arrays/zip-file.ts";
import { emptyFolder, folderOf } from "./folder.ts";
import { png } from "./images/png.ts";

/** Bytes of images 2 high and 3 wide, numbered through. */
const pixels = (count: number, start = 0): Uint8Array =>
  Uint8Array.from({ length: 6 * count }, (_, k) => start + k);
const array = (name: string, shape: readonly number[], data: Uint8Array) => ({
  name: `${name}.npy`,
  contents: numpyFile({ text: headerText("'|u1'", `(${shape.join(", ")},)`, "False"), data }),
});
/** An .npz file of images. */
const npz = (count: number, start = 0): Uint8Array =>
  zipFile([array("x", [count, 2, 3], pixels(count, start))]);
const idx = (count: number, start = 0): Uint8Array =>
  encodeIdx({ dims: [count, 2, 3], data: pixels(count, start) });
/** A grey picture of one pixel. */
const picture = (value: number): Uint8Array =>
  png({ width: 1, height: 1, depth: 8, colourType: 0, rows: [[value]] });

const text = Buffer.from("no images");
const cut = (file: Uint8Array): Uint8Array => file.subarray(0, file.length - 10);

/** What is read of a folder with these files. */
const read = async (files: Readonly<Record<string, Uint8Array>>) => openImages(await folderOf(files));

/** The error of a folder with these files. */
const refused = async (files: Readonly<Record<string, Uint8Array>>): Promise<Error> =>
  read(files).then(
    () => expect.unreachable("was read"),
    (problem) => problem,
  );

describe("images with their labels and others to train on", () => {
  it("are the test half of the data set", async () => {
    const { test } = await openDataset();
    const images = await openImages(embeddedFolder);
    expect(images).toMatchObject({ count: test.count, shape: test.shape });
    expect(Buffer.compare(images.images, test.images)).toBe(0);
  });

  it("are those that openDataset gives where labels lie in the same file", async () => {
    const record = (label: number) => Buffer.concat([Buffer.of(label), Buffer.alloc(3072, label)]);
    const batches = [1, 2, 3, 4, 5].map((k) => [`data_batch_${k}.bin`, record(k)]);
    const files = { ...Object.fromEntries(batches), "test_batch.bin": record(9) };
    for (const place of ["", "cifar-10-batches-bin/"]) {
      const there = Object.entries(files).map(([name, bytes]) => [place + name, bytes]);
      const images = await read(Object.fromEntries(there));
      expect(images).toMatchObject({ count: 1, shape: [3, 32, 32] });
      expect([...new Set(images.images)]).toEqual([9]);
    }
  });
});

describe("an .npz file", () => {
  it.each([
    ["test.npz alone", { "test.npz": npz(2, 100) }],
    [
      "the only one, of any name, whatever else lies there",
      { "letters.npz": npz(2, 100), "notes.txt": text },
    ],
    ["test.npz beside others", { "test.npz": npz(2, 100), "train.npz": text, "other.npz": text }],
    ["a hidden one is none", { "letters.npz": npz(2, 100), "._letters.npz": text }],
  ])("%s", async (_, files) => {
    expect(await read(files)).toMatchObject({ count: 2, shape: [1, 2, 3], images: pixels(2, 100) });
  });

  it("of frames of 0 and 1 gives 0 and 255, as in a data set", async () => {
    const frames = zipFile([array("x", [1, 2, 2], Uint8Array.of(0, 1, 1, 0))]);
    expect((await read({ "test.npz": frames })).images).toEqual(Uint8Array.of(0, 255, 255, 0));
  });

  it.each([
    ["cut", cut(npz(2)), /test\.npz/],
    ["of no images", npz(0), /test\.npz\/x\.npy: got u1 of shape \(0, 2, 3\).* Write at least one image\./],
    [
      "without x",
      zipFile([array("images", [1, 2, 3], pixels(1))]),
      /test\.npz: got the arrays images; expected an array called x/,
    ],
    ["that is none", text, /test\.npz/],
  ])("%s is reported as such", async (_, file, message) => {
    const problem = await refused({ "test.npz": file });
    expect(problem).toBeInstanceOf(DataError);
    expect(problem.message).toMatch(message);
    expect(problem.message).not.toContain("train.npz");
  });

  it("of several, none of them test.npz, is not guessed", async () => {
    expect((await refused({ "train.npz": npz(1), "b.npz": npz(1) })).message).toMatch(
      /got a folder with b\.npz, train\.npz; expected one file of images\./,
    );
  });
});

describe("an IDX file", () => {
  it.each([
    ["t10k-images-idx3-ubyte", idx(2, 7)],
    ["t10k-images-idx3-ubyte.gz", gzipSync(idx(2, 7))],
    ["t10k-images.idx3-ubyte", idx(2, 7)],
    ["train-images-idx3-ubyte.gz", gzipSync(idx(2, 7))],
    ["letters-images-idx3-ubyte", idx(2, 7)],
  ])("%s alone", async (name, file) => {
    const found = await read({ [name]: file });
    expect(found).toMatchObject({ count: 2, shape: [1, 2, 3] });
    expect(found.images).toEqual(pixels(2, 7));
  });

  it("to test with comes before one to train on, and labels are not looked at", async () => {
    const labels = { "train-labels-idx1-ubyte": text, "t10k-labels-idx1-ubyte": text };
    const found = await read({
      "train-images-idx3-ubyte": text,
      "t10k-images-idx3-ubyte": idx(1),
      ...labels,
    });
    expect(found.images).toEqual(pixels(1));
  });

  it("that is there twice, compressed and not, is one", async () => {
    const found = await read({ "a-images-idx3-ubyte": text, "a-images-idx3-ubyte.gz": gzipSync(idx(1)) });
    expect(found.images).toEqual(pixels(1));
  });

  it.each(["emnist-letters-test-images-idx3-ubyte", "letters/emnist-letters-train-images-idx3-ubyte"])(
    "of EMNIST, %s, comes upright",
    async (name) => {
      const found = await read({ [name]: idx(1) });
      expect(found).toMatchObject({ count: 1, shape: [1, 3, 2] });
      expect([...found.images]).toEqual([0, 3, 1, 4, 2, 5]);
    },
  );

  it("is told as damaged, or as one of several", async () => {
    const damaged = await refused({ "t10k-images-idx3-ubyte": cut(idx(2)) });
    expect(damaged).toBeInstanceOf(DataError);
    expect(damaged.message).toMatch(/t10k-images-idx3-ubyte, byte 18: got the end of the data/);
    const several = { "a-images-idx3-ubyte": idx(1), "b-images-idx3-ubyte": idx(1) };
    expect((await refused(several)).message).toContain("expected one file of images");
    const labels = { "t10k-images-idx3-ubyte": encodeIdx({ dims: [3], data: new Uint8Array(3) }) };
    expect((await refused(labels)).message).toContain("got labels (IDX, 1 dimension)");
  });
});

describe("pictures", () => {
  it.each([
    ["flat", { "2.png": picture(1), "10.PNG": picture(2), ".DS_Store": text }],
    ["by class", { "b/a.png": picture(2), "a/z.png": picture(1) }],
    ["by class in test", { "test/a/1.png": picture(1), "test/b/1.png": picture(2), "readme.md": text }],
    ["flat in test", { "test/1.png": picture(1), "test/2.png": picture(2) }],
    [
      "to test with, whatever there is to train on",
      { "train/a/1.png": text, "test/a/1.png": picture(1), "test/b/1.png": picture(2) },
    ],
  ])("%s", async (_, files) => {
    const found = await read(files);
    expect(found).toMatchObject({ count: 2, shape: [1, 1, 1] });
    expect([...found.images]).toEqual([1, 2]);
  });

  it.each([
    ["that cannot be read", { "b/b.png": text }, /b\/b\.png: got a file that is no PNG or JPEG/],
    ["that is truncated", { "b.png": cut(picture(1)) }, /b\.png, byte \d+: got/],
    [
      "of another size",
      { "b.png": png({ width: 2, height: 1, depth: 8, colourType: 0, rows: [[1, 2]] }) },
      /b\.png: got 2 x 1 pixels .*expected 1 x 1/,
    ],
    ["that is none", { "b.gif": text }, /b\.gif: got another file; expected PNG or JPEG pictures only/],
    ["too deep", { "b/c/d.png": picture(1) }, /b\/c\/?: got a folder; expected PNG or JPEG pictures only/],
  ])("one %s is reported as such", async (_, files, message) => {
    const problem = await refused({ "a.png": picture(1), "c.png": picture(3), ...files });
    expect(problem).toBeInstanceOf(DataError);
    expect(problem.message).toMatch(message);
  });

  it("that cannot be read are told though no other picture lies there", async () => {
    expect((await refused({ "a.png": text })).message).toContain("a.png: got a file that is no PNG or JPEG");
  });
});

describe("a folder of another layout", () => {
  it.each([
    ["an empty folder", {}],
    ["a folder with a.txt, b/", { "a.txt": text, "b/c.txt": text }],
    ["a folder with train/", { "train/a/1.png": picture(1) }],
    ["a folder with t10k-labels-idx1-ubyte", { "t10k-labels-idx1-ubyte": text }],
    ["a folder with test/, train/", { "train/a/1.png": picture(1), "test/a.txt": text }],
  ])("%s: said in short, with what will do", async (given, files) => {
    const problem = await refused(files);
    expect(problem).toBeInstanceOf(DataError);
    expect(problem.message).toContain(`got ${given}; expected a folder with t10k-images-idx3-ubyte`);
    expect(problem.message).toMatch(/test\.npz .*test\/CLASS\/.* Give the folder/);
    expect(problem.message).not.toMatch(/fetch|\n/);
    expect(problem.message.length).toBeLessThan(450);
  });

  it("and one that is not there, or cannot be one", async () => {
    const folder = await emptyFolder();
    await writeFile(join(folder, "a.npz"), npz(1));
    await expect(openImages(join(folder, "a.npz"))).rejects.toThrow(/a file, not a folder/);
    await rm(folder, { recursive: true });
    await expect(openImages(folder)).rejects.toThrow(StorageError);
    await expect(openImages(folder)).rejects.not.toThrow(/fetch/);
  });
});

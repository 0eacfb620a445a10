import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openImages } from "../../src/datasets/images-only.ts";
import { openDataset } from "../../src/datasets/open.ts";
import { verifyDataset } from "../../src/datasets/verify.ts";
import { DataError } from "../../src/errors.ts";
import { zipFile } from "../files/arrays/zip-file.ts";
import { emptyFolder } from "./folder.ts";
import { array, bytesOf, npzFolder } from "./npz-folder.ts";

/** Images 2 high and 3 wide, numbered through. */
const pixels = (count: number, start = 0): Uint8Array =>
  Uint8Array.from({ length: 6 * count }, (_, k) => start + k);
const images = (count: number, start = 0) => array("x", "|u1", [count, 2, 3], pixels(count, start));
const labels = (...values: number[]) =>
  array("y", "<i8", [values.length], bytesOf(BigInt64Array.from(values, BigInt)));

describe("a folder of train.npz and test.npz", () => {
  it("is read as it is, with as many classes as there are labels", async () => {
    const folder = await npzFolder([images(3), labels(0, 4, 1), labels(9)].slice(0, 2), [
      images(2, 100),
      labels(5, 0),
    ]);
    const { name, train, test, files } = await openDataset(folder);
    expect(name).toBe(`npz data in ${folder}`);
    expect(train).toEqual({
      name: `npz data in ${folder}, training, 3 images`,
      images: pixels(3),
      labels: Uint8Array.of(0, 4, 1),
      count: 3,
      shape: [1, 2, 3],
      classes: 6,
      subset: false,
    });
    expect(test).toMatchObject({ count: 2, classes: 6, images: pixels(2, 100) });
    expect(files.map((file) => [file.name, file.bytes])).toEqual([
      ["train.npz/x", 18],
      ["train.npz/y", 24],
      ["test.npz/x", 12],
      ["test.npz/y", 16],
    ]);
    expect(await verifyDataset(folder)).toMatchObject({
      ok: true,
      format: "npz",
      records: { train: 3, test: 2 },
      classes: { 0: 2, 1: 1, 4: 1, 5: 1 },
      shape: [1, 2, 3],
      remarks: ["no example to train on of class 2, 3, 5"],
    });
  });

  it("takes channels, columns first, other label types and more than 256 classes", async () => {
    const x = array(
      "x",
      "|u1",
      [2, 3, 2, 1],
      Uint8Array.from({ length: 12 }, (_, k) => k),
      "True",
    );
    const y = array("y", ">u2", [2], Uint8Array.of(1, 44, 0, 7));
    const { train } = await openDataset(await npzFolder([x, y], [x, y]));
    expect(train).toMatchObject({ shape: [3, 2, 1], classes: 301, labels: Uint16Array.of(300, 7) });
    // In columns first order element (n, c, h, w) is number n + 2 c + 6 h.
    expect([...train.images]).toEqual([0, 6, 2, 8, 4, 10, 1, 7, 3, 9, 5, 11]);
  });

  it("makes pictures of binary frames: 1 becomes 255", async () => {
    const frames = (...bits: number[]) => [array("x", "|u1", [1, 2, 1, 2], Uint8Array.from(bits)), labels(0)];
    const binary = await openDataset(await npzFolder(frames(0, 1, 1, 0), frames(1, 1, 1, 1)));
    expect([[...binary.train.images], [...binary.test.images]]).toEqual([
      [0, 255, 255, 0],
      [255, 255, 255, 255],
    ]);
    const grey = await openDataset(await npzFolder(frames(0, 1, 2, 0), frames(1, 1, 0, 1)));
    expect([[...grey.train.images], [...grey.test.images]]).toEqual([
      [0, 1, 2, 0],
      [1, 1, 0, 1],
    ]);
    const mixed = openDataset(await npzFolder(frames(0, 1, 1, 0), frames(1, 1, 2, 1)));
    await expect(mixed).rejects.toThrow(DataError);
    await expect(mixed).rejects.toThrow(/test.npz\/x.npy: got pixels up to 2; expected 0 and 1/);
    const truths = [array("x", "|b1", [1, 2, 2], Uint8Array.of(0, 1, 1, 0)), labels(0)];
    expect((await openDataset(await npzFolder(truths, truths))).train).toMatchObject({
      images: Uint8Array.of(0, 255, 255, 0),
      shape: [1, 2, 2],
    });
  });

  it("is remarked on where colours may have come last", async () => {
    const folderWith = (shape: readonly number[]) => {
      const split = [
        array(
          "x",
          "|u1",
          shape,
          new Uint8Array(75).map((_, k) => k),
        ),
        labels(0),
      ];
      return npzFolder(split, split);
    };
    const last = await verifyDataset(await folderWith([1, 5, 5, 3]));
    const taken = "the last dimension of (1, 5, 5, 3) is taken for colours: 5 x 5 pixels";
    expect(last).toMatchObject({ ok: true, shape: [3, 5, 5], remarks: [taken] });
    const open = await verifyDataset(await folderWith([1, 15, 5, 1]));
    expect(open).toMatchObject({
      shape: [15, 5, 1],
      remarks: [expect.stringContaining("x.transpose(0, 3, 1, 2)")],
    });
    expect((await verifyDataset(await folderWith([1, 3, 5, 5]))).remarks).toEqual([]);
  });

  it("is turned to channels first where colours come last", async () => {
    const x = (shape: number[]) =>
      array(
        "x",
        "|u1",
        shape,
        Uint8Array.from({ length: 150 }, (_, k) => k),
      );
    const y = labels(0, 1);
    const { train } = await openDataset(await npzFolder([x([2, 5, 5, 3]), y], [x([2, 5, 5, 3]), y]));
    expect(train.shape).toEqual([3, 5, 5]);
    // Pixel k of image n has the colours 75 n + 3 k, + 1 and + 2.
    const colour = (n: number, c: number) => Array.from({ length: 25 }, (_, k) => 75 * n + 3 * k + c);
    expect([...train.images]).toEqual([0, 1].flatMap((n) => [0, 1, 2].flatMap((c) => colour(n, c))));
    const grey = array(
      "x",
      "|u1",
      [2, 5, 5, 1],
      Uint8Array.from({ length: 50 }, (_, k) => k),
    );
    const one = await openDataset(await npzFolder([grey, y], [grey, y]));
    expect(one.train.shape).toEqual([1, 5, 5]);
    expect([...one.train.images]).toEqual(Array.from({ length: 50 }, (_, k) => k));
  });

  const good = [images(2), labels(0, 1)];
  it.each([
    [
      "floating point",
      [array("x", "<f4", [2, 2, 3], new Uint8Array(48)), labels(0, 1)],
      /train.npz\/x.npy: got f4 of shape \(2, 2, 3\); expected uint8 .* x.astype\('uint8'\)/,
    ],
    ["flat images", [array("x", "|u1", [2, 6], pixels(2)), labels(0, 1)], /got u1 of shape \(2, 6\)/],
    [
      "no images",
      [array("x", "|u1", [0, 2, 3], pixels(0)), array("y", "|u1", [0], pixels(0))],
      /got u1 of shape \(0, 2, 3\)/,
    ],
    [
      "fewer labels",
      [images(2), labels(0)],
      /train.npz\/y.npy: got i8 of shape \(1\); expected whole numbers of shape \(2,\)\. Write labels and images again/,
    ],
    [
      "one-hot labels",
      [images(2), array("y", "|u1", [2, 2], Uint8Array.of(0, 1, 1, 0))],
      /got u1 of shape \(2, 2\).* y\.argmax\(1\) of one-hot rows/,
    ],
    [
      "labels with a fraction",
      [images(2), array("y", "<f8", [2], new Uint8Array(16))],
      /got f8 of shape \(2\).* y\.astype\(int\)/,
    ],
    [
      "a negative label",
      [images(2), labels(0, -1)],
      /got label -1 of image 1; expected 0 to 65535\. .*return_inverse/,
    ],
    ["a huge label", [images(2), labels(0, 1e15)], /got label 1000000000000000 of image 1/],
    ["no labels", [images(2)], /got the arrays x; expected an array called y/],
    [
      "images of another size",
      [array("x", "|u1", [2, 3, 2], pixels(2)), labels(0, 1)],
      /test.npz\/x.npy: got images of 1 x 2 x 3; expected 1 x 3 x 2/,
    ],
  ])("is refused with %s", async (_, train, message) => {
    const folder = await npzFolder(train, good);
    await expect(openDataset(folder)).rejects.toThrow(DataError);
    await expect(openDataset(folder)).rejects.toThrow(message);
  });

  it("is verified though one file is damaged or missing", async () => {
    const folder = await npzFolder(good, good);
    await writeFile(join(folder, "train.npz"), Buffer.from("no zip"));
    const { ok, records, problems } = await verifyDataset(folder);
    expect({ ok, records }).toEqual({ ok: false, records: { train: 0, test: 2 } });
    expect(problems).toMatchObject([{ file: join(folder, "train.npz") }]);
  });
});

describe("one .npz file with both splits", () => {
  const named = (name: string, each: ReturnType<typeof array>) => ({ ...each, name: `${name}.npy` });
  const keras = [
    named("x_train", images(3)),
    named("y_train", labels(0, 4, 1)),
    named("x_test", images(2, 100)),
    named("y_test", labels(5, 0)),
  ];
  const column = (name: string, ...values: number[]) =>
    named(name, array("y", "|u1", [values.length, 1], Uint8Array.from(values)));
  const medical = ["train", "val", "test"].flatMap((split, k) => [
    named(`${split}_images`, images(2, 10 * k)),
    column(`${split}_labels`, k, 1),
  ]);

  it.each([
    ["Keras's mnist.npz", keras, "x_train", 3],
    ["MedMNIST's", medical, "train_images", 2],
  ] as const)("is read: %s, by its folder or its path", async (_, arrays, first, count) => {
    const folder = await emptyFolder();
    const path = join(folder, "mnist.npz");
    await writeFile(path, zipFile(arrays));
    for (const place of [folder, path]) {
      const { name, train, test, files } = await openDataset(place);
      expect(name).toBe(`npz data in ${path}`);
      expect(train).toMatchObject({ count, images: pixels(count), shape: [1, 2, 3] });
      expect(test.count).toBe(2);
      expect(files[0]).toMatchObject({ name: first, bytes: 6 * count });
    }
    const { ok, format, remarks } = await verifyDataset(path);
    expect({ ok, format }).toEqual({ ok: true, format: "npz-archive" });
    const unread = "val_images and val_labels are not read";
    expect(remarks.includes(unread)).toBe(arrays === medical);
    expect((await openImages(folder)).count).toBe(2);
  });

  it("is refused with other arrays, or without one of them", async () => {
    const folder = await emptyFolder();
    await writeFile(join(folder, "a.npz"), zipFile([images(1)]));
    await expect(openDataset(folder)).rejects.toThrow(
      /a.npz: got the arrays x; expected x_train and x_test, or train_images and test_images/,
    );
    await writeFile(join(folder, "a.npz"), zipFile(keras.slice(0, 3)));
    await expect(openDataset(folder)).rejects.toThrow(/expected an array called y_test/);
    const { records, problems } = await verifyDataset(folder);
    expect({ records, problems: problems.length }).toEqual({ records: { train: 3, test: 0 }, problems: 1 });
  });
});

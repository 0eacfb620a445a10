import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openDataset } from "../../../src/datasets/open.ts";
import { verifyDataset } from "../../../src/datasets/verify.ts";
import { DataError } from "../../../src/errors.ts";
import { folderOf } from "../folder.ts";
import { drawn, height, jpeg, width } from "./fixture.ts";
import { png } from "./png.ts";

/** A grey picture of 2 x 1. */
const grey = (a: number, b: number): Buffer =>
  png({ width: 2, height: 1, depth: 8, colourType: 0, rows: [[a, b]] });
const colour = (...row: number[]): Buffer =>
  png({ width: 2, height: 1, depth: 8, colourType: 2, rows: [row] });

const own = {
  "train/10/a.png": grey(1, 2),
  "train/2/10.png": grey(5, 6),
  "train/2/9.PNG": grey(3, 4),
  "train/x/b.png": grey(7, 8),
  "test/10/t.png": grey(9, 10),
  "test/2/.hidden": Buffer.from("no picture"),
  "test/2/t.png": grey(11, 12),
  "test/x/t.png": grey(13, 14),
};

describe("a folder of pictures by class", () => {
  it("is read in the order of its names, numbers by value", async () => {
    const folder = await folderOf(own);
    const { name, train, test, files } = await openDataset(folder);
    expect(name).toBe(`pictures in ${folder}`);
    expect(train).toMatchObject({
      name: `pictures in ${folder}, training, 4 images`,
      count: 4,
      shape: [1, 1, 2],
      classes: 3,
      classNames: ["2", "10", "x"],
      subset: false,
    });
    expect([...train.images]).toEqual([3, 4, 5, 6, 1, 2, 7, 8]);
    expect([...train.labels]).toEqual([0, 0, 1, 2]);
    expect([...test.images]).toEqual([11, 12, 9, 10, 13, 14]);
    expect([...test.labels]).toEqual([0, 1, 2]);
    expect(files.map((file) => file.name)[1]).toBe("train/2/10.png");
  });

  it("is of three channels throughout where one picture is, wherever it comes", async () => {
    const folder = await folderOf({ ...own, "train/x/b.png": colour(7, 8, 9, 10, 11, 12) });
    const { train, test } = await openDataset(folder);
    expect([train.shape, test.shape]).toEqual([
      [3, 1, 2],
      [3, 1, 2],
    ]);
    expect([...train.images.subarray(12)]).toEqual([1, 2, 1, 2, 1, 2, 7, 10, 8, 11, 9, 12]);
    expect([...test.images.subarray(0, 6)]).toEqual([11, 12, 11, 12, 11, 12]);
    // The first to come is of colours.
    const first = await folderOf({ ...own, "train/2/9.PNG": colour(7, 8, 9, 10, 11, 12) });
    expect([...(await openDataset(first)).train.images.subarray(0, 12)]).toEqual([
      7, 10, 8, 11, 9, 12, 5, 6, 5, 6, 5, 6,
    ]);
  });

  it("takes JPEGs", async () => {
    const folder = await folderOf({
      "train/a/1.jpg": await jpeg("colour"),
      "train/a/2.jpeg": await jpeg("grey"),
      "test/a/1.JPG": await jpeg("grey"),
    });
    const { train, test } = await openDataset(folder);
    expect(train).toMatchObject({ count: 2, shape: [3, height, width], classes: 1 });
    const expected = drawn(1);
    const size = width * height;
    const middle = test.images.subarray(size, 2 * size);
    expect(Math.max(...Array.from(middle, (value, k) => Math.abs(value - expected[k]!)))).toBeLessThanOrEqual(
      2,
    );
  });

  it("holds more than 256 classes", async () => {
    const files: Record<string, Buffer> = {};
    for (let k = 0; k < 300; k++) files[`train/${k}/a.png`] = files[`test/${k}/a.png`] = grey(k & 255, 0);
    const { train } = await openDataset(await folderOf(files));
    expect(train.labels).toBeInstanceOf(Uint16Array);
    expect(train.labels[299]).toBe(299);
  });

  it.each([
    [
      "another size",
      { "test/2/t.png": png({ width: 1, height: 1, depth: 8, colourType: 0, rows: [[1]] }) },
      /test\/2\/t.png: got 1 x 1 pixels .*expected 2 x 1, as .*train\/2\/9.PNG has/,
    ],
    [
      "damage",
      { "train/x/b.png": grey(1, 2).subarray(0, 60) },
      /train\/x\/b.png, byte \d+: got the end of the file in a chunk/,
    ],
    [
      "what is no picture",
      { "train/x/readme.txt": Buffer.from("hello") },
      /train\/x\/readme.txt: got another file/,
    ],
    [
      "a picture beside the classes",
      { "train/stray.png": grey(1, 2) },
      /train\/stray.png: got a file; expected a folder for each class/,
    ],
    ["another class in test", { "test/y/t.png": grey(1, 2) }, /got test\/y\/ without train\/y\//],
    [
      "text called a picture",
      { "train/x/b.png": Buffer.from("hello") },
      /train\/x\/b.png: got a file that is no PNG or JPEG/,
    ],
  ])("refuses %s, naming the file", async (_, files, message) => {
    const folder = await folderOf({ ...own, ...files });
    await expect(openDataset(folder)).rejects.toThrow(DataError);
    await expect(openDataset(folder)).rejects.toThrow(message);
  });

  it("refuses a class that is missing in test, and a split without pictures", async () => {
    const folder = await folderOf(own);
    await rm(join(folder, "test/x"), { recursive: true });
    await expect(openDataset(folder)).rejects.toThrow("train/x/ without test/x/");
    await mkdir(join(folder, "test/x"));
    expect((await openDataset(folder)).test.count).toBe(2);
    for (const name of ["2/t.png", "10/t.png"]) await rm(join(folder, "test", name));
    await expect(openDataset(folder)).rejects.toThrow(/test: got no pictures/);
    await rm(join(folder, "test"), { recursive: true });
    await expect(openDataset(folder)).rejects.toThrow(/got a folder with train\/ and without test\//);
    expect(await verifyDataset(folder)).toMatchObject({
      ok: false,
      format: null,
      problems: [{ file: folder, found: "a folder with train/ and without test/" }],
    });
  });

  it("is verified to the end, whatever is wrong in it", async () => {
    const folder = await folderOf({
      ...own,
      "train/2/9.PNG": Buffer.from("no"),
      "test/x/t.png": grey(1, 2).subarray(0, 50),
      "train/x/readme.txt": Buffer.from("hello"),
    });
    const { ok, format, records, classes, problems } = await verifyDataset(folder);
    expect({ ok, format, records, classes }).toEqual({
      ok: false,
      format: "images",
      records: { train: 3, test: 2 },
      classes: { 0: 2, 1: 2, 2: 1 },
    });
    expect(problems.map(({ file, offset }) => [file.slice(folder.length + 1), offset])).toEqual([
      ["train/x/readme.txt", null],
      ["train/2/9.PNG", null],
      ["test/x/t.png", 33],
    ]);
  });

  it("is of the size that most pictures have, whichever comes first", async () => {
    const odd = png({ width: 1, height: 1, depth: 8, colourType: 0, rows: [[1]] });
    const { problems } = await verifyDataset(await folderOf({ ...own, "train/2/9.PNG": odd }));
    expect(problems.map(({ file, found }) => [file.endsWith("train/2/9.PNG"), found])).toEqual([
      [true, "1 x 1 pixels (width x height)"],
    ]);
  });

  it("tells each class that one split lacks, once", async () => {
    const folder = await folderOf({ ...own, "test/y/t.png": grey(1, 2) });
    for (const name of ["2", "x"]) await rm(join(folder, "test", name), { recursive: true });
    const { problems } = await verifyDataset(folder);
    expect(problems.map(({ found }) => found)).toEqual([
      "train/2/ without test/2/",
      "train/x/ without test/x/",
      "test/y/ without train/y/",
    ]);
  });

  it("that nobody has split is reported as such", async () => {
    const folder = await folderOf({ "cats/a.png": grey(1, 2), "dogs/b.jpg": grey(1, 2) });
    await expect(openDataset(folder)).rejects.toThrow(/without train\/ and test\/.*test\/CLASS/);
  });
});

describe("a folder that is almost one of pictures by class", () => {
  const picture = grey(1, 2);
  const split = (name: string) => ({ [`${name}/cat/a.png`]: picture, [`${name}/dog/b.png`]: picture });

  it.each([
    [["Train", "Test"], "Train/ and Test/", "Rename Train/ to train/ and Test/ to test/."],
    [["train", "val"], "train/ and val/", "Rename val/ to test/."],
    [["training", "testing"], "training/ and testing/", "Rename training/ to train/ and testing/ to test/."],
    [["train", "validation"], "train/ and validation/", "Rename validation/ to test/."],
  ])("with %j is a problem of one line that says what to rename", async ([train, test], given, remedy) => {
    const folder = await folderOf({ ...split(train!), ...split(test!) });
    const { problems } = await verifyDataset(folder);
    expect(problems).toMatchObject([{ found: `pictures in ${given}`, remedy }]);
    await expect(openDataset(folder)).rejects.toThrow(remedy);
  });

  it("with pictures of test/ that have no classes is a problem of one line", async () => {
    const loose = Object.fromEntries(Array.from({ length: 300 }, (_, k) => [`test/${k}.png`, picture]));
    const folder = await folderOf({ ...split("train"), ...loose });
    const { problems } = await verifyDataset(folder);
    expect(problems).toMatchObject([
      {
        file: join(folder, "test"),
        found: expect.stringMatching(/^300 pictures .*: 0.png, 1.png.* and 295 more$/),
      },
    ]);
    const both = await folderOf({ ...split("train"), ...split("val"), ...loose });
    expect((await verifyDataset(both)).problems).toMatchObject([
      { remedy: "Rename test/ to another name, then val/ to test/." },
    ]);
  });

  it("with many other files is a problem of a line a folder", async () => {
    const notes = Object.fromEntries(
      Array.from({ length: 50 }, (_, k) => [`train/cat/${k}.txt`, Buffer.from("note")]),
    );
    const { problems } = await verifyDataset(
      await folderOf({ ...split("train"), ...split("test"), ...notes }),
    );
    expect(problems).toMatchObject([{ found: "50 others: 0.txt, 1.txt, 2.txt, 3.txt, 4.txt and 45 more" }]);
  });
});

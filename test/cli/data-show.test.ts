/** nsm data show. */
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { scatteredEvents, writeGestures, writeNmnist } from "../datasets/recordings/folders.ts";
import { imagesIn, requireWellFormed } from "../drawing/svg.ts";
import { encodeEvt2, rawHeader } from "../events/encoders/evt2.ts";
import {
  emptyFolder,
  type Json,
  makeFolder,
  nsm,
  nsmJson,
  type Outcome,
  refused,
  removeFolder,
  writeDigits,
} from "./nsm.ts";

const recording = fileURLToPath(new URL("../fixtures/events/nmnist-train-1-00605.bin", import.meta.url));

let folder: string;
let digits: string;
let cache: string;

beforeAll(async () => {
  folder = await makeFolder();
  digits = await writeDigits(join(folder, "digits"), 50, 20);
  cache = join(folder, "cache");
  await writeNmnist(join(cache, "neural-sampling", "nmnist"));
});
afterAll(() => removeFolder(folder));

/** With a cache of the test's own. */
const env = () => ({ ...process.env, XDG_CACHE_HOME: cache });

const show = async (data: string, ...options: string[]): Promise<{ document: Json; picture: string }> => {
  const out = join(await emptyFolder(), "d.svg");
  const document = await nsmJson(["data", "show", data, ...options, "--out", out], { env: env() });
  expect(document.out).toBe(out);
  const picture = await readFile(out, "utf8");
  requireWellFormed(picture);
  expect(await readdir(join(out, ".."))).toEqual(["d.svg"]);
  return { document, picture };
};

describe("a picture", () => {
  test("of an image of a folder, with its label", async () => {
    const { document, picture } = await show(digits, "--index", "7");
    expect(document).toMatchObject({ label: 3, className: null, split: "train", index: 7 });
    expect(picture).toContain(">Training example 7: label 3<");
    const [image] = imagesIn(picture);
    expect(image).toMatchObject({ width: 28, height: 28 });
    const { train } = await (await import("../../src/datasets/mnist.ts")).mnist();
    expect(Buffer.compare(Uint8Array.from(image!.data), train.images.subarray(7 * 784, 8 * 784))).toBe(0);
    const first = await show(digits, "--split", "test");
    expect(first.document).toMatchObject({ label: 7, split: "test", index: 0 });
  });

  test("of an example of a data set in the cache, by its name", async () => {
    const { document, picture } = await show("nmnist", "--index", "7");
    expect(document).toMatchObject({ label: 7, split: "train", index: 7 });
    expect(picture).toContain(">N-MNIST, training example 7: label 7<");
    expect(imagesIn(picture)).toHaveLength(10);
    expect(picture).toContain("Event rate");
  });

  test("of a gesture, with the name of its class", async () => {
    const place = join(folder, "gestures");
    const events = scatteredEvents(5000, 128, 1000);
    const gestures = [[8, 100_000, 500_000]] as const;
    await writeGestures(
      place,
      { user01_a: { events, gestures } },
      { train: ["user01_a"], test: ["user01_a"] },
    );
    const { document, picture } = await show(place, "--index", "3");
    expect(document).toMatchObject({ label: 7, className: "arm roll" });
    expect(picture).toContain(">DVS Gesture, training example 3: arm roll (label 7)<");
    expect(imagesIn(picture)).toHaveLength(6);
  });

  test("of a recording", async () => {
    const { document, picture } = await show(recording);
    expect(document).toMatchObject({ name: recording, format: "nmnist", width: 34, height: 34 });
    expect(document.on + document.off).toBe(document.events);
    expect(document).not.toHaveProperty("picture");
    expect(picture).toContain(">nmnist-train-1-00605.bin<");
    expect(imagesIn(picture)).toHaveLength(10);
  });

  test("of a large sensor, whose pixels are put together", async () => {
    const file = join(folder, "wide.raw");
    const events = scatteredEvents(500, 640, 1000);
    await writeFile(file, encodeEvt2(rawHeader("2.0", 1280, 640), events));
    const { document, picture } = await show(file);
    expect(document).toMatchObject({ events: 500, width: 1280, height: 640 });
    expect(picture).toContain("1280 \u00d7 640 pixels");
    expect(imagesIn(picture)[0]).toMatchObject({ width: 183, height: 92 });
  });

  test("goes to standard output where - is the file, the same each time", async () => {
    const args = ["data", "show", recording, "--out", "-"];
    const { status, stdout, stderr } = await nsm(args);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    requireWellFormed(stdout);
    expect(await nsm(args)).toEqual({ status, stdout, stderr });
  });

  test("is told of in words", async () => {
    const out = join(await emptyFolder(), "d.svg");
    const { stdout } = await nsm(["data", "show", digits, "--index", "7", "--out", out]);
    expect(stdout).toMatch(/, training example 7: label 3\n.*d\.svg\n$/);
  });
});

describe("what cannot be shown", () => {
  test.each<[string, string[], number, RegExp]>([
    [
      "an index behind the last",
      ["DIGITS", "--index", "50"],
      2,
      /index 50 of 50 training examples; expected 0 to 49/,
    ],
    ["an index that is none", ["DIGITS", "--index", "-1"], 2, /Expected a whole number of at least 0/],
    ["a split that is none", ["DIGITS", "--split", "validation"], 2, /Allowed choices are train, test/],
    ["an index of a recording", ["RECORDING", "--index", "7"], 2, /--index without a data set/],
    ["a format of a data set", ["DIGITS", "--format", "evt2"], 2, /--format without a recording's file/],
    ["a data set that was not fetched", ["cifar10"], 1, /nsm data fetch cifar10/],
    ["neither a name nor a path", ["mnst"], 1, /mnst: got ENOENT/],
    ["a folder without data", ["EMPTY"], 1, /got an empty folder; expected a folder with one of/],
    [
      "a recording of another format",
      ["RECORDING", "--format", "evt3", "--size", "34x34"],
      1,
      /00605.bin, byte 20: got an event at column 287, row 751; .*34x34 pixels/,
    ],
  ])("%s", async (_, args, status, words) => {
    const empty = await emptyFolder();
    const filled = args.map((arg) => ({ DIGITS: digits, RECORDING: recording, EMPTY: empty })[arg] ?? arg);
    const out = join(empty, "d.svg");
    const outcome: Outcome = await nsm(["data", "show", ...filled, "--out", out], { env: env() });
    expect({ status: outcome.status, stdout: outcome.stdout }).toEqual({ status, stdout: "" });
    expect(outcome.stderr).toMatch(words);
    expect(await readdir(empty)).toEqual([]);
  });

  test("two documents on one output", async () => {
    expect(await refused(["data", "show", recording, "--out", "-"], 2)).toContain("--json with --out -");
  });

  test("a place that is a folder, and the recording itself", async () => {
    const place = join(await emptyFolder(), "a.svg");
    await mkdir(place);
    expect(await refused(["data", "show", recording, "--out", place], 1)).toContain("got a folder");
    const copy = join(await emptyFolder(), "copy.bin");
    await writeFile(copy, await readFile(recording));
    expect(await refused(["data", "show", copy, "--out", copy], 2)).toContain("the input file");
  });
});

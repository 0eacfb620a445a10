/** nsm data convert. */
import { watch } from "node:fs";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openNpz } from "../../src/files/arrays/npz.ts";
import { writeNpz } from "../../src/files/arrays/npz-write.ts";
import { fileSource } from "../../src/files/file-source.ts";
import { scatteredEvents } from "../datasets/recordings/folders.ts";
import { aedat3Header, encodeAedat3, polarityPacket } from "../events/encoders/aedat3.ts";
import { encodeEvt2, rawHeader } from "../events/encoders/evt2.ts";
import { writeLargeAedat3 } from "../events/large.ts";
import { contentsOf, makeFolder, nsm, nsmJson, refused, removeFolder, startNsm } from "./nsm.ts";

/** A published recording of N-MNIST. */
const digit = fileURLToPath(new URL("../fixtures/events/nmnist-train-1-00605.bin", import.meta.url));
const events = scatteredEvents(500, 128, 1000);

let folder: string;
let gesture: string;
let raw: string;

beforeAll(async () => {
  folder = await makeFolder();
  gesture = join(folder, "gesture.aedat");
  await writeFile(gesture, encodeAedat3(aedat3Header("DVS128"), [polarityPacket(events)]));
  raw = join(folder, "left.evt2.bin");
  await writeFile(raw, encodeEvt2([], events));
});
afterAll(() => removeFolder(folder));

const convert = (file: string, to: string, ...options: string[]): string[] => [
  ...["data", "convert", file, "--to", to, ...options],
];

const read = async (file: string, array: string) => (await openNpz(await fileSource(file))).read(array);

describe("arrays of a recording", () => {
  const on = events.filter(({ p }) => p === 1).length;

  test.each<[string, string[], string, number[], string]>([
    ["frames", [], "frames", [10, 2, 128, 128], "u4"],
    [
      "frames",
      ["--time-bins", "4", "--polarity", "on", "--output", "binary"],
      "frames",
      [4, 1, 128, 128],
      "u1",
    ],
    ["frames", ["--event-count", "100", "--overlap", "50"], "frames", [9, 2, 128, 128], "u4"],
    ["frames", ["--event-bins", "6", "--downsample", "64x32"], "frames", [6, 2, 32, 64], "u4"],
    ["voxels", ["--time-bins", "5"], "voxels", [5, 1, 128, 128], "f4"],
    [
      "timesurface",
      ["--dt", "100000", "--tau", "9000", "--include-incomplete"],
      "timesurface",
      [3, 2, 128, 128],
      "f4",
    ],
  ])("%s %j", async (to, options, array, shape, type) => {
    const out = join(folder, "out.npz");
    const document = await nsmJson([...convert(gesture, to, ...options), "--out", out]);
    expect(document).toEqual({
      format: "aedat3",
      events: 500,
      on,
      off: 500 - on,
      width: 128,
      height: 128,
      firstUs: events[0]!.t,
      lastUs: events.at(-1)!.t,
      remarks: [],
      out,
      kept: 500,
      array,
      shape,
      type,
    });
    expect(await read(out, array)).toMatchObject({ shape, type });
  });

  test("all events are in the frames", async () => {
    const out = join(folder, "all.npz");
    await nsmJson([...convert(gesture, "frames", "--polarity", "merged"), "--out", out]);
    const { data } = await read(out, "frames");
    expect((data as Uint32Array).reduce((sum, count) => sum + count, 0)).toBe(500);
  });

  test("the paper's frames of N-MNIST, and what is said of them", async () => {
    const out = join(folder, "digit.npz");
    const options = ["--time-bins", "10", "--polarity", "on", "--output", "binary", "--out", out];
    const { status, stdout, stderr } = await nsm(convert(digit, "frames", ...options));
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout).toMatch(
      /^.*00605.bin: nmnist, [\d,]+ events \([\d,]+ ON, [\d,]+ OFF\), .* us, 34 x 34 pixels\n/,
    );
    expect(stdout).toMatch(/\n.*digit.npz: frames 10 x 1 x 34 x 34, u1, \d+\.\d kB\n$/);
  });

  test("events after transforms, which are a recording again", async () => {
    const out = join(folder, "part.npz");
    const [first, last] = [events[100]!.t, events[399]!.t];
    await nsmJson([...convert(gesture, "events", "--crop-time", `${first}:${last}`), "--out", out]);
    const kept = events.filter(({ t }) => t >= first && t <= last);
    const again = join(folder, "again.npz");
    expect(await nsmJson([...convert(out, "voxels"), "--out", again])).toMatchObject({
      format: "npz",
      events: kept.length,
      width: 128,
      firstUs: first,
      lastUs: last,
      remarks: [],
    });
  });

  test("what the transforms leave nothing of is written, and said", async () => {
    const out = join(folder, "nothing.npz");
    const end = events[0]!.t - 1;
    const { status, stderr } = await nsm([
      ...convert(gesture, "frames", "--crop-time", `0:${end}`),
      "--out",
      out,
    ]);
    expect(status).toBe(0);
    expect(stderr).toBe(
      `nsm: no events were left to convert; the recording has some from ${events[0]!.t} to ${events.at(-1)!.t} us\n`,
    );
  });

  test("of a file without a header, whose format and size are given", async () => {
    const out = join(folder, "raw.npz");
    const args = [...convert(raw, "frames"), "--out", out];
    expect(await refused(args, 1)).toContain("--size WIDTHxHEIGHT");
    const format = ["--format", "evt2", "--size", "128x128"];
    expect(await nsmJson([...args, ...format])).toMatchObject({ format: "evt2", events: 500, width: 128 });
    expect(await refused([...args, "--format", "evt2", "--size", "64x128"], 1)).toMatch(
      /left.evt2.bin, byte \d+: got an event at column \d+, row \d+; expected one on the sensor of 64x128/,
    );
  });
});

describe("wrong usage, which writes nothing", () => {
  test.each<[string[], RegExp]>([
    [["--to", "graph"], /Allowed choices are events, frames, voxels, timesurface/],
    [[], /required option '--to <what>' not specified/],
    [["--to", "frames", "--time-bins", "2", "--time-window", "9"], /cannot be used with option/],
    [["--to", "frames", "--time-bins", "0"], /Expected a whole number of at least 1/],
    [["--to", "frames", "--overlap", "-1"], /Expected a number of at least 0/],
    [
      ["--to", "frames", "--time-bins", "5", "--overlap", "1"],
      /at representation.overlap: 1 of bins, where it is less than 1;/,
    ],
    [["--to", "frames", "--dt", "5"], /--dt without --to timesurface/],
    [["--to", "voxels", "--event-bins", "5"], /--event-bins without --to frames/],
    [["--to", "events", "--polarity", "on"], /--polarity without --to frames/],
    [["--to", "timesurface", "--tau", "0"], /Expected a number above 0/],
    [["--to", "events", "--crop-time", "5"], /START:END/],
    [["--to", "events", "--crop-time", "5:4"], /the lesser first/],
    [["--to", "events", "--downsample", "64"], /a width and a height, such as 320x240/],
    [["--to", "events", "--downsample", "0x64"], /a width and a height, such as 320x240/],
    [["--to", "events", "--downsample", "256x64"], /a target of 256 x 64 for a sensor of 128 x 128/],
    [["--to", "events", "--size", "128x64"], /expected 128x128, as the file says/],
    [["--to", "events", "--format", "evt4"], /Allowed choices are nmnist, aedat2/],
    [["--to", "events", "--denoise", "soon"], /Expected a number above 0/],
  ])("%j", async (options, words) => {
    const out = join(folder, "never.npz");
    expect(await refused(["data", "convert", gesture, ...options, "--out", out], 2)).toMatch(words);
    expect(await readdir(folder)).not.toContain("never.npz");
  });

  test("no place to write to", async () => {
    expect(await refused(convert(gesture, "frames"), 2)).toContain("required option '--out <file>'");
  });

  test("the recording itself as the file to write", async () => {
    const before = await readFile(gesture);
    const message = await refused([...convert(gesture, "events"), "--out", gesture], 2);
    expect(message).toContain("got the input file; expected another file");
    expect(await readFile(gesture)).toEqual(before);
  });
});

describe("failures, which lose no file and leave none half-written", () => {
  let place: string;
  beforeAll(async () => {
    place = join(folder, "place");
    await mkdir(join(place, "folder.npz"), { recursive: true });
    await writeFile(join(place, "before.npz"), "kept");
    await writeFile(join(place, "cut.aedat"), (await readFile(gesture)).subarray(0, 2000));
    await writeFile(join(place, "empty.aedat"), "");
    await writeFile(join(place, "notes.txt"), "no recording");
  });

  test.each<[string, string, string, RegExp]>([
    ["no such recording", "nowhere.aedat", "before.npz", /nowhere.aedat: got ENOENT/],
    ["a folder as recording", "folder.npz", "before.npz", /folder.npz: got a folder; expected a file/],
    ["a truncated recording", "cut.aedat", "before.npz", /cut.aedat, byte \d+: got a packet of/],
    ["an empty recording", "empty.aedat", "before.npz", /empty.aedat, byte 0: got an empty file/],
    ["another file", "notes.txt", "before.npz", /a file that does not show its format.*--format NAME/],
    ["a folder to write to", "../gesture.aedat", "folder.npz", /got a folder; expected a new file/],
    ["no folder to write into", "../gesture.aedat", "none/a.npz", /writing .*a.npz: got ENOENT/],
  ])("%s", async (_, file, out, words) => {
    const before = await contentsOf(place);
    const args = [...convert(join(place, file), "frames"), "--out", join(place, out)];
    expect(await refused(args, 1)).toMatch(words);
    expect(await contentsOf(place)).toEqual(before);
  });

  test("an interrupted conversion", async () => {
    const large = join(folder, "large");
    await mkdir(large);
    const recording = join(large, "large.aedat");
    await writeLargeAedat3(recording, 200_000_000);
    const out = join(large, "out.npz");
    const writing = new Promise<void>((resolve) => {
      const watcher = watch(large, (_, name) => {
        if (!name?.endsWith(".nsm-part")) return;
        watcher.close();
        resolve();
      });
    });
    const converting = startNsm([...convert(recording, "events"), "--out", out]);
    await writing;
    converting.process.kill("SIGINT");
    const { status, stdout, stderr } = await converting.outcome;
    expect({ status, stdout }).toEqual({ status: 130, stdout: "" });
    expect(stderr).toMatch(/^nsm: stopping; .*\nnsm: nothing was written into .*\n$/);
    expect(await readdir(large)).toEqual(["large.aedat"]);
  });
});

test("a recording with a header says its size itself", async () => {
  const file = join(folder, "said.raw");
  await writeFile(file, encodeEvt2(rawHeader("2.0", 128, 128), events));
  const args = [...convert(file, "frames"), "--out", join(folder, "said.npz")];
  expect(await nsmJson(args)).toMatchObject({ format: "evt2", width: 128, height: 128 });
});

test("a network that was trained on recordings says what another one shows", async () => {
  const place = await makeFolder();
  try {
    const framed = join(place, "digit.npz");
    const framing = ["--polarity", "on", "--output", "binary", "--out", framed];
    await nsmJson(convert(digit, "frames", ...framing));
    const frames = await read(framed, "frames");
    const x = { ...frames, shape: [1, 10, 34, 34], data: frames.data as Uint8Array };
    const twice = {
      ...x,
      shape: [2, 10, 34, 34],
      data: Uint8Array.from([...x.data, ...x.data.toReversed()]),
    };
    const y = { type: "u1", shape: [2], data: Uint8Array.of(0, 1) } as const;
    for (const split of ["train", "test"]) await writeNpz(join(place, `${split}.npz`), { x: twice, y });
    const network = {
      name: "tiny",
      encoding: "real",
      input: [10, 34, 34],
      classes: 2,
      layers: [{ type: "dense", units: 8 }],
    };
    await writeFile(join(place, "network.json"), JSON.stringify(network));
    const run = join(place, "run");
    const settings = [
      "--network",
      join(place, "network.json"),
      "--data",
      place,
      "--batch",
      "2",
      "--epochs",
      "30",
      "--learning-rate",
      "0.02",
    ];
    await nsmJson(["train", ...settings, "--samples", "4", "--out", run]);
    const [one, ...others] = await nsmJson(["predict", run, framed]);
    expect([one.file, one.index, others]).toEqual([framed, undefined, []]);
    const both = await nsmJson(["predict", run, join(place, "train.npz")]);
    expect(both.map(({ index, label }: { index: number; label: number }) => [index, label])).toEqual([
      [0, 0],
      [1, 1],
    ]);
    // The same example at the same place has the same noise.
    expect(both[0].probabilities).toEqual(one.probabilities);
    const { stdout } = await nsm(["predict", run, join(place, "train.npz")]);
    expect(stdout).toContain("train.npz, example 1 ");
  } finally {
    await removeFolder(place);
  }
});

/** nsm data verify, of folders of recordings and of single ones; data.test.ts has it of images. */
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { scatteredEvents, writeNmnist } from "../datasets/recordings/folders.ts";
import { encodeEvt2 } from "../events/encoders/evt2.ts";
import {
  emptyFolder,
  expectNoStack,
  type Json,
  makeFolder,
  nsm,
  nsmJson,
  refused,
  removeFolder,
  writeDigits,
} from "./nsm.ts";

let folder: string;
let digits: string;
let recordings: string;

beforeAll(async () => {
  folder = await makeFolder();
  digits = await writeDigits(join(folder, "digits"), 50, 20);
  recordings = join(folder, "nmnist");
  await writeNmnist(recordings);
});
afterAll(() => removeFolder(folder));

/** The document of a command that finds something wrong: exit status 1, all the same on standard output. */
const wrong = async (...args: string[]): Promise<Json> => {
  const outcome = await nsm(["data", "verify", ...args, "--json"]);
  expect({ status: outcome.status, stderr: outcome.stderr }).toEqual({ status: 1, stderr: "" });
  return JSON.parse(outcome.stdout);
};

describe("a folder", () => {
  test("of recordings", async () => {
    const document = await nsmJson(["data", "verify", recordings]);
    expect(document).toMatchObject({ ok: true, format: "nmnist", records: { train: 10, test: 5 } });
    const { stdout } = await nsm(["data", "verify", recordings]);
    expect(stdout).toMatch(
      /^N-MNIST in .*: all is well\n {2}format .* nmnist\n {2}records .* 10 training, 5 test\n/,
    );
  });

  test("with two damaged files has two problems, with their places", async () => {
    const place = join(await emptyFolder(), "nmnist");
    await writeNmnist(place);
    const cut = join(place, "Train/7/00007.bin");
    await writeFile(cut, (await readFile(cut)).subarray(0, 302));
    const foreign = join(place, "Test/8/00018.bin");
    await writeFile(foreign, "no recording");
    const { ok, records, problems } = await wrong(place);
    expect({ ok, records }).toEqual({ ok: false, records: { train: 9, test: 4 } });
    const remedy = expect.stringMatching(/etch (it|the file) again/);
    expect(problems).toEqual([
      {
        file: cut,
        offset: 300,
        expected: "a word of 5 bytes",
        found: "the end of the file after 2 bytes",
        remedy,
      },
      {
        file: foreign,
        offset: 0,
        expected: expect.stringContaining("34x34"),
        found: expect.any(String),
        remedy,
      },
    ]);
    const { status, stdout } = await nsm(["data", "verify", place]);
    expect(status).toBe(1);
    expect(stdout).toContain(": 2 problems\n");
    expect(stdout).toContain(
      `\n${cut}, byte 300: got the end of the file after 2 bytes; expected a word of 5 bytes. Fetch it again.`,
    );
  });

  test("without one of its files", async () => {
    const place = await writeDigits(join(await emptyFolder(), "digits"), 50, 20);
    await rm(join(place, "t10k-labels-idx1-ubyte"));
    const { ok, records, problems } = await wrong(place);
    expect({ ok, records }).toEqual({ ok: false, records: { train: 50, test: 0 } });
    expect(problems).toHaveLength(1);
    expect(problems[0].found).toContain("t10k-labels-idx1-ubyte");
  });

  test("that is empty, or is not there, is a problem and no crash", async () => {
    for (const place of [await emptyFolder(), join(folder, "nowhere")]) {
      const { ok, format, problems } = await wrong(place);
      expect({ ok, format }).toEqual({ ok: false, format: null });
      expect(problems).toMatchObject([{ file: place, offset: null }]);
      expectNoStack(await nsm(["data", "verify", place]));
    }
  });
});

describe("a recording", () => {
  const events = scatteredEvents(500, 64, 1000);
  const on = events.filter(({ p }) => p === 1).length;
  const first = events[0]!.t;
  let raw: string;
  beforeAll(async () => {
    raw = join(folder, "left.evt2.bin");
    await writeFile(raw, encodeEvt2([], events));
  });
  const options = ["--format", "evt2", "--size", "64x64"];

  test("with an event off the sensor is refused, or read without it if that is asked for", async () => {
    const outside = join(folder, "outside.evt2.bin");
    const wide = events.map((event, k) => (k === 300 ? { ...event, x: 64 } : event));
    await writeFile(outside, encodeEvt2([], wide));
    const refusal = await wrong(outside, ...options);
    expect(refusal).toMatchObject({
      events: 300,
      problems: [{ remedy: expect.stringContaining("--drop-outside") }],
    });
    const document = await nsmJson(["data", "verify", outside, ...options, "--drop-outside"]);
    const remark = "1 event off the sensor of 64x64 pixels left out";
    expect(document).toMatchObject({ ok: true, events: 499, remarks: [remark] });
    const { stdout } = await nsm(["data", "verify", outside, ...options, "--drop-outside"]);
    expect(stdout).toContain(`all is well\n  note  ${remark}\n`);
  });

  test("that is whole", async () => {
    expect(await nsmJson(["data", "verify", raw, ...options])).toEqual({
      ok: true,
      name: raw,
      format: "evt2",
      ...{ events: 500, on, off: 500 - on, width: 64, height: 64, firstUs: first, lastUs: events.at(-1)!.t },
      remarks: [],
      problems: [],
    });
    const { stdout } = await nsm(["data", "verify", raw, ...options]);
    expect(stdout).toMatch(/^.*left.evt2.bin: evt2, 500 events \(.*, 64 x 64 pixels: all is well\n$/);
  });

  test("that is cut: what came before, and the byte", async () => {
    const cut = join(folder, "cut.raw");
    const bytes = await readFile(raw);
    await writeFile(cut, bytes.subarray(0, bytes.length - 1));
    const { ok, events: count, width, problems } = await wrong(cut, ...options);
    expect({ ok, count, width }).toEqual({ ok: false, count: 499, width: 64 });
    expect(problems).toMatchObject([{ file: cut, offset: bytes.length - 4 }]);
  });

  test("that does not say its sensor's size", async () => {
    const { ok, format, events: count, width, problems } = await wrong(raw);
    expect({ ok, format, count, width }).toEqual({ ok: false, format: null, count: 0, width: null });
    expect(problems[0].found).toContain("does not say how large its sensor is");
  });

  test("with options that do not fit is wrong usage", async () => {
    expect(await refused(["data", "verify", raw, "--format", "evt2", "--size", "64"], 2)).toContain(
      "320x240",
    );
    expect(await refused(["data", "verify", raw, "--format", "raw"], 2)).toContain(
      "Allowed choices are nmnist",
    );
    expect(await refused(["data", "verify", digits, "--size", "64x64"], 2)).toContain(
      "--size without a recording",
    );
    const { problems } = await wrong(join(folder, "nowhere"), ...options);
    expect(problems[0].found).toMatch(/ENOENT/);
  });
});

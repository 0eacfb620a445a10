import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { drawExample } from "../../../src/datasets/draw.ts";
import { openDataset } from "../../../src/datasets/open.ts";
import { verifyDataset } from "../../../src/datasets/verify.ts";
import { DataError, StorageError } from "../../../src/errors.ts";
import type { Event } from "../../events/encoders/event.ts";
import { emptyFolder } from "../folder.ts";
import { emptyCache } from "./cache.ts";
import { type GestureLine, scatteredEvents, type Trial, writeGestures } from "./folders.ts";

/** Some 2.5 s. */
const recording = (seed: number): Event[] => scatteredEvents(5000, 128, 1000, seed);

const first: Trial = {
  events: recording(1),
  gestures: [
    // Two examples and a rest; and 18, though 2 s hold more.
    [4, 100_000, 300_000],
    [1, 350_000, 2_350_000],
  ],
};
// Two gestures overlap, and one is too short for an example.
const second: Trial = {
  events: recording(2),
  gestures: [
    [11, 1_000_000, 1_500_000],
    [2, 1_200_000, 1_300_000],
    [3, 1_600_000, 1_695_999],
  ],
};
const trials = { user01_natural: first, user24_led: second };

let folder: string;

beforeEach(async () => {
  await emptyCache();
  folder = join(await emptyFolder(), "DvsGesture");
  await writeGestures(folder, trials, { train: ["user01_natural"], test: ["user24_led"] });
});
afterEach(() => vi.unstubAllEnvs());

/** Example number k of a gesture: six frames of 16 ms, 64 x 64, 255 where an ON event was. */
const framed = (events: readonly Event[], [, startUs]: GestureLine, k: number): Uint8Array => {
  const image = new Uint8Array(6 * 64 * 64);
  for (const { t, x, y, p } of events) {
    const frame = Math.floor((t - startUs - k * 96_000) / 16_000);
    if (p === 1 && frame >= 0 && frame < 6) image[(frame * 64 + (y >> 1)) * 64 + (x >> 1)] = 255;
  }
  return image;
};

const times = <T>(count: number, make: (k: number) => T): T[] =>
  Array.from({ length: count }, (_, k) => make(k));

describe("a folder of DVS Gesture", () => {
  it("whose gestures are all too short for an example is a problem for training and verifying alike", async () => {
    const short: Trial = { events: recording(3), gestures: [[1, 100_000, 170_000]] };
    const place = join(await emptyFolder(), "short");
    await writeGestures(
      place,
      { user01_natural: short, user24_led: second },
      {
        train: ["user01_natural"],
        test: ["user24_led"],
      },
    );
    const message = /got no training examples in 1 recordings; expected at least one/;
    await expect(openDataset(place)).rejects.toThrow(message);
    const { ok, records, problems } = await verifyDataset(place);
    expect({ ok, records }).toEqual({ ok: false, records: { train: 0, test: 6 } });
    expect(problems).toMatchObject([{ file: place, found: "no training examples in 1 recordings" }]);
  });

  it("is six frames an example, up to 18 examples a gesture", async () => {
    const { train } = await openDataset(folder);
    expect(train).toMatchObject({ count: 20, shape: [6, 64, 64], classes: 11, subset: false });
    expect(train.classNames![3]).toBe("right arm clockwise");
    expect([...train.labels]).toEqual([3, 3, ...times(18, () => 0)]);
    const [short, long] = first.gestures;
    const images = [
      ...times(2, (k) => framed(first.events, short!, k)),
      ...times(18, (k) => framed(first.events, long!, k)),
    ];
    expect(Buffer.compare(train.images, Buffer.concat(images))).toBe(0);
    expect(train.recordings!.examples).toEqual(
      times(20, (number) => ({ path: "user01_natural.aedat", number })),
    );
  });

  it("has the examples of gestures that overlap in the order in which they end", async () => {
    const { test } = await openDataset(folder);
    const [long, short] = second.gestures;
    expect([...test.labels]).toEqual([10, 10, 10, 1, 10, 10]);
    const images = times(5, (k) => framed(second.events, long!, k));
    images.splice(3, 0, framed(second.events, short!, 0));
    expect(Buffer.compare(test.images, Buffer.concat(images))).toBe(0);
  });

  it("is found in the folder that the archive unpacks to", async () => {
    expect((await openDataset(join(folder, ".."))).train.count).toBe(20);
  });
});

describe("a folder of DVS Gesture is refused", () => {
  const refusal = async (): Promise<Error> => {
    try {
      await openDataset(folder);
    } catch (error) {
      return error as Error;
    }
    throw new Error("it was read");
  };

  it("without the labels of a recording", async () => {
    await rm(join(folder, "user24_led_labels.csv"));
    const error = await refusal();
    expect(error).toBeInstanceOf(StorageError);
    expect(error.message).toContain("user24_led_labels.csv");
  });

  it.each(["", "\n\n", "  \r\n"])("with the list %j", async (text) => {
    await writeFile(join(folder, "trials_to_train.txt"), text);
    expect((await refusal()).message).toMatch(/trials_to_train.txt, byte 0: got no names of recordings/);
  });

  it.each([
    "../user01_natural.aedat",
    "..",
    "/etc/passwd.aedat",
    "sub/user01_natural.aedat",
    "sub\\user01_natural.aedat",
    "user01_natural",
    ".aedat",
    "user01_natural.aedat\0.aedat",
  ])("where a list names %j, which is no recording beside it", async (name) => {
    await writeFile(join(folder, "trials_to_test.txt"), `user24_led.aedat\r\n${name}\n`);
    const error = await refusal();
    expect(error).toBeInstanceOf(DataError);
    expect(error.message).toMatch(/trials_to_test.txt, byte 18: got line 2: /);
  });

  it("where a list names a recording twice", async () => {
    await writeFile(join(folder, "trials_to_test.txt"), "user24_led.aedat\n\nuser24_led.aedat\n");
    expect((await refusal()).message).toMatch(/byte 18: got line 3: user24_led.aedat once more/);
  });

  const cutAt = async (us: number): Promise<void> => {
    const short = { ...second, events: second.events.filter(({ t }) => t < us) };
    await writeGestures(folder, { user24_led: short }, { train: ["user01_natural"], test: ["user24_led"] });
  };

  it.each([1_150_000, 1_463_000])("cut at %i us, before a gesture's last frame begins", async (us) => {
    await cutAt(us);
    expect((await refusal()).message).toMatch(
      /user24_led.aedat: got a last event at 1[14]\d+ us; expected events of the gesture .* 1000000 to 1500000 us/,
    );
    const { ok, problems } = await verifyDataset(folder);
    expect({ ok, found: problems.length }).toEqual({ ok: false, found: 1 });
  });

  it("not where it is cut in or behind the last frame, which changes no example", async () => {
    await cutAt(1_465_000);
    expect((await openDataset(folder)).test.count).toBe(6);
  });

  it("where the labels promise more examples than there is memory for", async () => {
    const gestures = Array.from({ length: 1000 }, (): GestureLine => [1, 0, 1_728_000]);
    const names = Array.from({ length: 20 }, (_, k) => `user01_${k}`);
    const all = Object.fromEntries(names.map((name) => [name, { events: [], gestures }]));
    await writeGestures(folder, all, { train: names, test: ["user24_led"] });
    const wanted: number[] = [];
    vi.stubGlobal(
      "SharedArrayBuffer",
      class {
        constructor(length: number) {
          wanted.push(length);
          throw new RangeError("Array buffer allocation failed");
        }
      },
    );
    const error = await refusal();
    vi.unstubAllGlobals();
    expect(wanted).toContain(20 * 1000 * 18 * 6 * 64 * 64);
    expect(error).toBeInstanceOf(DataError);
    expect(error.message).toMatch(
      /got 360,000 examples of 24,576 bytes; expected as many as memory has room/,
    );
  });

  it("where no gesture is long enough for an example", async () => {
    const brief: Trial = { ...second, gestures: [[1, 0, 95_999]] };
    await writeGestures(folder, { user24_led: brief }, { train: ["user01_natural"], test: ["user24_led"] });
    expect((await refusal()).message).toMatch(/got no test examples in 1 recordings/);
  });
});

describe("verifying a folder of DVS Gesture", () => {
  it("counts examples by label", async () => {
    const { ok, format, records, classes } = await verifyDataset(folder);
    expect({ ok, format, records }).toEqual({
      ok: true,
      format: "dvs-gesture",
      records: { train: 20, test: 6 },
    });
    expect(Object.values(classes)).toEqual([18, 1, 0, 2, 0, 0, 0, 0, 0, 0, 5]);
  });

  it("tells of a damaged recording, damaged labels and missing ones, and counts the others", async () => {
    const names = ["user02_a", "user03_a", "user04_a", "user05_a"];
    const all = Object.fromEntries(names.map((name) => [name, first]));
    await writeGestures(folder, { ...trials, ...all }, { train: names, test: ["user24_led"] });
    const path = (name: string): string => join(folder, name);
    const bytes = await readFile(path("user02_a.aedat"));
    await writeFile(path("user02_a.aedat"), bytes.subarray(0, bytes.length - 3));
    await writeFile(path("user03_a_labels.csv"), "class,startTime_usec,endTime_usec\n12,5,6\n");
    await rm(path("user04_a_labels.csv"));
    const { records, problems } = await verifyDataset(folder);
    expect(records).toEqual({ train: 20, test: 6 });
    expect(problems.map(({ file }) => file)).toEqual(
      ["user02_a.aedat", "user03_a_labels.csv", "user04_a_labels.csv"].map(path),
    );
    const [cut, labels, missing] = problems.map(({ offset }) => offset);
    // The header of the second packet, which tells of more than there is.
    expect(cut).toBe(bytes.length - (28 + 4900 * 8));
    expect([labels, missing]).toEqual([34, null]);
  });

  it("tells of a list that is none, and counts the other split", async () => {
    await writeFile(join(folder, "trials_to_train.txt"), "../x.aedat\n");
    const { records, problems } = await verifyDataset(folder);
    expect(records).toEqual({ train: 0, test: 6 });
    expect(problems).toMatchObject([{ file: join(folder, "trials_to_train.txt"), offset: 0 }]);
  });
});

describe("drawing an example of DVS Gesture", () => {
  it("draws the six frames of that example", async () => {
    const { label, className, picture } = await drawExample(folder, "train", 2);
    expect({ label, className }).toEqual({ label: 0, className: "hand clapping" });
    expect(picture).toContain(">DVS Gesture, training example 2: hand clapping (label 0)<");
    const events = first.events.filter(({ t }) => t >= 350_000 && t < 446_000);
    expect(picture).toContain(`>${events.length} events (`);
    expect(picture.match(/<image /g)).toHaveLength(6);
    expect(picture).toMatch(/>80.96 ms</);
  });

  it("finds the last one, and no more", async () => {
    expect(await drawExample(folder, "test", 5)).toMatchObject({ label: 10 });
    await expect(drawExample(folder, "test", 6)).rejects.toThrow(/expected 0 to 5/);
  });
});

/** Gestures in one light to test with, in others to train on: names, split, frames and errors. */
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { openDataset } from "../../../src/datasets/open.ts";
import { verifyDataset } from "../../../src/datasets/verify.ts";
import { DataError } from "../../../src/errors.ts";
import type { Event } from "../../events/encoders/event.ts";
import { emptyCache } from "./cache.ts";
import { scatteredEvents, writeLitGestures } from "./folders.ts";

const START = 7_252_542;
/** `ms` milliseconds without OFF events, from the time that a part of a longer recording starts at. */
const recording = (seed: number, ms: number): Event[] =>
  scatteredEvents(2 * ms, 128, 1999, seed)
    .map(({ t, x, y }) => ({ t: t + START, x, y, p: 1 as const }))
    .filter(({ t }) => t < START + 1000 * ms);

const RECORDINGS = {
  class02_user02_fluorescent_led: recording(1, 310),
  class02_user02_led: recording(2, 2500),
  class07_user02_lab: recording(3, 220),
  class07_user11_natural: recording(4, 260),
  class07_user02_led: recording(5, 220),
};
type Name = keyof typeof RECORDINGS;

let folder: string;

beforeEach(async () => {
  await emptyCache();
  folder = await writeLitGestures(RECORDINGS);
});
afterEach(() => vi.unstubAllEnvs());

const moved = async (from: Name, to?: string): Promise<void> => {
  await rm(join(folder, `${from}.npy`));
  if (to !== undefined) await writeLitGestures({ [to]: RECORDINGS[from] }, folder);
};

it("is examples of six frames, from a recording's first event on, in the order of names", async () => {
  const { name, train, test, note } = await openDataset(folder);
  expect(name).toBe(`DVS Gesture by lighting in ${folder}`);
  expect(train).toMatchObject({ count: 7, shape: [6, 64, 64], classes: 11 });
  expect([...train.labels]).toEqual([1, 1, 1, 6, 6, 6, 6]);
  expect(test.count).toBe(20);
  expect([...test.labels]).toEqual([...Array(18).fill(1), 6, 6]);
  expect(test.name).toBe(`DVS Gesture by lighting in ${folder}, test, 20 examples`);
  expect(note).toEqual({
    words:
      "2 users, 2 of 11 classes, 5 recordings; trained on the light fluorescent_led, lab, natural; tested on led",
    isDemonstration: true,
  });
});

it("has 255 where a frame of 16 ms had an event", async () => {
  const { images } = (await openDataset(folder)).train;
  const expected = new Uint8Array(6 * 64 * 64);
  const events = RECORDINGS.class02_user02_fluorescent_led;
  for (const { t, x, y } of events) {
    const frame = Math.floor((t - events[0]!.t - 96_000) / 16_000);
    if (frame >= 0 && frame < 6) expected[(frame * 64 + (y >> 1)) * 64 + (x >> 1)] = 255;
  }
  expect(images.subarray(6 * 64 * 64, 2 * 6 * 64 * 64)).toEqual(expected);
});

it("is verified with its note", async () => {
  const { ok, format, records, classes, remarks } = await verifyDataset(folder);
  expect({ ok, format, records }).toEqual({
    ok: true,
    format: "dvs-gesture-lighting",
    records: { train: 7, test: 20 },
  });
  expect([classes["1"], classes["6"]]).toEqual([21, 6]);
  expect(remarks).toEqual([expect.stringContaining("tested on led")]);
});

const refused = async (message: RegExp): Promise<void> => {
  await expect(openDataset(folder)).rejects.toThrow(DataError);
  await expect(openDataset(folder)).rejects.toThrow(message);
};

it("is refused where a name does not say class, user and light", async () => {
  await moved("class07_user02_lab", "class07_lab");
  await refused(/class07_lab\.npy: got a name that does not say class, user and light; expected classNN_/);
  await moved("class07_user11_natural", "gesture7_user11_natural");
  const { problems } = await verifyDataset(folder);
  expect(problems.map(({ file }) => file)).toEqual([
    join(folder, "class07_lab.npy"),
    join(folder, "gesture7_user11_natural.npy"),
    folder,
  ]);
});

it("is refused for a class that DVS Gesture does not have", async () => {
  await moved("class07_user02_lab", "class12_user02_lab");
  await refused(/got the class 12; expected classNN_userNN_LIGHT\.npy with a class from 01 to 11/);
});

it("is refused without a recording in the light to test with", async () => {
  await moved("class02_user02_led", "class02_user03_lab");
  await moved("class07_user02_led", "class07_user03_lab");
  await refused(
    /got recordings in the light fluorescent_led, lab, natural; expected recordings in the light led/,
  );
});

it("is refused without a recording to train on", async () => {
  await moved("class02_user02_fluorescent_led");
  await moved("class07_user02_lab");
  await moved("class07_user11_natural");
  await refused(/got recordings in the light led; expected recordings in another light than led/);
});

it("is refused for a class in the light to test with only, or never in it", async () => {
  await moved("class02_user02_fluorescent_led");
  await refused(
    /got class02 in the light led only; expected recordings in another light than led.* of every class/,
  );
  await writeLitGestures({ class02_user02_lab: recording(6, 220) }, folder);
  await moved("class07_user02_led");
  await refused(
    /got class07 in the light lab, natural only; expected recordings in the light led.* of every class/,
  );
});

it("is refused for an event off the sensor, with its place", async () => {
  await writeLitGestures({ class02_user02_lab: [{ t: 1, x: 128, y: 0, p: 1 }] }, folder);
  await refused(/class02_user02_lab\.npy, byte \d+: got event 0 at column 128, row 0/);
});

it("does not mind other files", async () => {
  await writeFile(join(folder, "README.txt"), "where they come from");
  expect((await openDataset(folder)).train.count).toBe(7);
});

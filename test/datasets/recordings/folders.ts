/** Folders of event recordings as their publishers lay them out, written by the encoders. */

import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { NpyArray } from "../../../src/files/arrays/npy.ts";
import { encodeNpyColumns } from "../../../src/files/arrays/npy-encode.ts";
import { aedat3Header, encodeAedat3, polarityPacket } from "../../events/encoders/aedat3.ts";
import type { Event } from "../../events/encoders/event.ts";
import { encodeNmnist } from "../../events/encoders/nmnist.ts";
import { emptyFolder } from "../folder.ts";

/** `count` events one after the other, at most `step` us apart, all over a sensor; other ones for another `seed`. */
export const scatteredEvents = (count: number, side: number, step: number, seed = 1): Event[] => {
  let t = 0;
  let state = seed;
  const below = (n: number): number => {
    state = (state * 48_271) % 2_147_483_647;
    return state % n;
  };
  return Array.from({ length: count }, () => {
    t += below(step + 1);
    return { t, x: below(side), y: below(side), p: below(2) as 0 | 1 };
  });
};

/** A recording of N-MNIST: Train/3/00007.bin for "Train/3/00007". */
export const writeDigit = async (folder: string, name: string, events: readonly Event[]): Promise<string> => {
  const path = join(folder, `${name}.bin`);
  await mkdir(join(path, ".."), { recursive: true });
  await writeFile(path, encodeNmnist(events));
  return path;
};

/** N-MNIST's folders, with one recording of each digit to train on and one of each even digit to test with. */
export const writeNmnist = async (folder: string): Promise<Map<string, Event[]>> => {
  const recordings = new Map<string, Event[]>();
  for (let digit = 0; digit < 10; digit++) {
    recordings.set(`Train/${digit}/0000${digit}`, scatteredEvents(300, 34, 2000, 100 + digit));
    await mkdir(join(folder, "Test", `${digit}`), { recursive: true });
    if (digit % 2 === 0)
      recordings.set(`Test/${digit}/0001${digit}`, scatteredEvents(200, 34, 9, 200 + digit));
  }
  for (const [name, events] of recordings) await writeDigit(folder, name, events);
  return recordings;
};

/** A line of a file of labels: class 1 to 11, first time, and the time behind the last. */
export type GestureLine = readonly [gesture: number, startUs: number, endUs: number];

export interface Trial {
  readonly events: readonly Event[];
  readonly gestures: readonly GestureLine[];
}

/** DVS Gesture's folder, with these recordings by their names without ending. */
export const writeGestures = async (
  folder: string,
  trials: Readonly<Record<string, Trial>>,
  lists: { readonly train: readonly string[]; readonly test: readonly string[] },
): Promise<void> => {
  await mkdir(folder, { recursive: true });
  for (const [name, { events, gestures }] of Object.entries(trials)) {
    const packets = [polarityPacket(events.slice(0, 100)), polarityPacket(events.slice(100))];
    await writeFile(join(folder, `${name}.aedat`), encodeAedat3(aedat3Header("DVS128"), packets));
    const lines = ["class,startTime_usec,endTime_usec", ...gestures.map((line) => line.join(","))];
    await writeFile(join(folder, `${name}_labels.csv`), `${lines.join("\n")}\n`);
  }
  for (const [list, names] of Object.entries(lists))
    await writeFile(join(folder, `trials_to_${list}.txt`), names.map((name) => `${name}.aedat\n`).join(""));
};

/** A folder of recordings of one gesture each, as records x, y, p, t, by their names without ending. */
export const writeLitGestures = async (
  recordings: Readonly<Record<string, readonly Event[]>>,
  place?: string,
): Promise<string> => {
  const folder = place ?? (await emptyFolder());
  for (const [name, events] of Object.entries(recordings)) {
    const shape = [events.length];
    const short = (of: "x" | "y"): NpyArray => ({
      ...{ type: "i2", shape },
      data: Int16Array.from(events, (event) => event[of]),
    });
    const columns = new Map<string, NpyArray>([
      ["x", short("x")],
      ["y", short("y")],
      ["p", { type: "b1", shape, data: Uint8Array.from(events, ({ p }) => p) }],
      ["t", { type: "i8", shape, data: BigInt64Array.from(events, ({ t }) => BigInt(t)) }],
    ]);
    await writeFile(join(folder, `${name}.npy`), encodeNpyColumns(columns));
  }
  return folder;
};

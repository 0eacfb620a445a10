/**
 * Frames the raw files of N-MNIST and compares them with frames made elsewhere from the same recordings.
 *     npx tsx scripts/compare-nmnist-framing.ts RAW FRAMES
 * RAW: a folder with the published Train/DIGIT/NNNNN.bin, where N is the index in MNIST's training set, from
 * 1. FRAMES: a folder with train.npz and test.npz: x uint8 [n, 10, 34, 34] of 0 and 1, y [n], and index [n]
 * in MNIST's training set, from 0.
 */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { type Events, eventRange, type Recording } from "../src/events/events.ts";
import { readRecording } from "../src/events/recording.ts";
import { firstFrom } from "../src/events/transforms/extent.ts";
import { transformRecording } from "../src/events/transforms/transform.ts";
import { openNpz } from "../src/files/arrays/npz.ts";
import { fileSource } from "../src/files/file-source.ts";
import { framesOf, overlap } from "./nmnist-frames.ts";

const FRAMES = 10;
const PIXELS = 34 * 34;
const SIZE = FRAMES * PIXELS;
const FILTER_TIMES = [1000, 2000, 5000, 10_000, 20_000, 50_000];
/** Filter time with which the other frames were made, inferred from the agreement. */
const THEIR_FILTER_TIME = 10_000;

interface Pair {
  readonly raw: Recording;
  readonly frames: Uint8Array;
}

interface Theirs {
  readonly frames: Uint8Array;
  readonly label: number;
}

/** The frames by their index in MNIST's training set, from 0. */
const theirsIn = async (folder: string): Promise<ReadonlyMap<number, Theirs>> => {
  const found = new Map<number, Theirs>();
  for (const split of ["train", "test"]) {
    const npz = await openNpz(await fileSource(join(folder, `${split}.npz`)));
    const [x, y, index] = [await npz.read("x"), await npz.read("y"), await npz.read("index")];
    const frames = x.data as Uint8Array;
    for (let k = 0; k < y.data.length; k++)
      found.set(Number(index.data[k]), {
        frames: frames.subarray(k * SIZE, (k + 1) * SIZE),
        label: Number(y.data[k]),
      });
  }
  return found;
};

const pairsOf = async (raw: string, theirs: ReadonlyMap<number, Theirs>): Promise<Pair[]> => {
  const train = join(raw, "Train");
  const pairs: Pair[] = [];
  for (const digit of readdirSync(train))
    for (const name of readdirSync(join(train, digit))) {
      const found = theirs.get(Number.parseInt(name, 10) - 1);
      if (!found) continue;
      if (found.label !== Number(digit))
        throw new Error(`${name}: digit ${digit} here, ${found.label} there`);
      pairs.push({ raw: await readRecording(join(train, digit, name)), frames: found.frames });
    }
  return pairs;
};

const denoised = (recording: Recording, filterTime: number): Recording =>
  transformRecording(recording, [{ type: "denoise", filterTime }]);

/** Times as whole milliseconds since the first event, without the incomplete last millisecond. */
const inMilliseconds = ({ events, sensor }: Recording): Recording => {
  const [first, last] = [events.t[0]!, events.t.at(-1)!];
  const whole = Math.floor((last - first) / 1000);
  const kept: Events = eventRange(events, 0, firstFrom(events.t, first + 1000 * whole));
  return { events: { ...kept, t: kept.t.map((t) => Math.floor((t - first) / 1000)) }, sensor };
};

const compare = (name: string, pairs: readonly Pair[], frame: (raw: Recording) => Uint8Array): void => {
  let whole = 0;
  let same = 0;
  const single = new Float64Array(FRAMES);
  for (const { raw, frames } of pairs) {
    const mine = frame(raw);
    whole += overlap(mine, frames) / pairs.length;
    if (mine.every((pixel, k) => pixel === frames[k])) same++;
    for (let i = 0; i < FRAMES; i++) {
      const at = i * PIXELS;
      single[i]! += overlap(mine.subarray(at, at + PIXELS), frames.subarray(at, at + PIXELS)) / pairs.length;
    }
  }
  const each = Array.from(single, (mean) => mean.toFixed(2)).join(" ");
  console.log(`${name.padEnd(44)} ${whole.toFixed(4)}  ${each}  ${same}`);
};

const [raw, frames] = process.argv.slice(2);
if (!raw || !frames) throw new Error("usage: compare-nmnist-framing.ts RAW FRAMES");
const pairs = await pairsOf(raw, await theirsIn(frames));
console.log(`${pairs.length} recordings in both; mean intersection over union of the lit pixels:`);
console.log(`${"our framing of".padEnd(44)} whole   frames 0 to 9${" ".repeat(36)}equal`);
compare("the raw events", pairs, framesOf);
for (const time of FILTER_TIMES)
  compare(`denoised, ${time / 1000} ms`, pairs, (recording) => framesOf(denoised(recording, time)));
compare(`denoised, ${THEIR_FILTER_TIME / 1000} ms, in whole milliseconds`, pairs, (recording) =>
  framesOf(inMilliseconds(denoised(recording, THEIR_FILTER_TIME))),
);

/**
 * Compares made recordings with those of N-MNIST of the same digits.
 *     npx tsx scripts/compare-made-recordings.ts RAW
 * RAW: a folder with the published Train/DIGIT/NNNNN.bin, where N is the index in MNIST's training set, from 1. Those of the
 * embedded digits are compared.
 */
import { readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { mnist } from "../src/datasets/mnist.ts";
import { madeRecording } from "../src/events/made-recording.ts";
import { readRecording } from "../src/events/recording.ts";
import { readBytes } from "../test/events/read.ts";
import { framesOf, overlap } from "./nmnist-frames.ts";

const [raw] = process.argv.slice(2);
if (!raw) throw new Error("usage: compare-made-recordings.ts RAW");
const { train } = await mnist();

/** Names of the files, with the index of their digit. */
const files = readdirSync(join(raw, "Train"))
  .flatMap((digit) => readdirSync(join(raw, "Train", digit)).map((name) => join(raw, "Train", digit, name)))
  .map((path) => ({ path, index: Number.parseInt(basename(path), 10) - 1 }))
  .filter(({ index }) => index < train.count);

const digitAt = (index: number): Uint8Array => train.images.subarray(index * 784, (index + 1) * 784);

const made = async (index: number, seed?: number): Promise<Uint8Array> =>
  framesOf(await readBytes(madeRecording(digitAt(index), seed), { format: "nmnist" }));

const totals = { ideal: 0, imperfect: 0, another: 0 };
for (const [k, { path, index }] of files.entries()) {
  const real = framesOf(await readRecording(path));
  totals.ideal += overlap(await made(index), real);
  totals.imperfect += overlap(await made(index, k), real);
  totals.another += overlap(await made((index + 1) % train.count), real);
}
console.log(
  `${files.length} recordings; mean intersection over union of the lit pixels of ten frames of ON events:`,
);
const show = (total: number): string => (total / files.length).toFixed(3);
console.log(`made by an ideal camera   ${show(totals.ideal)}`);
console.log(`by imperfect cameras      ${show(totals.imperfect)}`);
console.log(`of another digit          ${show(totals.another)}`);

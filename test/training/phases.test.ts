/** The first epochs on images of half the size. */
import { readdir } from "node:fs/promises";
import { expect, test } from "vitest";
import { ConfigError } from "../../src/errors.ts";
import { halfSizeSplit } from "../../src/loading/half-size-split.ts";
import { halfSizeNetwork } from "../../src/networks/half-size.ts";
import { parseNetwork } from "../../src/networks/network.ts";
import type { StepReport } from "../../src/training/runs/run.ts";
import { resume, type TrainOptions, train } from "../../src/training/runs/run.ts";
import { emptyFolder } from "../datasets/folder.ts";
import { smallNetwork, smallSplit } from "./digits.ts";

/** 22 images of 1 x 6 x 6 with a border of one pixel. */
const split = (() => {
  const { images, count, shape, ...rest } = smallSplit();
  const [, height, width] = shape;
  const side = 8;
  const larger = new Uint8Array(count * side * side);
  for (let k = 0; k < images.length; k++) {
    const [column, above] = [k % width, Math.floor(k / width)];
    const [row, image] = [above % height, Math.floor(above / height)];
    larger[(image * side + row + 1) * side + column + 1] = images[k]!;
  }
  return { ...rest, count, images: larger, shape: [1, side, side] as const };
})();

const network = parseNetwork({
  name: "places",
  encoding: "sign",
  input: [1, 8, 8],
  classes: split.classes,
  layers: [
    { type: "conv2d", channels: 3, kernel: 3, padding: 1, pool: 2 },
    { type: "conv2d", channels: 4, kernel: 3, padding: 1 },
    { type: "averagePool", size: 4 },
  ],
});

/** Three steps an epoch: nine, of which the first six are on small images. */
const settings: TrainOptions = { epochs: 3, halfSizeEpochs: 2, batch: 8, threads: 1, learningRate: 0.02 };

test("are those of a network for such images", async () => {
  const abort = new AbortController();
  const onStep = ({ position }: StepReport): void => {
    if (position.step === 6) abort.abort();
  };
  const options: TrainOptions = { ...settings, schedule: { type: "constant" } };
  const part = await train(network, split, { ...options, onStep, signal: abort.signal });
  const half = { ...options, epochs: 2, halfSizeEpochs: 0 };
  const small = await train(halfSizeNetwork(network), await halfSizeSplit(split), half);
  expect(part.parameters).toEqual(small.parameters);
  expect(part.epochs).toEqual(small.epochs);
  expect(part.network.input).toEqual([1, 8, 8]);
});

test("are followed by epochs on the whole images, at the rate and in the order of one run", async () => {
  const rates: number[] = [];
  const run = await train(network, split, settings);
  const plain = await train(network, split, { ...settings, halfSizeEpochs: 0 });
  for (const { learningRate } of plain.epochs) rates.push(learningRate);
  expect(run.epochs.map(({ learningRate }) => learningRate)).toEqual(rates);
  expect(run.epochs.map(({ step }) => step)).toEqual([3, 6, 9]);
  expect(run.parameters).not.toEqual(plain.parameters);
});

test.each([1, 2])("stopped at any step and resumed, end in the same bits: %i threads", async (threads) => {
  const options = { ...settings, threads, ...(threads === 2 && { batch: 32, epochs: 4 }) };
  const whole = await train(network, split, options);
  for (let step = 1; step < whole.step; step++) {
    const abort = new AbortController();
    const out = await emptyFolder();
    await train(network, split, {
      ...options,
      out,
      signal: abort.signal,
      onStep: ({ position }) => position.step === step && abort.abort(),
    });
    const resumed = await resume(out, split);
    expect(resumed.parameters).toEqual(whole.parameters);
    expect(resumed.epochs).toEqual(whole.epochs);
  }
});

test("are refused before the run's folder is made where the network does not fit them", async () => {
  const out = await emptyFolder();
  const dense = train(smallNetwork, smallSplit(), { ...settings, out });
  await expect(dense).rejects.toThrow(ConfigError);
  await expect(dense).rejects.toThrow(/half the size/);
  const changes: readonly TrainOptions[] = [
    { halfSizeEpochs: 3 },
    { augmentation: { events: [{ type: "dropEvent", p: 0.5 }] } },
  ];
  for (const change of changes)
    await expect(train(network, split, { ...settings, ...change, out })).rejects.toThrow(ConfigError);
  expect(await readdir(out)).toEqual([]);
});

test("a square to cut out is not larger than the images", async () => {
  const augmentation = { cutOut: 9 };
  await expect(train(network, split, { ...settings, augmentation })).rejects.toThrow(ConfigError);
});

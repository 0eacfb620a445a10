import { afterEach, describe, expect, test } from "vitest";
import type { ImageSplit } from "../../src/datasets/dataset.ts";
import { type Loader, type LoaderOptions, openLoader } from "../../src/loading/loader.ts";
import { parseNetwork } from "../../src/networks/network.ts";

const split: ImageSplit = {
  name: "numbers",
  count: 10,
  shape: [3, 32, 32],
  classes: 10,
  subset: false,
  images: Uint8Array.from({ length: 10 * 3072 }, (_, k) => (k * 7 + Math.floor(k / 3072)) % 256),
  labels: Uint8Array.from({ length: 10 }, (_, k) => k),
};
const network = parseNetwork({
  name: "net",
  input: [3, 32, 32],
  classes: 10,
  encoding: "real",
  layers: [{ type: "dense", units: 3 }],
});
const options: LoaderOptions = { split, network, batch: 4, seed: 1 };
const augmentation = { pad: 4, flip: true, cutOut: 6 };

const open: Loader[] = [];
const opened = (given: LoaderOptions): Loader => {
  const loader = openLoader(given);
  open.push(loader);
  return loader;
};
afterEach(async () => {
  await Promise.all(open.splice(0).map((loader) => loader.close()));
});

const taken = async (loader: Loader, steps: readonly number[]) => {
  const batches = [];
  for (const step of steps) {
    const { batch, examples } = await loader.take(step);
    const { images, labels, mask } = batch;
    batches.push({ step, examples, images: images.slice(), labels: labels.slice(), mask: mask.slice() });
  }
  return batches;
};

describe.each([
  ["made when they are taken", options],
  ["made ahead on a thread", { ...options, augmentation }],
])("batches %s", (_how, given) => {
  test("show every example once an epoch, and say how many count", async () => {
    const batches = await taken(opened(given), [1, 2, 3, 4, 5, 6]);
    expect(batches.map(({ examples }) => examples)).toEqual([4, 4, 2, 4, 4, 2]);
    for (const epoch of [batches.slice(0, 3), batches.slice(3)]) {
      const shown = epoch.flatMap(({ labels, examples }) => [...labels.subarray(0, examples)]);
      expect(shown.sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    }
    expect([...batches[2]!.mask]).toEqual([1, 1, 0, 0]);
    expect([...batches[2]!.labels.subarray(2)]).toEqual([...batches[2]!.labels.subarray(0, 2)]);
  });

  test("are the same whichever step comes first: a run that goes on sees what one that never stopped sees", async () => {
    const all = await taken(opened(given), [1, 2, 3, 4, 5]);
    expect(await taken(opened(given), [4, 5])).toEqual(all.slice(3));
    const [again] = await taken(opened(given), [2]);
    expect(again).toEqual(all[1]);
  });

  test("depend on the seed", async () => {
    const [one] = await taken(opened(given), [1]);
    const [other] = await taken(opened({ ...given, seed: 2 }), [1]);
    expect(one!.images).not.toEqual(other!.images);
  });
});

test("augmentation draws anew in every epoch", async () => {
  const batches = await taken(opened({ ...options, batch: 10, augmentation }), [1, 2]);
  const [first, second] = batches.map(({ labels, images }) => {
    const row = labels.indexOf(7);
    return images.slice(row * 3072, (row + 1) * 3072);
  });
  expect(first).not.toEqual(second);
});

import { mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test, vi } from "vitest";
import type { ImageSplit } from "../../src/datasets/dataset.ts";
import { openDataset } from "../../src/datasets/open.ts";
import { ConfigError } from "../../src/errors.ts";
import type { Loader, LoaderOptions } from "../../src/loading/loader.ts";
import { openThreadLoader } from "../../src/loading/thread-loader.ts";
import { parseNetwork } from "../../src/networks/network.ts";
import { encodeNmnist } from "../events/encoders/nmnist.ts";

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
  const loader = openThreadLoader(given);
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
    // Filled up with the epoch's first examples.
    expect([...batches[2]!.labels.subarray(2)]).toEqual([...batches[0]!.labels.subarray(0, 2)]);
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

describe("augmentation of events", () => {
  const frames = parseNetwork({
    name: "frames",
    encoding: "sign",
    input: [10, 34, 34],
    classes: 10,
    layers: [{ type: "dense", units: 3 }],
  });

  /** A folder of N-MNIST with two recordings a label, the events of each in a column and row of its own. */
  const recordings = async (): Promise<ImageSplit> => {
    const folder = await mkdtemp(join(tmpdir(), "nsm-recordings-"));
    for (const name of ["Train", "Test"])
      for (let label = 0; label < 10; label++) {
        const place = join(folder, name, String(label));
        await mkdir(place, { recursive: true });
        for (const number of [0, 1])
          await writeFile(
            join(place, `0000${number}.bin`),
            encodeNmnist(
              Array.from({ length: 60 }, (_, k) => ({
                t: 200_000 + k * 1000,
                x: label + number,
                y: k % 34,
                p: 1,
              })),
            ),
          );
      }
    vi.stubEnv("XDG_CACHE_HOME", folder);
    return (await openDataset(folder)).train;
  };

  test("frames the recordings anew: without a change as they were, with one differently in each step", async () => {
    const split = await recordings();
    const plain: LoaderOptions = { split, network: frames, batch: 20, seed: 1 };
    const jittered = { type: "timeJitter" as const, std: 20_000 };
    const none = { pad: 0, flip: false, cutOut: 0 };
    const [asRead] = await taken(opened(plain), [1]);
    const [still] = await taken(opened({ ...plain, augmentation: { ...none, events: [] } }), [1]);
    expect(still).toEqual(asRead);
    const changed = { ...plain, augmentation: { ...none, events: [jittered] } };
    const [one, two] = await taken(opened(changed), [1, 2]);
    expect(one!.labels).toEqual(asRead!.labels);
    expect(one!.images).not.toEqual(asRead!.images);
    expect(await taken(opened(changed), [2])).toEqual([two]);
    // Jitter moves events in time alone: over all frames the same pixels are lit.
    const lit = (images: Float32Array): Set<number> =>
      new Set([...images].flatMap((z, k) => (z > 0 ? [Math.floor(k / 11560) * 1156 + (k % 1156)] : [])));
    expect(lit(one!.images)).toEqual(lit(asRead!.images));
  });

  test("is refused for images that are no recordings", () => {
    const augmentation = {
      pad: 0,
      flip: false,
      cutOut: 0,
      events: [{ type: "randomFlipLR" as const, p: 1 }],
    };
    expect(() => openThreadLoader({ ...options, augmentation })).toThrow(ConfigError);
  });
});

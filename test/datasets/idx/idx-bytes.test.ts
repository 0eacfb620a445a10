import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync, gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { encodeIdx } from "../../../src/datasets/idx/idx.ts";
import { readIdxSplit } from "../../../src/datasets/idx/idx-bytes.ts";
import { mnist } from "../../../src/datasets/mnist.ts";
import { DataError } from "../../../src/errors.ts";

const folder = fileURLToPath(new URL("../../../data/mnist-subset", import.meta.url));
const file = (name: string): Promise<Buffer> => readFile(join(folder, `${name}.gz`));

describe("IDX files given as bytes", () => {
  it("are read as those on disk, compressed or not, from arrays, buffers and files", async () => {
    const { test } = await mnist();
    const [images, labels] = [await file("t10k-images-idx3-ubyte"), await file("t10k-labels-idx1-ubyte")];
    const plain = new Uint8Array(gunzipSync(images));
    for (const given of [
      images,
      plain,
      plain.buffer as ArrayBuffer,
      new File([Uint8Array.from(images)], "digits.gz"),
    ]) {
      const split = await readIdxSplit(given, new Blob([Uint8Array.from(labels)]), { classes: 10 });
      expect(Buffer.compare(split.images, test.images)).toBe(0);
      expect(split.labels).toEqual(test.labels);
      expect([split.count, split.shape, split.classes]).toEqual([test.count, test.shape, 10]);
    }
  });

  it("have the name that they are given, else their own, and as many classes as their labels name", async () => {
    const images = encodeIdx({ dims: [3, 2, 2], data: new Uint8Array(12) });
    const labels = encodeIdx({ dims: [3], data: Uint8Array.of(0, 4, 1) });
    const split = await readIdxSplit(new File([Uint8Array.from(images)], "mine"), labels);
    expect([split.name, split.classes]).toEqual(["mine, 3 images", 5]);
    const classNames = ["a", "b", "c", "d", "e"];
    const named = await readIdxSplit(images, labels, { name: "toys", classNames });
    expect([named.name, named.classes, named.classNames]).toEqual(["toys, 3 images", 5, classNames]);
    await expect(readIdxSplit(images, labels, { classes: 4 })).rejects.toThrow("label 4");
  });

  it("leave the given bytes alone", async () => {
    const images = encodeIdx({ dims: [1, 2, 2], data: Uint8Array.of(1, 2, 3, 4) });
    const split = await readIdxSplit(images, encodeIdx({ dims: [1], data: Uint8Array.of(0) }));
    split.images.fill(9);
    expect([...images.subarray(-4)]).toEqual([1, 2, 3, 4]);
  });

  const labels = encodeIdx({ dims: [1], data: Uint8Array.of(0) });
  const image = encodeIdx({ dims: [1, 2, 2], data: Uint8Array.of(1, 2, 3, 4) });
  it.each([
    ["more than the header promises", gzipSync(Buffer.concat([image, Buffer.alloc(9)])), "more data"],
    ["less", gzipSync(image.subarray(0, -1)), "the end of the data"],
    ["less than a header", gzipSync(image.subarray(0, 9)), "the end of the data"],
    ["damaged gzip data", gzipSync(image).fill(0, 12, 20), "damaged gzip"],
    ["a gzip file that ends early", gzipSync(image).subarray(0, -4), "damaged gzip"],
    [
      "a header that promises more than the bytes can hold",
      gzipSync(Buffer.from([0, 0, 8, 3, 0, 1, 0, 0, 0, 0, 0, 28, 0, 0, 0, 28])),
      "a header that promises",
    ],
  ])("are refused: %s", async (_, bytes, words) => {
    const refused = readIdxSplit(bytes, labels, { name: "x" });
    await expect(refused).rejects.toThrow(DataError);
    await expect(refused).rejects.toThrow(words);
  });
});

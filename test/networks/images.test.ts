import { describe, expect, test } from "vitest";
import { DataError } from "../../src/errors.ts";
import {
  checkImages,
  checkLabels,
  encodeImage,
  encodingTable,
  type Images,
} from "../../src/networks/images.ts";
import { type Network, parseNetwork } from "../../src/networks/network.ts";

const network = parseNetwork({
  name: "net",
  encoding: "sign",
  input: [1, 2, 3],
  classes: 4,
  layers: [{ type: "dense", units: 2 }],
});

/** A network with one channel, as far as its encoding is concerned. */
const encoded = (encoding: Network["encoding"]) => ({ ...network, encoding });

describe("encoding", () => {
  test("sign: sgn(2x - 1) with x = pixel / 255, sgn(0) = +1", () => {
    const table = encodingTable(encoded("sign"));
    for (let pixel = 0; pixel < 256; pixel++) expect(table[pixel]).toBe(2 * (pixel / 255) - 1 >= 0 ? 1 : -1);
    expect([table[127], table[128]]).toEqual([-1, 1]);
  });

  test("real: x = pixel / 255", () => {
    const table = encodingTable(encoded("real"));
    for (let pixel = 0; pixel < 256; pixel++) expect(table[pixel]).toBe(Math.fround(pixel / 255));
  });

  test("writes one image into one row and nothing else", () => {
    const images = Uint8Array.of(0, 0, 0, 0, 0, 0, 255, 0, 128, 127, 1, 254);
    const out = new Float32Array(18).fill(9);
    encodeImage(
      { name: "two", images, count: 2, shape: [1, 2, 3] },
      1,
      encodingTable(encoded("sign")),
      out,
      1,
    );
    expect([...out]).toEqual([9, 9, 9, 9, 9, 9, 1, -1, 1, -1, -1, 1, 9, 9, 9, 9, 9, 9]);
  });
});

describe("images that do not fit are refused", () => {
  const images = (count: number, shape: readonly number[], length?: number): Images => ({
    name: "my images",
    images: new Uint8Array(length ?? count * shape.reduce((a, b) => a * b)),
    count,
    shape,
  });

  test.each([
    ["another size", images(2, [1, 3, 2])],
    ["another number of channels", images(2, [3, 2, 1])],
    ["no image", images(0, [1, 2, 3])],
    ["fewer pixels than images", images(2, [1, 2, 3], 11)],
  ])("%s", (_what, given) => {
    expect(() => checkImages(network, given)).toThrow(DataError);
    expect(() => checkImages(network, given)).toThrow(/network net: my images.*1 x 2 x 3/);
  });

  test("a whole data set, of which a split is meant", () => {
    const dataset = { train: images(2, [1, 2, 3]), test: images(1, [1, 2, 3]) } as unknown as Images;
    expect(() => checkImages(network, dataset)).toThrow(DataError);
    expect(() => checkImages(network, dataset)).toThrow(/an object with train, test/);
  });

  test("those that fit are not", () => {
    expect(() => checkImages(network, images(2, [1, 2, 3]))).not.toThrow();
  });
});

test("labels that are no class of the network are refused, and the first named", () => {
  const labels = (...values: number[]) => ({ name: "my images", labels: Uint8Array.from(values) });
  expect(() => checkLabels(network, labels(0, 3, 1))).not.toThrow();
  expect(() => checkLabels(network, labels(0, 3, 4))).toThrow(DataError);
  expect(() => checkLabels(network, labels(0, 5, 4))).toThrow(/label 5 of image 1.*0 to 3/);
});

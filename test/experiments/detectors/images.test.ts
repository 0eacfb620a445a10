/** Images by which detectors are chosen and judged: of any size, several channels, and frames of events. */
import { describe, expect, test } from "vitest";
import { madeImages } from "../../../src/experiments/detectors/made-images.ts";
import { perturbedFrames, perturbedImages } from "../../../src/experiments/detectors/perturbed.ts";
import type { Images } from "../../../src/networks/images.ts";
import { sizeOf } from "../../../src/tensor/tensor.ts";

const COUNT = 3;

/** Pixels that tell their channel, row and column apart, as far as a byte goes. */
const imagesOf = (shape: readonly number[]): Images => ({
  ...{ name: "test", count: COUNT, shape },
  images: Uint8Array.from({ length: COUNT * sizeOf(shape) }, (_, k) => (k * 37) % 251),
});

const sorted = (pixels: Uint8Array): Uint8Array => pixels.slice().sort();

/** The planes of image `image`, [height, width] each. */
const planesOf = ({ images, shape }: Images, image: number): Uint8Array[] => {
  const [channels, height, width] = shape as [number, number, number];
  const area = height * width;
  return Array.from({ length: channels }, (_, c) =>
    images.subarray((image * channels + c) * area, (image * channels + c + 1) * area),
  );
};

describe.each([
  ["digits", [1, 28, 28], 7],
  ["photographs", [3, 32, 32], 4],
  ["frames", [10, 34, 34], 2],
])("made images for %s", (noun, shape, side) => {
  const images = imagesOf(shape);
  const made = madeImages(images, noun);
  const named = (name: string): Images => made.find((each) => each.name === name)!;

  test("are as many and as large, and not alike", () => {
    expect(made).toHaveLength(7);
    for (const each of made) {
      expect(each).toMatchObject({ count: COUNT, shape });
      expect(each.images).toHaveLength(images.images.length);
    }
    expect(made.at(-1)!.name).toBe(`${noun} blurred by 2 pixels`);
  });

  test("a grey and a shape are the same in every channel", () => {
    for (const name of ["one grey", "shapes"])
      for (let image = 0; image < COUNT; image++)
        for (const plane of planesOf(named(name), image))
          expect(Buffer.compare(plane, planesOf(named(name), image)[0]!)).toBe(0);
    expect(new Set(planesOf(named("one grey"), 0)[0]).size).toBe(1);
    expect(new Set(named("shapes").images)).toEqual(new Set([0, 255]));
  });

  test(`shuffled pixels and blocks of ${side} x ${side} stay in their channel, in one order for all`, () => {
    const width = shape[2]!;
    for (const [name, block] of [
      ["shuffled pixels", 1],
      ["shuffled blocks", side],
    ] as const) {
      const [from, to] = [planesOf(images, 1), planesOf(named(name), 1)];
      expect(Buffer.compare(to[0]!, from[0]!)).not.toBe(0);
      for (const [c, plane] of to.entries()) expect(Buffer.compare(sorted(plane), sorted(from[c]!))).toBe(0);
      // Neighbours inside a block stay neighbours.
      const isKept = (i: number, j: number): boolean =>
        from[0]!.some((_, at) =>
          to.every((plane, c) =>
            Array.from(
              { length: block * block },
              (_, k) => Math.floor(k / block) * width + (k % block),
            ).every((step) => plane[i * width + j + step] === from[c]![at + step]),
          ),
        );
      expect(isKept(0, 0)).toBe(true);
      expect(isKept(2 * block, block)).toBe(true);
    }
  });
});

test("images are judged blank, inverted and turned", () => {
  const images = imagesOf([3, 5, 5]);
  const [blank, inverted, turned, ...rest] = perturbedImages(images, "images");
  expect(rest).toEqual([]);
  expect([blank!.count, sorted(blank!.images).at(74), sorted(blank!.images).at(75)]).toEqual([2, 0, 255]);
  expect(inverted!.name).toBe("inverted images");
  expect(inverted!.images).toEqual(images.images.map((pixel) => 255 - pixel));
  // Counterclockwise: the last column becomes the first row.
  for (const [c, plane] of planesOf(turned!, 2).entries())
    expect([...plane.subarray(0, 5)]).toEqual([4, 9, 14, 19, 24].map((at) => planesOf(images, 2)[c]![at]));
});

test("recordings are judged blank, scattered, in other orders, mirrored and turned", () => {
  const events = {
    ...imagesOf([10, 6, 6]),
    images: imagesOf([10, 6, 6]).images.map((pixel, k) => ((pixel + k) % 5 === 0 ? 255 : 0)),
  };
  const found = perturbedFrames(events);
  const [blank, scattered, reversed, shuffled, mirrored, turned] = found as [Images, ...Images[]] & Images[];
  expect(found.map(({ count }) => count)).toEqual([2, ...Array<number>(5).fill(COUNT)]);
  expect([...new Set(blank.images.subarray(0, 360)), ...new Set(blank.images.subarray(360))]).toEqual([
    0, 255,
  ]);
  for (let image = 0; image < COUNT; image++) {
    const from = planesOf(events, image);
    const at = (images: Images | undefined): Uint8Array[] => planesOf(images!, image);
    for (const [k, plane] of at(scattered).entries()) expect(sorted(plane)).toEqual(sorted(from[k]!));
    expect(at(scattered)).not.toEqual(from);
    expect(at(reversed)).toEqual(from.toReversed());
    expect(at(shuffled)).not.toEqual(from);
    expect(at(shuffled).map(String).sort()).toEqual(from.map(String).sort());
    for (const [k, plane] of at(mirrored).entries())
      expect([...plane.subarray(6, 12)]).toEqual([...from[k]!.subarray(6, 12)].reverse());
    for (const [k, plane] of at(turned).entries())
      expect([...plane.subarray(0, 6)]).toEqual([5, 11, 17, 23, 29, 35].map((place) => from[k]![place]));
  }
});

import { describe, expect, test } from "vitest";
import { blurred, noiseImages, rotated } from "../../src/datasets/perturb.ts";
import { chiSquareP } from "../support/statistics.ts";

/** Two images of 5 x 4 pixels, two channels each. */
const images = {
  ...{ name: "test", count: 2, shape: [2, 5, 4] },
  images: Uint8Array.from({ length: 80 }, (_, k) => (k * 37) % 256),
};

describe("turned images", () => {
  test("by 0 and 360 degrees are what they were, and by 180 back to front", () => {
    expect(rotated(images, 0).images).toEqual(images.images);
    expect(rotated(images, 360).images).toEqual(images.images);
    const back = rotated(images, 180).images;
    for (let plane = 0; plane < 4; plane++) {
      const [from, to] = [plane * 20, plane * 20 + 20];
      expect(back.subarray(from, to)).toEqual(images.images.slice(from, to).reverse());
    }
  });

  test("by 90 degrees stand counterclockwise: what was right is up", () => {
    const square = {
      name: "s",
      count: 1,
      shape: [1, 3, 3],
      images: Uint8Array.of(0, 0, 0, 0, 0, 9, 0, 0, 0),
    };
    expect([...rotated(square, 90).images]).toEqual([0, 9, 0, 0, 0, 0, 0, 0, 0]);
  });

  test("by 45 degrees lie between pixels", () => {
    const square = {
      name: "s",
      count: 1,
      shape: [1, 3, 3],
      images: Uint8Array.of(0, 0, 0, 0, 200, 0, 0, 0, 0),
    };
    const turned = rotated(square, 45).images;
    // A neighbour's place is seen 1 / sqrt(2) off in both directions: (1 - .707)^2 of the middle.
    expect(turned[4]).toBe(200);
    expect(turned[1]).toBe(Math.round(200 * (1 - Math.SQRT1_2) ** 2));
  });
});

describe("blurred images", () => {
  test("spread a point as a normal distribution, and keep its sum", () => {
    const size = 31;
    const point = { name: "p", count: 1, shape: [1, size, size], images: new Uint8Array(size * size) };
    point.images[15 * size + 15] = 255;
    const wide = blurred(point, 1).images;
    const expected = (i: number, j: number): number => (255 / (2 * Math.PI)) * Math.exp(-(i * i + j * j) / 2);
    // Cut at three deviations, the weights are .3 % larger in each direction; pixels are whole.
    for (const [i, j] of [
      [0, 0],
      [0, 1],
      [1, 1],
      [2, 0],
    ] as const)
      expect(Math.abs(wide[(15 + i) * size + 15 + j]! - expected(i, j))).toBeLessThan(
        0.5 + 0.01 * expected(i, j),
      );
  });

  test("a constant stays inside, and darkens at the border", () => {
    const flat = { name: "f", count: 1, shape: [1, 9, 9], images: new Uint8Array(81).fill(100) };
    const out = blurred(flat, 1).images;
    expect(out[4 * 9 + 4]).toBe(100);
    expect(out[0]).toBeLessThan(50);
  });
});

test("noise is uniform on the values of a pixel, and the same for the same seed", () => {
  const noise = noiseImages(100, [1, 28, 28]);
  expect(noiseImages(100, [1, 28, 28])).toEqual(noise);
  expect(noiseImages(100, [1, 28, 28], 2).images).not.toEqual(noise.images);
  const counts = new Array<number>(256).fill(0);
  for (const pixel of noise.images) counts[pixel]!++;
  const expected = new Array<number>(256).fill(noise.images.length / 256);
  expect(chiSquareP(counts, expected)).toBeGreaterThan(1e-4);
});

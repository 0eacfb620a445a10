/** Parts of a split: the first images, and images drawn by a seed. */
import { describe, expect, it } from "vitest";
import { drawnImages, firstImages, shuffledImages } from "../../src/datasets/subset.ts";
import { smallSplit } from "../training/digits.ts";

const split = smallSplit(50);
const imagesOf = ({ images }: typeof split): string[] =>
  Array.from({ length: images.length / 36 }, (_, k) => images.subarray(36 * k, 36 * (k + 1)).join());

it("firstImages keeps the first ones, and says so", () => {
  const part = firstImages(split, 7);
  expect(part).toMatchObject({ count: 7, subset: true, name: "test, digits (first 7)" });
  expect(imagesOf(part)).toEqual(imagesOf(split).slice(0, 7));
  expect(part.labels).toEqual(split.labels.slice(0, 7));
});

describe("drawnImages", () => {
  it("draws that many of them, each once, with their labels, in the order of the split", () => {
    const part = drawnImages(split, 20, 1);
    expect(part).toMatchObject({ count: 20, subset: true });
    const places = imagesOf(part).map((image) => imagesOf(split).indexOf(image));
    expect(new Set(places).size).toBe(20);
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect(places).not.toEqual(places.map((_, k) => k));
    expect([...part.labels]).toEqual(places.map((k) => split.labels[k]!));
  });

  it("draws the same by the same seed, and others by another", () => {
    expect(drawnImages(split, 20, 1)).toEqual(drawnImages(split, 20, 1));
    expect(drawnImages(split, 20, 1).images).not.toEqual(drawnImages(split, 20, 2).images);
  });
});

it("shuffledImages draws the same images in another order, with their labels", () => {
  const part = shuffledImages(split, 20, 1);
  const places = imagesOf(part).map((image) => imagesOf(split).indexOf(image));
  expect(places).not.toEqual(places.toSorted((a, b) => a - b));
  expect(imagesOf(part).toSorted()).toEqual(imagesOf(drawnImages(split, 20, 1)).toSorted());
  expect([...part.labels]).toEqual(places.map((k) => split.labels[k]!));
  expect(shuffledImages(split, 50, 1).labels).not.toEqual(split.labels);
});

it("a split that is no larger stays as it is", () => {
  expect(firstImages(split, 50)).toBe(split);
  expect(drawnImages(split, Number.POSITIVE_INFINITY, 1)).toBe(split);
});

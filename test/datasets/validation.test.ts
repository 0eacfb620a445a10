import { describe, expect, it } from "vitest";
import type { ImageSplit } from "../../src/datasets/dataset.ts";
import { drawValidation, splitValidation } from "../../src/datasets/validation.ts";
import { ConfigError } from "../../src/errors.ts";

const split: ImageSplit = {
  name: "ten images",
  images: Uint8Array.from({ length: 10 * 6 }, (_, i) => i),
  labels: Uint8Array.from({ length: 10 }, (_, i) => i),
  count: 10,
  shape: [1, 2, 3],
  classes: 10,
  subset: false,
};

describe("splitValidation", () => {
  it("carves the last images off and names both parts", () => {
    const { train, validation } = splitValidation(split, 4);
    expect(train).toMatchObject({ name: "ten images (first 6)", count: 6, shape: [1, 2, 3], subset: true });
    expect(validation).toMatchObject({ name: "ten images (last 4, for validation)", count: 4, subset: true });
    expect([...train.images, ...validation.images]).toEqual([...split.images]);
    expect([...train.labels]).toEqual([0, 1, 2, 3, 4, 5]);
    expect([...validation.labels]).toEqual([6, 7, 8, 9]);
    expect(validation.images[0]).toBe(6 * 6);
  });

  it.each([0, -1, 10, 11, 2.5, Number.NaN])("refuses %s of 10", (count) => {
    expect(() => splitValidation(split, count)).toThrow(ConfigError);
  });
});

describe("drawValidation", () => {
  const parts = drawValidation(split, 4, 1);
  const labels = ({ labels }: ImageSplit): number[] => [...labels];

  it("parts the images: each is in one part, with its label, in the split's order", () => {
    const { train, validation } = parts;
    expect([train.count, validation.count]).toEqual([6, 4]);
    expect([...labels(train), ...labels(validation)].sort()).toEqual([...split.labels]);
    for (const part of [train, validation]) {
      expect(labels(part)).toEqual(labels(part).sort());
      expect([...part.images]).toEqual(
        labels(part).flatMap((k) => [...split.images.subarray(6 * k, 6 * k + 6)]),
      );
      expect(part).toMatchObject({ shape: [1, 2, 3], classes: 10, subset: true });
    }
    expect(validation.name).toBe("ten images (4 for validation, by seed 1)");
  });

  it("depends on the seed alone", () => {
    expect(drawValidation(split, 4, 1)).toEqual(parts);
    const others = [2, 3, 4].map((seed) => labels(drawValidation(split, 4, seed).validation).join());
    expect(others.some((other) => other !== labels(parts.validation).join())).toBe(true);
  });

  it.each([0, -1, 10, 11, 2.5, Number.NaN])("refuses %s of 10", (count) => {
    expect(() => drawValidation(split, count, 1)).toThrow(ConfigError);
  });
});

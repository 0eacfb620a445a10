import { describe, expect, it } from "vitest";
import { type ImageSplit, splitValidation } from "../../src/datasets/dataset.ts";
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

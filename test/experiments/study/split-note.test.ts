/** Notes of rows on splits that are not the published ones. */
import { describe, expect, test } from "vitest";
import type { ImageSplit } from "../../../src/datasets/dataset.ts";
import { noteOnSplits } from "../../../src/experiments/study/split-note.ts";

const published = { train: 60_000, test: 10_000, classes: 10 };

const splitOf = (count: number, given: Partial<ImageSplit> = {}): ImageSplit => ({
  ...{ name: "s", images: new Uint8Array(0), labels: new Uint8Array(0), shape: [1, 1, 1] },
  ...{ count, classes: 10, subset: false },
  ...given,
});
const recordings = { set: "s", folder: "f", examples: [] };
const whole = { train: splitOf(60_000), test: splitOf(10_000) };

describe("a note on splits", () => {
  test("is absent for the published ones", () => {
    expect(noteOnSplits(whole, published, undefined)).toBeUndefined();
    // Recordings of several examples each, which their reader knows to be all.
    const examples = { train: splitOf(90, { recordings }), test: splitOf(18, { recordings }) };
    expect(noteOnSplits(examples, published, undefined)).toBeUndefined();
  });

  test("names both numbers, and the classes where some are lacking", () => {
    const own = { train: splitOf(44_078), test: splitOf(6_879) };
    const words = "own split: 44,078 training and 6,879 test examples";
    expect(noteOnSplits(own, published, undefined)).toEqual({
      words: `${words}, published: 60,000 and 10,000`,
    });
    const eight = {
      train: splitOf(44_078, { classes: 8 }),
      test: splitOf(6_879, { classes: 8 }),
    };
    expect(noteOnSplits(eight, published, undefined)!.words).toBe(
      `${words} of 8 of 10 classes, published: 60,000 and 10,000`,
    );
    const part = { ...whole, test: splitOf(10_000, { recordings, subset: true }) };
    expect(noteOnSplits(part, published, undefined)!.words).toContain("60,000 training and 10,000 test");
  });

  test("ends with the user's words", () => {
    const own = { ...whole, test: splitOf(5) };
    expect(noteOnSplits(own, published, "by index")!.words).toMatch(/published: .* and 10,000; by index$/);
    expect(noteOnSplits(whole, published, "read again")).toEqual({ words: "read again" });
  });

  test("says where test examples are too few to judge claims by", () => {
    const of = (count: number) => noteOnSplits({ ...whole, test: splitOf(count) }, published, undefined)!;
    expect([of(999).isDemonstration, of(1000).isDemonstration]).toEqual([true, undefined]);
  });

  test("is the format's, where it has one", () => {
    const note = { words: "1 user", isDemonstration: true } as const;
    const few = { train: splitOf(9), test: splitOf(3), note };
    expect(noteOnSplits(few, published, "no polarity")).toEqual({ ...note, words: "1 user; no polarity" });
  });
});

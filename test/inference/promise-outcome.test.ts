/** Whether promises held: by hand, and on draws for which they hold or not. */
import { describe, expect, test } from "vitest";
import { decisionsOf, withoutOutcomes } from "../../src/inference/decisions.ts";
import { answersOutcome, meanOutcome } from "../../src/inference/promise-outcome.ts";
import { allocateUncertainty } from "../../src/inference/uncertainty.ts";
import { conformalThreshold } from "../../src/statistics/conformal.ts";
import { uniform } from "../nn/draw.ts";

const error = { of: "error", risk: 0.01, confidence: 0.95 } as const;
const cover = { of: "cover", cover: 0.9, confidence: 0.95 } as const;

describe("of answers", () => {
  // Exact limits of scipy 1.17, binomtest(k, n).proportion_ci(): 15 of 1,000 .0084, 18 of 1,000 .0107; 88 % of 1,000 .8995,
  // 88.1 % .9004.
  test.each([
    [10, "held"],
    [11, "chance"],
    [17, "chance"],
    [18, "broken"],
  ])("%d wrong of 1,000, of which 1 %% may be: %s", (wrong, expected) => {
    expect(answersOutcome(error, { images: 2000, answered: 1000, wrong })).toBe(expected);
  });

  test.each([
    [900, "held"],
    [899, "chance"],
    [881, "chance"],
    [880, "broken"],
  ])("%d of 1,000 answered, of which 90 %% must be: %s", (answered, expected) => {
    expect(answersOutcome(cover, { images: 1000, answered, wrong: 0 })).toBe(expected);
  });

  test("a decimal that was rounded is kept by what equals it", () => {
    const asked = { of: "error", risk: 0.7 / 100, confidence: 0.95 } as const;
    expect(answersOutcome(asked, { images: 1000, answered: 1000, wrong: 7 })).toBe("held");
    const most = { of: "cover", cover: 94.2 / 100, confidence: 0.95 } as const;
    expect(answersOutcome(most, { images: 1000, answered: 942, wrong: 0 })).toBe("held");
  });

  test("no answers say nothing of errors, and break a coverage", () => {
    expect(answersOutcome(error, { images: 100, answered: 0, wrong: 0 })).toBeNull();
    expect(answersOutcome(cover, { images: 100, answered: 0, wrong: 0 })).toBe("broken");
  });
});

describe("of sets", () => {
  test("that hold the label as often as promised, or nearly, or far less often", () => {
    const of = (held: number) => meanOutcome(0.9, { images: 1000, held, heldOut: 1000 });
    expect([of(900), of(899), of(880), of(850)]).toEqual(["held", "chance", "chance", "broken"]);
  });

  test("few held-out images explain more", () => {
    const by = (heldOut: number) => meanOutcome(0.9, { images: 1000, held: 850, heldOut });
    expect([by(100), by(10_000)]).toEqual(["chance", "broken"]);
  });

  test("are called broken in 2.5 % of draws for which the promise holds", () => {
    const [draws, heldOut, images] = [1000, 100, 200];
    let broken = 0;
    for (let draw = 0; draw < draws; draw++) {
      const scores = uniform(`sets ${draw}`, heldOut + images, 0, 1);
      const rows = Float64Array.from({ length: 2 * heldOut }, (_, k) => {
        const p = scores[k >> 1]!;
        return k % 2 === 0 ? p : 1 - p;
      });
      const threshold = conformalThreshold(rows, new Uint8Array(heldOut), 0.9);
      const held = scores.subarray(heldOut).reduce((sum, p) => sum + (1 - p <= threshold ? 1 : 0), 0);
      if (meanOutcome(0.9, { images, held, heldOut }) === "broken") broken++;
    }
    // Binomial test: at most 2.5 % of 1,000 draws, one-sided significance 1e-3: 42. Discrete numbers make it rarer, not absent.
    expect(broken).toBeLessThanOrEqual(42);
    expect(broken).toBeGreaterThan(0);
  });
});

test("decisions have the outcomes, and on the images of the thresholds none", () => {
  const images = 100;
  const found = allocateUncertainty(images, 2, { isDetected: true });
  // Ten images are unlike, ten of the others wrong.
  for (let k = 0; k < images; k++) {
    found.unfamiliarity[k] = k < 10 ? 1 : -1;
    found.probabilities[2 * k] = 1;
  }
  const labels = Uint8Array.from({ length: images }, (_, k) => Number(k >= 90));
  const thresholds = {
    ...{ samples: 1, images: 1000, isHeldOut: true, unlike: { threshold: 0, share: 0.05 } },
    sets: { level: 0.9, threshold: 0.5 },
  };
  const refer = { threshold: null, coverage: 1, errors: 0 };
  const by = (promise: typeof error | typeof cover) =>
    decisionsOf(found, labels, { ...thresholds, refer: { ...refer, promise } });
  expect(by(error)).toMatchObject({
    answered: 90,
    promise: "broken",
    // Ten or more of 100 count as unlike with a probability of .035 where 5 % do on average; eleven or more with .016.
    unlikePromise: "chance",
    sets: { coverage: 0.9, promise: "held" },
  });
  expect(by(cover)).toMatchObject({ answered: 90, promise: "held" });
  const [low, high] = by(cover).answeredInterval;
  // scipy 1.17: 90 of 100.
  expect([low, high]).toEqual([expect.closeTo(82.378, 3), expect.closeTo(95.1, 3)]);
  expect(decisionsOf(found, labels, thresholds)).toMatchObject({ promise: null });
  expect(withoutOutcomes(by(cover))).toEqual({
    ...by(cover),
    ...{ promise: null, unlikePromise: null },
    sets: { ...by(cover).sets, promise: null },
  });
});

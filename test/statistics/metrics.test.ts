import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DataError, NumericError } from "../../src/errors.ts";
import { auroc, errorDetectionAuroc } from "../../src/statistics/auroc.ts";
import { expectedCalibrationError, reliabilityBins } from "../../src/statistics/calibration.ts";
import {
  brierScore,
  MIN_PROBABILITY,
  metrics,
  negativeLogLikelihood,
  wilsonInterval,
} from "../../src/statistics/metrics.ts";

describe("four images of two classes, by hand", () => {
  // Correct with .9, correct with .8, wrong with .6, and a tie that goes to class 0, which is correct.
  const probabilities = Float64Array.of(0.9, 0.1, 0.2, 0.8, 0.6, 0.4, 0.5, 0.5);
  const labels = Uint8Array.of(0, 1, 1, 0);
  const result = metrics(probabilities, labels);

  test("images, error, interval", () => {
    expect(result.images).toBe(4);
    expect(result.error).toBe(25);
    expect(result.errorInterval).toEqual(wilsonInterval(1, 4).map((end) => 100 * end));
  });

  test("negative log-likelihood", () => {
    expect(result.nll).toBeCloseTo(-Math.log(0.9 * 0.8 * 0.4 * 0.5) / 4, 14);
  });

  test("Brier score", () => {
    expect(result.brier).toBeCloseTo((0.02 + 0.08 + 0.72 + 0.5) / 4, 14);
  });

  test("expected calibration error: every image has a bin of its own", () => {
    expect(result.ece).toBeCloseTo((0.1 + 0.2 + 0.6 + 0.5) / 4, 14);
  });

  test("error detection: of the three right ones, two are surer than the wrong one", () => {
    expect(result.auroc).toBeCloseTo(2 / 3, 14);
  });
});

describe("Wilson's interval", () => {
  // SciPy 1.17, binomtest(count, trials).proportion_ci(method="wilson")
  test.each([
    [0, 10, 0, 0.27753279986288926],
    [3, 10, 0.10779126740630102, 0.6032218525388546],
    [79, 10_000, 0.006343878268779697, 0.00983405292764021],
    [10, 10, 0.7224672001371109, 1],
  ])("of %d in %d", (count, trials, lower, upper) => {
    const interval = wilsonInterval(count, trials);
    expect(interval[0]).toBeCloseTo(lower, 12);
    expect(interval[1]).toBeCloseTo(upper, 12);
    expect(interval[0]).toBeGreaterThanOrEqual(0);
    expect(interval[1]).toBeLessThanOrEqual(1);
  });
});

test("a label given no probability costs -log 2^-126, not infinity", () => {
  expect(negativeLogLikelihood(Float32Array.of(1, 0), [1])).toBeCloseTo(126 * Math.log(2), 12);
  expect(MIN_PROBABILITY).toBe(2 ** -126);
});

test("the worst Brier score is 2, the best 0", () => {
  expect(brierScore(Float32Array.of(1, 0), [1])).toBe(2);
  expect(brierScore(Float32Array.of(1, 0), [0])).toBe(0);
});

/** Rows whose probabilities are multiples of 1/20, so that ties and bin borders occur, and their labels. */
const predictions = fc.integer({ min: 2, max: 4 }).chain((classes) =>
  fc
    .array(
      fc.record({
        cuts: fc.array(fc.nat(20), { minLength: classes - 1, maxLength: classes - 1 }),
        label: fc.nat(classes - 1),
      }),
      { minLength: 1, maxLength: 40 },
    )
    .map((images) => ({
      classes,
      labels: Uint8Array.from(images, ({ label }) => label),
      rows: images.map(({ cuts }) => {
        const borders = [0, ...cuts.toSorted((a, b) => a - b), 20];
        return borders.slice(1).map((border, i) => (border - borders[i]!) / 20);
      }),
    })),
);

const top = (row: number[]): number => row.indexOf(Math.max(...row));

test("ECE is the sum over bins of |right - confidence| / n, bin by bin", () => {
  fc.assert(
    fc.property(predictions, ({ rows, labels }) => {
      let expected = 0;
      for (let m = 1; m <= 15; m++) {
        const inBin = rows.flatMap((row, i) => {
          const confidence = Math.max(...row);
          return confidence > (m - 1) / 15 && confidence <= m / 15
            ? [(top(row) === labels[i] ? 1 : 0) - confidence]
            : [];
        });
        expected += Math.abs(inBin.reduce((a, b) => a + b, 0)) / rows.length;
      }
      expect(expectedCalibrationError(Float64Array.from(rows.flat()), labels)).toBeCloseTo(expected, 10);
    }),
  );
});

test("reliability bins hold every image once and lie side by side", () => {
  fc.assert(
    fc.property(predictions, ({ rows, labels }) => {
      const bins = reliabilityBins(Float64Array.from(rows.flat()), labels);
      expect(bins.length).toBe(15);
      expect(bins[0]!.lower).toBe(0);
      expect(bins[14]!.upper).toBe(1);
      expect(bins.reduce((total, { images }) => total + images, 0)).toBe(rows.length);
      bins.forEach(({ lower, upper, images, confidence, accuracy }, b) => {
        expect(lower).toBe(b === 0 ? 0 : bins[b - 1]!.upper);
        if (images === 0) expect([confidence, accuracy]).toEqual([null, null]);
        else {
          expect(confidence).toBeGreaterThan(lower - 1e-12);
          expect(confidence).toBeLessThanOrEqual(upper + 1e-12);
          expect(accuracy! * images).toBeCloseTo(Math.round(accuracy! * images), 9);
        }
      });
    }),
  );
});

test("a float32 confidence that rounding left above 1 falls into the last bin", () => {
  expect(reliabilityBins(Float32Array.of(1 + 2 ** -23, 0), [0])[14]!.images).toBe(1);
});

test("AUROC is the fraction of pairs in order, ties counting half", () => {
  const scored = fc.array(fc.record({ score: fc.nat(5), positive: fc.nat(1) }), { maxLength: 30 });
  fc.assert(
    fc.property(scored, (items) => {
      const positives = items.filter(({ positive }) => positive === 1);
      const negatives = items.filter(({ positive }) => positive === 0);
      const pairs = positives.flatMap((p) =>
        negatives.map((n) => (p.score > n.score ? 1 : p.score === n.score ? 0.5 : 0)),
      );
      const actual = auroc(
        Float64Array.from(items, ({ score }) => score),
        Uint8Array.from(items, ({ positive }) => positive),
      );
      if (pairs.length === 0) expect(actual).toBeNull();
      else expect(actual).toBeCloseTo(pairs.reduce<number>((a, b) => a + b, 0) / pairs.length, 12);
    }),
  );
});

test("without errors, or with nothing but errors, there is no AUROC", () => {
  expect(errorDetectionAuroc(Float32Array.of(0.9, 0.1, 0.4, 0.6), [0, 1])).toBeNull();
  expect(errorDetectionAuroc(Float32Array.of(0.9, 0.1, 0.4, 0.6), [1, 0])).toBeNull();
});

describe("refused", () => {
  test.each([
    { what: "no image", probabilities: [], labels: [] },
    { what: "probabilities without labels", probabilities: [1, 0], labels: [] },
    { what: "labels without probabilities", probabilities: [], labels: [1] },
    { what: "lengths that do not divide", probabilities: [1, 0, 1], labels: [0, 0] },
    { what: "a label that is no class", probabilities: [1, 0], labels: [2] },
    { what: "a negative label", probabilities: [1, 0], labels: [-1] },
    { what: "half a label", probabilities: [1, 0], labels: [0.5] },
  ])("$what", ({ probabilities, labels }) => {
    for (const f of [
      metrics,
      expectedCalibrationError,
      errorDetectionAuroc,
      negativeLogLikelihood,
      brierScore,
    ])
      expect(() => f(Float32Array.from(probabilities), labels)).toThrow(DataError);
  });

  test.each([
    { what: "NaN", probabilities: [Number.NaN, 0, 1, 0], labels: [0, 0] },
    { what: "twice as many probabilities as images", probabilities: [1, 0, 1, 0], labels: [0] },
  ])("$what", ({ probabilities, labels }) => {
    expect(() => metrics(Float32Array.from(probabilities), labels)).toThrow(NumericError);
  });
});

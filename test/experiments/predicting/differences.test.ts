/** Differences of predictors: their values are those of the metrics, and their intervals hold where they should. */
import { describe, expect, test } from "vitest";
import {
  calibration,
  difference,
  errorRate,
  type Measured,
  meanLoss,
  measured,
  measuredDetection,
  riskArea,
} from "../../../src/experiments/predicting/differences.ts";
import type { LabelledScores } from "../../../src/experiments/predicting/scores.ts";
import { bootstrap } from "../../../src/statistics/bootstrap.ts";
import { metrics } from "../../../src/statistics/metrics.ts";
import { unitCounts } from "../../../src/statistics/ties.ts";
import { normal, uniform } from "../../nn/draw.ts";
import { binomialUpperP } from "../../support/statistics.ts";

const IMAGES = 400;

/** Two classes; the label is 0, which gets probability sigma(shift + z). */
const scores = (stream: string, shift: number): LabelledScores => {
  const p = Array.from(normal(stream, IMAGES), (z) => 1 / (1 + Math.exp(-shift - z)));
  const entropyOf = (q: number): number => -q * Math.log(q) - (1 - q) * Math.log(1 - q);
  return {
    metrics: metrics(Float64Array.from(p.flatMap((q) => [q, 1 - q])), new Uint8Array(IMAGES)),
    entropy: p.map(entropyOf),
    confidence: p.map((q) => Math.max(q, 1 - q)),
    loss: p.map((q) => -Math.log(q)),
    wrong: p.map((q) => (q < 0.5 ? 1 : 0)),
  };
};

const [one, same, worse] = [scores("one", 1), scores("same", 1), scores("worse", 0.3)];

const STATISTICS = { errorRate, meanLoss, calibration, riskArea };

describe("a difference", () => {
  test("has the values of the metrics", () => {
    expect(measured(one, errorRate).value).toBeCloseTo(one.metrics.error, 10);
    expect(measured(one, meanLoss).value).toBeCloseTo(one.metrics.nll, 10);
    expect(measured(one, calibration).value).toBeCloseTo(one.metrics.ece, 10);
    const { values } = difference([measured(one, meanLoss)], [measured(worse, meanLoss)]);
    expect(values[0]).toBeCloseTo(one.metrics.nll, 10);
    expect(values[1]).toBeCloseTo(worse.metrics.nll, 10);
  });

  test("is told from chance where there is one, and not where there is none", () => {
    for (const statistic of [errorRate, meanLoss, riskArea]) {
      const [a, b, c] = [one, worse, same].map((run) => measured(run, statistic));
      const [low, high] = difference([a!], [b!]).interval;
      expect(high).toBeLessThan(0);
      expect(low).toBeLessThan(high);
      const [from, to] = difference([a!], [c!]).interval;
      expect(from).toBeLessThan(0);
      expect(to).toBeGreaterThan(0);
    }
  });

  test("of a predictor from itself is none at all", () => {
    for (const statistic of Object.values(STATISTICS)) {
      const own = measured(one, statistic);
      expect(difference([own], [own]).interval).toEqual([0, 0]);
    }
  });

  test("of detection draws digits and others each by themselves", () => {
    const digits = [...uniform("digits", 300, 0, 1)];
    const far = measuredDetection(digits, [...uniform("others", 100, 0.5, 1.5)]);
    const near = measuredDetection(digits, [...uniform("near", 100, 0.1, 1.1)]);
    const found = difference([far], [near]);
    expect(found.values[0]).toBeGreaterThan(found.values[1]);
    expect(found.interval[0]).toBeGreaterThan(0);
    expect(found.interval[0]).toBeLessThan(found.values[0] - found.values[1]);
    expect(found.interval[1]).toBeGreaterThan(found.values[0] - found.values[1]);
  });

  test.each(Object.entries(STATISTICS))("counts images as often as they were drawn: %s", (_, statistic) => {
    const drawn = Array.from(one.wrong, (_, k) => (7 * k * k + 3) % IMAGES);
    const times = new Uint32Array(IMAGES);
    for (const image of drawn) times[image]!++;
    const pick = (values: readonly number[]): number[] => drawn.map((k) => values[k]!);
    const { entropy, confidence, loss, wrong, metrics: own } = one;
    const many = {
      ...{ entropy: pick(entropy), confidence: pick(confidence), loss: pick(loss), wrong: pick(wrong) },
      metrics: own,
    };
    expect(statistic(one)(times)).toBeCloseTo(measured(many, statistic).value, 12);
  });

  test("scatters with the runs, by Welch's interval, where it does not with the images", () => {
    const run = (value: number): Measured => ({ value, resamples: new Float64Array(1000).fill(value) });
    const { values, interval } = difference([3, 5, 7].map(run), [1, 2].map(run));
    expect(values).toEqual([5, 1.5]);
    // s^2 / n: 4 / 3 and .5 / 2, 2 and 1 degrees of freedom: nu = (19 / 12)^2 / (8 / 9 + 1 / 16) = 2.63, rounded down to 2.
    const half = 4.303 * Math.sqrt(19 / 12);
    expect(interval[0]).toBeCloseTo(3.5 - half, 10);
    expect(interval[1]).toBeCloseTo(3.5 + half, 10);
  });

  test("of runs that differ by chance alone is seldom more than that", () => {
    // Runs scatter as much as the mean of their images does.
    const images = 50;
    const trials = 300;
    const all = normal("trials", trials * (images + 6));
    let wrong = 0;
    for (let trial = 0; trial < trials; trial++) {
      const own = all.subarray(trial * (images + 6), (trial + 1) * (images + 6));
      const noise = own.subarray(6);
      const of = (k: number, sign: number): Measured => {
        const shift = own[k]! / Math.sqrt(images);
        const value = (times: ArrayLike<number>): number =>
          shift + noise.reduce((sum, x, i) => sum + sign * times[i]! * x, 0) / images / 2;
        return {
          value: value(unitCounts(images)),
          resamples: bootstrap([images], ([times]) => value(times!)),
        };
      };
      const [low, high] = difference(
        [0, 1, 2].map((k) => of(k, 1)),
        [3, 4, 5].map((k) => of(k, -1)),
      ).interval;
      if (low > 0 || high < 0) wrong++;
    }
    // 5 % of 300 are 15: so many more only one time in 10,000.
    expect(binomialUpperP(wrong, trials, 0.05)).toBeGreaterThan(1e-4);
  });
});

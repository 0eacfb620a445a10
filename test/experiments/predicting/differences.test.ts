/** Differences of predictors: their values are those of the metrics, and their intervals hold where they should. */
import { describe, expect, test } from "vitest";
import {
  calibration,
  detectionDifference,
  difference,
  meanLoss,
  riskArea,
} from "../../../src/experiments/predicting/differences.ts";
import type { LabelledScores } from "../../../src/experiments/predicting/scores.ts";
import { metrics } from "../../../src/inference/metrics.ts";
import { riskCoverage } from "../../../src/inference/selective.ts";
import { normal, uniform } from "../../nn/draw.ts";

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

describe("a difference", () => {
  test("has the values of the metrics", () => {
    const loss = difference([one], [worse], meanLoss).values;
    expect(loss[0]).toBeCloseTo(one.metrics.nll, 10);
    expect(loss[1]).toBeCloseTo(worse.metrics.nll, 10);
    expect(difference([one], [worse], calibration).values[0]).toBeCloseTo(one.metrics.ece, 10);
  });

  test("is told from chance where there is one, and not where there is none", () => {
    for (const statistic of [meanLoss, riskArea]) {
      const [low, high] = difference([one], [worse], statistic).interval;
      expect(high).toBeLessThan(0);
      expect(low).toBeLessThan(high);
      const [from, to] = difference([one], [same], statistic).interval;
      expect(from).toBeLessThan(0);
      expect(to).toBeGreaterThan(0);
    }
  });

  test("of a predictor from itself is none at all", () => {
    for (const statistic of [meanLoss, calibration, riskArea])
      expect(difference([one], [one], statistic).interval).toEqual([0, 0]);
  });

  test("of detection draws digits and others each by themselves", () => {
    const digits = [...uniform("digits", 300, 0, 1)];
    const others = [...uniform("others", 100, 0.5, 1.5)];
    const found = detectionDifference(
      [{ digits, others }],
      [{ digits, others: [...uniform("near", 100, 0.1, 1.1)] }],
    );
    expect(found.values[0]).toBeGreaterThan(found.values[1]);
    expect(found.interval[0]).toBeGreaterThan(0);
    expect(found.interval[0]).toBeLessThan(found.values[0] - found.values[1]);
    expect(found.interval[1]).toBeGreaterThan(found.values[0] - found.values[1]);
  });

  test("of several runs is that of their means, and runs that differ widen its interval", () => {
    const runs = [one, worse];
    const found = difference(runs, [same], meanLoss);
    expect(found.values[0]).toBeCloseTo((one.metrics.nll + worse.metrics.nll) / 2, 10);
    const width = ([low, high]: readonly [number, number]): number => high - low;
    expect(width(found.interval)).toBeGreaterThan(width(difference([one, one], [same], meanLoss).interval));
  });

  test("sorts drawn images as the measures themselves do", () => {
    const all = Uint32Array.from(one.wrong, (_, k) => k);
    const drawn = all.map((k) => (7 * k * k + 3) % IMAGES);
    const pick = (values: readonly number[]): Float64Array => Float64Array.from(drawn, (k) => values[k]!);
    const { aurc } = riskCoverage(pick(one.entropy), Uint8Array.from(pick(one.wrong)));
    expect(riskArea(one)(drawn)).toBeCloseTo(aurc, 12);
  });
});

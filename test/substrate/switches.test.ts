/** Stochastic switches against the distributions that they state. Seeds are fixed. */
import { describe, expect, test } from "vitest";
import { key } from "../../src/random/key.ts";
import { type AnalogDeviceDescription, parseAnalogDevice } from "../../src/substrate/device.ts";
import { passCorrelation, transmissionProbabilities } from "../../src/substrate/switches/switch.ts";
import { ornsteinUhlenbeck, switchingPasses } from "../../src/substrate/switches/switching.ts";
import {
  processCorrelation,
  switchingCorrelation,
  varianceOfMean,
} from "../../src/substrate/switches/switching-correlation.ts";
import { betaI } from "../support/special-functions.ts";
import {
  binomialP,
  chiSquareP,
  correlation,
  ksP,
  mean,
  normalCdf,
  normalP,
  worstP,
} from "../support/statistics.ts";

/** Smallest p-value that each test accepts, of all its comparisons together. */
const SIGNIFICANCE = 1e-4;

const DEVICES = 20_000;

const switchOf = (description: NonNullable<AnalogDeviceDescription["switch"]>) =>
  parseAnalogDevice({
    name: "switch",
    cell: { gMinMicrosiemens: 0, gMaxMicrosiemens: 1 },
    switch: description,
  }).switch!;

const probabilities = (description: NonNullable<AnalogDeviceDescription["switch"]>): Float64Array =>
  transmissionProbabilities(switchOf(description), key(1, "switch"), DEVICES);

describe("probabilities over devices", () => {
  test("by mean and deviation: Beta", () => {
    const p = probabilities({ type: "probability", probability: 0.3, deviceDeviation: 0.1 });
    // a + b = .3 * .7 / .01 - 1 = 20.
    expect(ksP(p, (x) => betaI(x, 6, 14))).toBeGreaterThan(SIGNIFICANCE);
    expect(new Set(probabilities({ type: "probability", probability: 0.3 }))).toEqual(new Set([0.3]));
  });

  test.each([
    [0.5, 1e-6],
    [0.5, 0.4999999],
    [1e-9, 1e-6],
    [1 - 1e-9, 1e-6],
  ])("of mean %d and deviation %d are found", (probability, deviceDeviation) => {
    const p = probabilities({ type: "probability", probability, deviceDeviation });
    expect(normalP((mean(p) - probability) / (deviceDeviation / Math.sqrt(DEVICES)))).toBeGreaterThan(
      SIGNIFICANCE,
    );
  });

  test("by threshold: their quantiles are normal, and their mean follows the voltage", () => {
    const at = (inputVolts: number) =>
      probabilities({
        ...{ type: "threshold", inputVolts, thresholdVolts: 0.5 },
        ...{ deviceDeviationVolts: 0.05, cycleDeviationVolts: 0.1 },
      });
    // p < x exactly if the device's threshold lies above V - c Phi^-1(x); here for x = Phi(t).
    const cdf = (t: number, inputVolts: number) => normalCdf((t - (inputVolts - 0.5) / 0.1) / 0.5);
    const ps = [0.4, 0.5, 0.65].flatMap((volts) =>
      [-1, 0, 1].map((t) =>
        binomialP(at(volts).filter((p) => p < normalCdf(t)).length, DEVICES, cdf(t, volts)),
      ),
    );
    expect(worstP(ps)).toBeGreaterThan(SIGNIFICANCE);
  });

  test("by measured devices: each as often as the others", () => {
    const measured = [0.2, 0.5, 0.9];
    const p = probabilities({ type: "measured", probabilities: measured });
    const counts = measured.map((each) => p.filter((x) => x === each).length);
    expect(
      chiSquareP(
        counts,
        measured.map(() => DEVICES / 3),
      ),
    ).toBeGreaterThan(SIGNIFICANCE);
  });
});

test("the correlation of passes is exp(-interval / time)", () => {
  const correlated = { correlation: { timeSeconds: 2, intervalSeconds: 1 } };
  expect(passCorrelation(correlated)).toBeCloseTo(Math.exp(-0.5), 12);
  expect(passCorrelation({})).toBe(0);
});

/** z of an observed correlation of n pairs, by Fisher's transformation. */
const correlationZ = (observed: number, expected: number, n: number): number =>
  (Math.atanh(observed) - Math.atanh(expected)) * Math.sqrt(n - 3);

test("the process is stationary, with the correlation r^lag", () => {
  const r = 0.8;
  const passes: Float64Array[] = [];
  for (const values of ornsteinUhlenbeck(key(1, "process"), r, DEVICES)) {
    passes.push(values.slice());
    if (passes.length > 4) break;
  }
  const ps = passes.flatMap((values, lag) => [
    ksP(values, normalCdf),
    ...(lag > 0 ? [normalP(correlationZ(correlation(passes[0]!, values), r ** lag, DEVICES))] : []),
  ]);
  expect(worstP(ps)).toBeGreaterThan(SIGNIFICANCE);
});

test("switching has the stated probability and correlation", () => {
  const ps = [0.1, 0.5, 0.8].flatMap((p) =>
    [0, 0.6, 0.95].flatMap((r) => {
      const passes: Uint8Array[] = [];
      for (const values of switchingPasses(new Float64Array(DEVICES).fill(p), r, key(1, `${p}/${r}`))) {
        passes.push(values.slice());
        if (passes.length > 1) break;
      }
      const [first, second] = [passes[0]!, passes[1]!];
      const on = (values: Uint8Array): number => values.reduce((sum, x) => sum + x, 0);
      const both = first.filter((x, k) => x === 1 && second[k] === 1).length;
      const together = p ** 2 + switchingCorrelation(p, r) * p * (1 - p);
      return [
        binomialP(on(first), DEVICES, p),
        binomialP(on(second), DEVICES, p),
        binomialP(both, DEVICES, together),
      ];
    }),
  );
  expect(worstP(ps)).toBeGreaterThan(SIGNIFICANCE);
});

/** Number of passes whose mean is exact. */
const LONG = Number.POSITIVE_INFINITY;

test("the correlation of switching has its known values and its inverse", () => {
  for (const r of [0, 0.2, 0.7, 1])
    expect(switchingCorrelation(0.5, r)).toBeCloseTo((2 / Math.PI) * Math.asin(r), 10);
  for (const p of [0.03, 0.4, 0.9]) {
    expect(switchingCorrelation(p, 0)).toBe(0);
    expect(switchingCorrelation(p, 1)).toBeCloseTo(1, 6);
    expect(
      processCorrelation([{ p, reads: LONG, count: 10 }], 10 * p * (1 - p) * switchingCorrelation(p, 0.7)),
    ).toBeCloseTo(0.7, 10);
  }
});

test("the correlation of the process is found from devices of different probabilities", () => {
  const pairs = [
    { p: 0.05, reads: LONG, count: 300 },
    { p: 0.5, reads: LONG, count: 20 },
    { p: 0.9, reads: LONG, count: 100 },
  ];
  const products = pairs.reduce(
    (sum, { p, count }) => sum + count * p * (1 - p) * switchingCorrelation(p, 0.7),
    0,
  );
  expect(processCorrelation(pairs, products)).toBeCloseTo(0.7, 10);
});

test.each([2, 50, 1000, 5000])(
  "the variance of the mean of %d passes is that of the sum over all lags",
  (reads) => {
    const r = Math.exp(-1 / 200);
    let sum = 0;
    for (let k = 1; k < reads; k++) sum += (1 - k / reads) * switchingCorrelation(0.4, r ** k);
    expect(varianceOfMean(0.4, r, reads) / ((1 + 2 * sum) / reads)).toBeCloseTo(1, 3);
  },
);

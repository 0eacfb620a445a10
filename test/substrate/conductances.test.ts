/** Device models of cells against the distributions that they state. Seeds are fixed. */
import { describe, expect, test } from "vitest";
import { key } from "../../src/random/key.ts";
import type { Cell } from "../../src/substrate/cell.ts";
import { conductancesAt } from "../../src/substrate/conductances.ts";
import { type AnalogDeviceDescription, parseAnalogDevice } from "../../src/substrate/device.ts";
import { analogDeviceByName } from "../../src/substrate/devices/devices.ts";
import type { Keys } from "../../src/substrate/keys.ts";
import { nearestLevel } from "../../src/substrate/levels.ts";
import { relativeReadDeviation } from "../../src/substrate/read-noise.ts";
import { binomialP, ksP, normalCdf, worstP } from "../support/statistics.ts";

/** Smallest p-value that each test accepts, of all its comparisons together. */
const SIGNIFICANCE = 1e-4;

const CELLS = 20_000;

const cellOf = (
  parts: Omit<AnalogDeviceDescription["cell"], "gMinMicrosiemens" | "gMaxMicrosiemens"> = {},
): Cell =>
  parseAnalogDevice({ name: "cell", cell: { gMinMicrosiemens: 0, gMaxMicrosiemens: 20, ...parts } }).cell;

const keys: Keys = (stream) => key(1, stream);

/** Cells with one target. */
const sample = (cell: Cell, target: number, seconds = 0): Float64Array =>
  conductancesAt(cell, new Float64Array(CELLS).fill(target), seconds, keys);

const normal =
  (mean: number, deviation: number) =>
  (x: number): number =>
    normalCdf((x - mean) / deviation);

describe("levels", () => {
  test("evenly spaced", () => {
    const round = nearestLevel({ gMinMicrosiemens: 2, gMaxMicrosiemens: 8, levels: 4 });
    expect([2, 2.9, 3.1, 5.2, 8].map(round)).toEqual([2, 2, 4, 6, 8]);
  });

  test("of a list", () => {
    const round = nearestLevel({ gMinMicrosiemens: 0, gMaxMicrosiemens: 10, levelsMicrosiemens: [1, 2, 7] });
    expect([0, 1.4, 1.6, 4.4, 4.6, 10].map(round)).toEqual([1, 1, 2, 2, 7, 7]);
  });
});

test("programming noise is normal, with the deviation of the polynomial at the target", () => {
  const cell = cellOf({ programming: { deviationMicrosiemens: [0.2, 1, -0.5] } });
  const ps = [4, 10, 20].map((g) => {
    const relative = g / 20;
    return ksP(sample(cell, g), normal(g, 0.2 + relative - 0.5 * relative ** 2));
  });
  expect(worstP(ps)).toBeGreaterThan(SIGNIFICANCE);
});

test("no conductance is negative", () => {
  const written = sample(cellOf({ programming: { deviationMicrosiemens: [1] } }), 0);
  const zeros = written.filter((g) => g === 0).length;
  expect(binomialP(zeros, CELLS, 0.5)).toBeGreaterThan(SIGNIFICANCE);
  expect(Math.min(...written)).toBe(0);
});

test("write and verify truncates the noise at the tolerance", () => {
  const verify = { toleranceMicrosiemens: 0.5, attempts: 1000 };
  const written = sample(cellOf({ programming: { deviationMicrosiemens: [1], verify } }), 10);
  const [low, high] = [normalCdf(-0.5), normalCdf(0.5)];
  const p = ksP(written, (g) => Math.min(1, Math.max(0, (normalCdf(g - 10) - low) / (high - low))));
  expect(p).toBeGreaterThan(SIGNIFICANCE);
});

test("after the last attempt a cell stays out of tolerance", () => {
  const verify = { toleranceMicrosiemens: 0.5, attempts: 3 };
  const written = sample(cellOf({ programming: { deviationMicrosiemens: [1], verify } }), 10);
  const outside = written.filter((g) => Math.abs(g - 10) > 0.5).length;
  expect(binomialP(outside, CELLS, (2 * normalCdf(-0.5)) ** 3)).toBeGreaterThan(SIGNIFICANCE);
});

test("device-to-device spread is a normal factor on what is written", () => {
  expect(ksP(sample(cellOf({ deviceDeviation: 0.1 }), 10), normal(10, 1))).toBeGreaterThan(SIGNIFICANCE);
});

test("stuck cells have the shares stated", () => {
  const read = sample(cellOf({ stuckOnShare: 0.02, stuckOffShare: 0.05 }), 10);
  const ps = [
    binomialP(read.filter((g) => g === 20).length, CELLS, 0.02),
    binomialP(read.filter((g) => g === 0).length, CELLS, 0.05),
  ];
  expect(worstP(ps)).toBeGreaterThan(SIGNIFICANCE);
  expect(new Set(read)).toEqual(new Set([0, 10, 20]));
});

describe("drift by a power law", () => {
  const { drift } = analogDeviceByName("pcm").cell;
  const cell = cellOf({ drift });

  test("never raises a conductance", () => {
    expect(Math.max(...sample(cell, 0.4, 86_400))).toBeLessThanOrEqual(0.4);
  });

  test("has exponents of the published mean and deviation, which depend on the target", () => {
    const law = (relative: number): [mean: number, deviation: number] => {
      const log = Math.log(relative);
      return [
        Math.min(0.1, Math.max(0.049, -0.0155 * log + 0.0244)),
        Math.min(0.045, Math.max(0.008, -0.0125 * log - 0.0059)),
      ];
    };
    const ps = [0.02, 0.1, 0.5, 1].map((relative) => {
      const [mean, deviation] = law(relative);
      const exponents = sample(cell, 20 * relative, 86_400).map(
        (g) => -Math.log(g / (20 * relative)) / Math.log(86_400 / 20),
      );
      const cdf = normal(mean, deviation);
      return ksP(exponents, (x) => cdf(x) - cdf(-x));
    });
    expect(worstP(ps)).toBeGreaterThan(SIGNIFICANCE);
  });

  test("starts at the reference time, and a cell keeps its exponent", () => {
    expect(sample(cell, 5, 20)).toEqual(sample(cell, 5, 0));
    const [first, second] = [200, 2000].map((t) => sample(cell, 5, t).map((g) => Math.log(g / 5)));
    for (const [k, log] of first!.entries()) expect(second![k]! / log).toBeCloseTo(2, 9);
  });
});

test("relaxation has the deviation of its points, and between them that of the logarithm of time", () => {
  const points = [
    { seconds: 1, deviationMicrosiemens: [0.5] },
    { seconds: 100, deviationMicrosiemens: [0.5, 1] },
  ];
  const cell = cellOf({ drift: { type: "relaxation", points } });
  const ps = [
    [0, 0.5],
    [1, 0.5],
    [10, 0.75],
    [100, 1],
    [1e6, 1],
  ].map(([seconds, deviation]) => ksP(sample(cell, 10, seconds), normal(10, deviation!)));
  expect(worstP(ps)).toBeGreaterThan(SIGNIFICANCE);
});

test("read noise has the published deviation at every time", () => {
  const readNoise = analogDeviceByName("pcm").cell.readNoise!;
  const cell = cellOf({ readNoise });
  const ps = [
    [10, 1],
    [10, 1e6],
    [1, 1],
  ].map(([g, t]) => {
    const quality = Math.min(0.2, 0.0088 / (g! / 20) ** 0.65);
    const deviation = g! * quality * Math.sqrt(Math.log((t! + 250e-9) / 500e-9));
    return ksP(sample(cell, g!, t!), normal(g!, deviation));
  });
  expect(worstP(ps)).toBeGreaterThan(SIGNIFICANCE);
  expect(relativeReadDeviation(readNoise, 1e-9, 1)).toBeCloseTo(0.2 * Math.sqrt(Math.log(1 / 500e-9)), 6);
  // Before the first read has ended, nothing has accumulated.
  expect(relativeReadDeviation(readNoise, 1, 0)).toBe(0);
});

test("Q of the read noise is that of the conductance after programming", () => {
  const { drift, readNoise } = analogDeviceByName("pcm").cell;
  const programming = { deviationMicrosiemens: [2] };
  const [target, seconds] = [5, 1e4];
  const exact = sample(cellOf({ readNoise }), target, seconds);
  const programmed = sample(cellOf({ programming }), target);
  const drifted = sample(cellOf({ programming, drift }), target, seconds);
  const read = sample(cellOf({ programming, drift, readNoise }), target, seconds);
  const relative = (g: number): number => relativeReadDeviation(readNoise!, g / 20, seconds);
  for (let k = 0; k < 100; k++) {
    const normal = (exact[k]! / target - 1) / relative(target);
    expect(read[k]).toBeCloseTo(drifted[k]! * (1 + relative(programmed[k]!) * normal), 9);
  }
});

test("another key gives other cells, the same key the same", () => {
  const { cell } = analogDeviceByName("rram");
  const targets = new Float64Array(100).fill(20);
  const at = (seed: number) => conductancesAt(cell, targets, 60, (stream) => key(seed, stream));
  expect(at(1)).toEqual(at(1));
  expect(at(1)).not.toEqual(at(2));
});

test("rram spreads as its source says: about 3.5 uS at 10 of 40 uS after a day, 2.3 after a second", () => {
  const { cell } = analogDeviceByName("rram");
  const deviation = (seconds: number): number => {
    const targets = new Float64Array(CELLS).fill(10);
    const read = conductancesAt(cell, targets, seconds, keys);
    return Math.sqrt(read.reduce((sum, g) => sum + (g - 10) ** 2, 0) / CELLS);
  };
  // The tolerance of 1 uS, almost uniform, adds 1/3 to the square.
  expect(deviation(1)).toBeCloseTo(Math.sqrt(2.26 ** 2 + 1 / 3), 1);
  expect(deviation(86_400)).toBeCloseTo(Math.sqrt(3.72 ** 2 + 1 / 3), 1);
});

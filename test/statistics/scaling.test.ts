import { describe, expect, test } from "vitest";
import { ConfigError, DataError, NumericError } from "../../src/errors.ts";
import { negativeLogLikelihood } from "../../src/statistics/metrics.ts";
import { applyTemperature, fitTemperature } from "../../src/statistics/temperature-scaling.ts";
import { applyVectorScaling, fitVectorScaling } from "../../src/statistics/vector-scaling.ts";
import { normal, uniform } from "../nn/draw.ts";
import { chiSquareTail, ksP } from "../support/statistics.ts";

const CLASSES = 4;

/** Probabilities [images, CLASSES]: softmax of normal numbers of standard deviation 2. */
const predictions = (stream: string, images: number): Float64Array => {
  const masses = Float64Array.from(normal(stream, images * CLASSES), (z) => Math.exp(2 * z));
  return masses.map((mass, k) => {
    const row = k - (k % CLASSES);
    return mass / masses.subarray(row, row + CLASSES).reduce((a, b) => a + b, 0);
  });
};

/** Labels drawn from the probabilities. */
const labelsOf = (stream: string, probabilities: Float64Array): Uint8Array =>
  Uint8Array.from(uniform(stream, probabilities.length / CLASSES, 0, 1), (u, i) => {
    let [label, below] = [0, probabilities[i * CLASSES]!];
    while (u > below && label < CLASSES - 1) below += probabilities[i * CLASSES + ++label]!;
    return label;
  });

const truth = {
  weights: Float64Array.of(0.5, 1.5, 0.8, 1.1),
  biases: Float64Array.of(0.4, -0.7, 0, 0.2),
};

/** Twice the log-likelihood ratio of the fit to the truth, in each of 60 draws of 300 images. */
const ratios = (
  name: string,
  transform: (probabilities: Float64Array) => Float64Array,
  fitted: (probabilities: Float64Array, labels: Uint8Array) => Float64Array,
): number[] =>
  Array.from({ length: 60 }, (_, draw) => {
    const probabilities = predictions(`${name}: probabilities ${draw}`, 300);
    const real = transform(probabilities);
    const labels = labelsOf(`${name}: labels ${draw}`, real);
    const gain =
      negativeLogLikelihood(real, labels) - negativeLogLikelihood(fitted(probabilities, labels), labels);
    return 2 * 300 * gain;
  });

describe("temperature scaling", () => {
  const probabilities = predictions("temperature", 500);

  test.each([0.3, 1, 2.5])("finds the minimum that a grid finds, labels of T = %d", (temperature) => {
    const labels = labelsOf("temperature: labels", applyTemperature(probabilities, CLASSES, temperature));
    const nll = (t: number): number =>
      negativeLogLikelihood(applyTemperature(probabilities, CLASSES, t), labels);
    const found = fitTemperature(probabilities, labels);
    const grid = Array.from({ length: 801 }, (_, k) => 10 ** (-2 + k / 200));
    const best = grid.reduce((least, t) => (nll(t) < nll(least) ? t : least));
    expect(Math.abs(Math.log10(found / best))).toBeLessThanOrEqual(1 / 200);
    expect(nll(found)).toBeLessThanOrEqual(nll(best));
    // The slope is 0: no other temperature nearby is better, to the last digits.
    for (const factor of [1 - 1e-4, 1 + 1e-4]) expect(nll(found * factor)).toBeGreaterThan(nll(found));
  });

  test("gains as much over the truth as a chi-squared variable of one degree of freedom", () => {
    const gains = ratios(
      "one parameter",
      (rows) => applyTemperature(rows, CLASSES, 1.7),
      (rows, labels) => applyTemperature(rows, CLASSES, fitTemperature(rows, labels)),
    );
    expect(ksP(gains, (x) => 1 - chiSquareTail(Math.max(0, x), 1))).toBeGreaterThan(1e-4);
  });

  test("by hand: odds of 4 become 2 at temperature 2, 16 at 1 / 2", () => {
    const [p, q] = applyTemperature(Float64Array.of(0.8, 0.2), 2, 2);
    expect([p, q]).toEqual([expect.closeTo(2 / 3, 14), expect.closeTo(1 / 3, 14)]);
    expect(applyTemperature(Float64Array.of(0.8, 0.2), 2, 0.5)[0]).toBeCloseTo(16 / 17, 14);
  });

  test("by hand: 3 of 4 answers of .9 are right, so the temperature turns .9 into .75", () => {
    const rows = Float64Array.of(0.9, 0.1, 0.9, 0.1, 0.9, 0.1, 0.9, 0.1);
    expect(fitTemperature(rows, [0, 0, 1, 0])).toBeCloseTo(Math.log(9) / Math.log(3), 10);
  });

  test("is at an end if all answers are right, or all wrong", () => {
    const rows = Float64Array.of(0.9, 0.1, 0.2, 0.8);
    expect(fitTemperature(rows, [0, 1])).toBeCloseTo(0.01, 10);
    expect(fitTemperature(rows, [1, 0])).toBeCloseTo(100, 6);
  });

  test("bears probabilities of 0 and 1", () => {
    const rows = Float32Array.of(1, 0, 1, 0, 0, 1, 1, 0);
    const temperature = fitTemperature(rows, [0, 0, 1, 1]);
    // 3 of 4 are right: log odds of 126 log 2 become log 3.
    expect(temperature).toBeCloseTo((126 * Math.log(2)) / Math.log(3), 8);
    expect(applyTemperature(rows, 2, temperature)[0]).toBeCloseTo(0.75, 10);
  });
});

describe("vector scaling", () => {
  const probabilities = predictions("vector", 500);
  const labels = labelsOf("vector: labels", applyVectorScaling(probabilities, truth));
  const fit = fitVectorScaling(probabilities, labels);
  const nll = (weights: Float64Array, biases: Float64Array): number =>
    negativeLogLikelihood(applyVectorScaling(probabilities, { weights, biases }), labels);

  test("finds the minimum: a step of any parameter costs", () => {
    const least = nll(fit.weights, fit.biases);
    for (let c = 0; c < CLASSES; c++)
      for (const step of [-1e-2, 1e-2]) {
        const moved = (values: Float64Array) => values.map((x, k) => (k === c ? x + step : x));
        expect(nll(moved(fit.weights), fit.biases)).toBeGreaterThan(least);
        expect(nll(fit.weights, moved(fit.biases))).toBeGreaterThan(least);
      }
  });

  test("has the class frequencies of the labels, up to the penalty", () => {
    const scaled = applyVectorScaling(probabilities, fit);
    for (let c = 0; c < CLASSES; c++) {
      const mean = scaled.filter((_, k) => k % CLASSES === c).reduce((a, b) => a + b, 0) / labels.length;
      const frequency = labels.filter((label) => label === c).length / labels.length;
      // The gradient in b_c is 0: mean - frequency = -1e-6 b_c.
      expect(mean - frequency).toBeCloseTo(-1e-6 * fit.biases[c]!, 7);
    }
  });

  test("gains as much over the truth as a chi-squared variable of 2 classes - 1 degrees of freedom", () => {
    const gains = ratios(
      "vector",
      (rows) => applyVectorScaling(rows, truth),
      (rows, own) => applyVectorScaling(rows, fitVectorScaling(rows, own)),
    );
    expect(ksP(gains, (x) => 1 - chiSquareTail(Math.max(0, x), 2 * CLASSES - 1))).toBeGreaterThan(1e-4);
  });

  test("is at least as good as temperature scaling, and equal to it for equal weights", () => {
    const temperature = fitTemperature(probabilities, labels);
    const rows = applyTemperature(probabilities, CLASSES, temperature);
    expect(nll(fit.weights, fit.biases)).toBeLessThan(negativeLogLikelihood(rows, labels));
    const same = {
      weights: new Float64Array(CLASSES).fill(1 / temperature),
      biases: new Float64Array(CLASSES),
    };
    expect(applyVectorScaling(probabilities, same)).toEqual(rows);
  });

  test("by hand: a bias of log 3 triples the odds, a weight of 2 squares a probability", () => {
    const rows = Float64Array.of(0.5, 0.5);
    const biased = { weights: Float64Array.of(1, 1), biases: Float64Array.of(Math.log(3), 0) };
    expect(applyVectorScaling(rows, biased)[0]).toBeCloseTo(3 / 4, 14);
    const weighted = { weights: Float64Array.of(2, 1), biases: Float64Array.of(0, 0) };
    expect(applyVectorScaling(rows, weighted)[0]).toBeCloseTo(0.25 / 0.75, 14);
  });

  test("stays finite without errors", () => {
    const { weights, biases } = fitVectorScaling(Float64Array.of(0.9, 0.1, 0.2, 0.8), [0, 1]);
    for (const x of [...weights, ...biases]) expect(Number.isFinite(x)).toBe(true);
    const rows = applyVectorScaling(Float64Array.of(0.9, 0.1), { weights, biases });
    expect(rows[0]).toBeGreaterThan(0.99);
  });
});

describe("refused", () => {
  test.each([fitTemperature, fitVectorScaling])("bad predictions, by %o", (fit) => {
    expect(() => fit(Float64Array.of(1, 0), [2])).toThrow(DataError);
    expect(() => fit(Float64Array.of(), [])).toThrow(DataError);
    expect(() => fit(Float64Array.of(1, 1), [0])).toThrow(NumericError);
  });

  test("rows of another number of classes, and rows that are not distributions", () => {
    expect(() => applyTemperature(Float64Array.of(0.5, 0.5, 1), 2, 1)).toThrow(DataError);
    expect(() => applyTemperature(Float64Array.of(0.5, 0.6), 2, 1)).toThrow(NumericError);
    expect(() => applyVectorScaling(Float64Array.of(1), truth)).toThrow(DataError);
  });

  test.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])("temperature %d", (temperature) => {
    expect(() => applyTemperature(Float64Array.of(1, 0), 2, temperature)).toThrow(ConfigError);
  });
});

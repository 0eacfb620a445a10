import { describe, expect, test } from "vitest";
import { DataError } from "../../src/errors.ts";
import { expectedCalibrationError } from "../../src/statistics/calibration.ts";
import { negativeLogLikelihood } from "../../src/statistics/metrics.ts";
import { scalingBaselines } from "../../src/statistics/scaling-baselines.ts";
import { applyTemperature } from "../../src/statistics/temperature-scaling.ts";
import { applyVectorScaling } from "../../src/statistics/vector-scaling.ts";
import { normal, uniform } from "../nn/draw.ts";

const CLASSES = 4;

/** [images, CLASSES]: probabilities, and labels drawn from what `law` makes of them. */
const drawn = (stream: string, images: number, law: (rows: Float64Array) => Float64Array) => {
  const masses = Float64Array.from(normal(stream, images * CLASSES), (z) => Math.exp(2 * z));
  const probabilities = masses.map((mass, k) => {
    const row = k - (k % CLASSES);
    return mass / masses.subarray(row, row + CLASSES).reduce((a, b) => a + b, 0);
  });
  const real = law(probabilities);
  const labels = Uint8Array.from(uniform(`${stream}: labels`, images, 0, 1), (u, i) => {
    let [label, below] = [0, real[i * CLASSES]!];
    while (u > below && label < CLASSES - 1) below += real[i * CLASSES + ++label]!;
    return label;
  });
  return { probabilities, labels, real };
};

const same = (rows: Float64Array): Float64Array => rows;

describe("baselines of calibration", () => {
  test("both find overconfidence, and come near what the true probabilities score", () => {
    const { probabilities, labels, real } = drawn("hot", 4000, (rows) => applyTemperature(rows, CLASSES, 2));
    const { unscaled, temperature, vector } = scalingBaselines(probabilities, labels);
    expect(unscaled.nll).toBe(negativeLogLikelihood(probabilities, labels));
    expect(unscaled.ece).toBe(expectedCalibrationError(probabilities, labels));
    const best = negativeLogLikelihood(real, labels);
    for (const scores of [temperature!, vector!]) {
      expect(scores.nll - best).toBeLessThan((unscaled.nll - best) / 10);
      expect(scores.ece).toBeLessThan(unscaled.ece / 2);
    }
  });

  test("classes that are too likely are found by vector scaling alone", () => {
    const biases = Float64Array.of(1.5, -1.5, 0, 0);
    const { probabilities, labels } = drawn("tilted", 4000, (rows) =>
      applyVectorScaling(rows, { weights: new Float64Array(CLASSES).fill(1), biases }),
    );
    const { unscaled, temperature, vector } = scalingBaselines(probabilities, labels);
    expect(vector!.nll).toBeLessThan(temperature!.nll - (unscaled.nll - temperature!.nll));
  });

  test("numbers are of images that the scaling was not fitted to: on average nothing is gained where nothing is to gain", () => {
    // 160 images: a fit of eight numbers to 80 of them gains about 8 / 160 nats on these, and loses as much on others.
    const gains = Array.from({ length: 40 }, (_, draw) => {
      const { probabilities, labels } = drawn(`calibrated ${draw}`, 160, same);
      const { unscaled, vector } = scalingBaselines(probabilities, labels);
      return unscaled.nll - vector!.nll;
    });
    const mean = gains.reduce((sum, gain) => sum + gain, 0) / gains.length;
    expect(mean).toBeLessThan(0);
  });

  test("the order of the images does not decide which half they are in", () => {
    // The last half is calibrated, the first is not: halves by order would fit one temperature to each.
    const hot = drawn("first", 1000, (rows) => applyTemperature(rows, CLASSES, 3));
    const calm = drawn("last", 1000, same);
    const probabilities = Float64Array.from([...hot.probabilities, ...calm.probabilities]);
    const labels = Uint8Array.from([...hot.labels, ...calm.labels]);
    const { unscaled, temperature } = scalingBaselines(probabilities, labels);
    expect(temperature!.nll).toBeLessThan(unscaled.nll);
  });

  test("too few images have no baselines, nor have halves without mistakes", () => {
    const { probabilities, labels } = drawn("few", 160, same);
    const first = (images: number) =>
      scalingBaselines(probabilities.subarray(0, images * CLASSES), labels.subarray(0, images));
    expect(first(160)).toMatchObject({
      temperature: { nll: expect.any(Number) },
      vector: { ece: expect.any(Number) },
    });
    expect(first(159)).toMatchObject({ temperature: { nll: expect.any(Number) }, vector: null });
    expect(first(19)).toMatchObject({
      unscaled: { nll: expect.any(Number) },
      temperature: null,
      vector: null,
    });
    expect(first(1)).toMatchObject({ temperature: null, vector: null });
    const right = Uint8Array.from(labels, (_, i) => {
      const row = [...probabilities.subarray(i * CLASSES, (i + 1) * CLASSES)];
      return row.indexOf(Math.max(...row));
    });
    expect(scalingBaselines(probabilities, right)).toMatchObject({ temperature: null, vector: null });
    right[0] = (right[0]! + 1) % CLASSES;
    expect(scalingBaselines(probabilities, right)).toMatchObject({ temperature: null, vector: null });
  });

  test("no images are refused", () => {
    expect(() => scalingBaselines(new Float64Array(0), [])).toThrow(DataError);
  });
});

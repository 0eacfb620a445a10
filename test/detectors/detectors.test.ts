/** Detectors against their formulas in float64, and on data whose answer is known. */
import { EigenvalueDecomposition, inverse, Matrix } from "ml-matrix";
import { describe, expect, test } from "vitest";
import { checkKind } from "../../src/detectors/check.ts";
import type { Evidence } from "../../src/detectors/evidence.ts";
import { DETECTOR_FITS } from "../../src/detectors/fits.ts";
import { DETECTOR_NAMES, type DetectorName, detectorKind } from "../../src/detectors/kinds.ts";
import { principalSubspace } from "../../src/detectors/principal-subspace.ts";
import { type EvidenceArrays, openScorer } from "../../src/detectors/scorer.ts";
import { collectStatistics, type TrainingStatistics } from "../../src/detectors/training-statistics.ts";
import { ConfigError } from "../../src/errors.ts";
import { observationSize, observedLayers } from "../../src/networks/interpreters/observe.ts";
import { parseNetwork } from "../../src/networks/network.ts";
import { createEngine } from "../../src/runtime/node.ts";
import { auroc } from "../../src/statistics/auroc.ts";
import { normal, uniform } from "../nn/draw.ts";

const engine = createEngine({ threads: 1 });
const network = parseNetwork({
  name: "observed",
  encoding: "sign",
  input: [1, 6, 6],
  classes: 3,
  layers: [
    { type: "conv2d", channels: 4, kernel: 3, pool: 2 },
    { type: "dense", units: 7 },
  ],
});
const NUMBERS = observationSize(network);
const HIDDEN = NUMBERS - 3;
const IMAGES = 700;
const labels = Uint8Array.from({ length: IMAGES }, (_, k) => (k * 5) % 3);

/** Correlated numbers about a mean for each class, in (-1, 1) as the means of spikes are. */
const observations = (
  stream: string,
  count: number,
  classOf: (k: number) => number,
  spread = 0.25,
): Float32Array => {
  const mixing = normal("mixing", NUMBERS * NUMBERS);
  const drawn = normal(stream, count * NUMBERS);
  const centres = uniform("centres", 3 * NUMBERS, -0.6, 0.6);
  return Float32Array.from({ length: count * NUMBERS }, (_, at) => {
    const [k, h] = [Math.floor(at / NUMBERS), at % NUMBERS];
    let noise = drawn[at]!;
    for (let j = 0; j < 4; j++) noise += 0.5 * mixing[h * NUMBERS + j]! * drawn[k * NUMBERS + j]!;
    return Math.tanh(centres[classOf(k) * NUMBERS + h]! + spread * noise);
  });
};

const training = observations("training", IMAGES, (k) => labels[k]!);

const statisticsOf = async (sizes: readonly number[]): Promise<TrainingStatistics> => {
  const collector = await collectStatistics(engine, network);
  let start = 0;
  for (const size of sizes) {
    await collector.add(
      training.subarray(start * NUMBERS, (start + size) * NUMBERS),
      labels.subarray(start, start + size),
    );
    start += size;
  }
  const found = collector.result();
  await collector.dispose();
  return found;
};

const statistics = await statisticsOf([IMAGES]);

const evidenceOf = (means: Float32Array): EvidenceArrays => {
  const count = means.length / NUMBERS;
  const raw = uniform("probabilities", count * 3, 0.05, 1);
  const probabilities = raw.map((p, at) => {
    const row = Math.floor(at / 3) * 3;
    return p / (raw[row]! + raw[row + 1]! + raw[row + 2]!);
  });
  return {
    probabilities,
    mutualInformation: uniform("information", count, 0, 0.5),
    agreement: uniform("agreement", count, 0.3, 1),
    means,
    variances: uniform("variances", means.length, 0, 1),
  };
};

const scoresBy = async (kind: DetectorName, evidence: EvidenceArrays): Promise<Float64Array> => {
  const arrays = (await DETECTOR_FITS[kind]?.(network, statistics, engine)) ?? {};
  const scorer = await openScorer(engine, network, { kind, arrays });
  const found = await scorer.score(evidence.agreement.length, evidence);
  await scorer.dispose();
  return found;
};

const rowsOf = (values: ArrayLike<number>, width: number, from = 0, to = width): number[][] =>
  Array.from({ length: values.length / width }, (_, k) =>
    Array.from({ length: to - from }, (_, h) => values[k * width + from + h]!),
  );

const expectClose = (actual: Float64Array, expected: readonly number[], tolerance: number): void => {
  expect(actual.length).toBe(expected.length);
  const scale = Math.max(...expected.map(Math.abs));
  for (const [k, value] of expected.entries())
    expect(Math.abs(actual[k]! - value), `image ${k}`).toBeLessThan(tolerance * scale);
};

test("statistics are those of the images, however they are divided", async () => {
  const rows = rowsOf(training, NUMBERS, 0, HIDDEN);
  for (const [c, count] of statistics.counts.entries()) {
    const own = rows.filter((_, k) => labels[k] === c);
    expect(count).toBe(own.length);
    for (let h = 0; h < HIDDEN; h++)
      expect(statistics.sums[c * HIDDEN + h]).toBeCloseTo(
        own.reduce((sum, row) => sum + row[h]!, 0),
        3,
      );
  }
  for (const [i, j] of [
    [0, 0],
    [2, 9],
    [10, 3],
  ] as const) {
    const product = rows.reduce(
      (sum, row) => sum + (row[i]! - statistics.origin[i]!) * (row[j]! - statistics.origin[j]!),
      0,
    );
    expect(statistics.gram[i * HIDDEN + j]).toBeCloseTo(product, 2);
  }
  const divided = await statisticsOf([501, 1, 198]);
  expect(divided.counts).toEqual(statistics.counts);
  expect(divided.bank).toEqual(statistics.bank);
});

test("the principal subspace is that of the largest eigenvalues", async () => {
  const size = 40;
  const random = Matrix.from1DArray(size, size, [...normal("subspace", size * size)]);
  const scaled = random.clone();
  for (let k = 0; k < size; k++) scaled.mulColumn(k, k < 6 ? 8 - k : 0.2);
  const matrix = scaled.mmul(scaled.transpose());
  const basis = await principalSubspace(engine, Float32Array.from(matrix.to1DArray()), size, 6);
  expect(Matrix.sub(basis.transpose().mmul(basis), Matrix.eye(6)).norm("max")).toBeLessThan(1e-4);
  // What is left beyond the subspace is as little as in the space of the first six scaled columns.
  const kept = basis.transpose().mmul(matrix).mmul(basis).trace();
  const values = [...new EigenvalueDecomposition(matrix).realEigenvalues].sort((a, b) => b - a);
  expect(kept / values.slice(0, 6).reduce((a, b) => a + b, 0)).toBeGreaterThan(1 - 1e-5);
});

/** Both Mahalanobis scores by their definition, without a subspace. */
const exactDistances = (means: Float32Array) => {
  const [rows, known] = [rowsOf(means, NUMBERS, 0, HIDDEN), rowsOf(training, NUMBERS, 0, HIDDEN)];
  const mean = Array.from(
    { length: HIDDEN },
    (_, h) => known.reduce((sum, row) => sum + row[h]!, 0) / IMAGES,
  );
  const variance = mean.map((m, h) => known.reduce((sum, row) => sum + (row[h]! - m) ** 2, 0) / IMAGES);
  const scale = new Array<number>(HIDDEN);
  for (const { start, end } of observedLayers(network).slice(0, -1)) {
    const own = variance.slice(start, end).reduce((a, b) => a + b, 0) / (end - start);
    scale.fill(1 / Math.sqrt(own), start, end);
  }
  const standard = (row: readonly number[]): number[] => row.map((x, h) => (x - mean[h]!) * scale[h]!);
  const all = known.map(standard);
  const centres = [0, 1, 2].map((c) => {
    const own = all.filter((_, k) => labels[k] === c);
    return Array.from({ length: HIDDEN }, (_, h) => own.reduce((sum, row) => sum + row[h]!, 0) / own.length);
  });
  const shrunkInverse = (centred: number[][]): Matrix => {
    const x = new Matrix(centred);
    const covariance = x.transpose().mmul(x).div(IMAGES);
    const level = (0.05 * covariance.trace()) / HIDDEN;
    return inverse(Matrix.add(Matrix.mul(covariance, 0.95), Matrix.eye(HIDDEN).mul(level)));
  };
  const within = shrunkInverse(all.map((row, k) => row.map((x, h) => x - centres[labels[k]!]![h]!)));
  const whole = shrunkInverse(all);
  const squared = (d: number[], by: Matrix): number => {
    const row = Matrix.rowVector(d);
    return row.mmul(by).mmul(row.transpose()).get(0, 0);
  };
  return rows.map(standard).map((x) => {
    const near = Math.min(
      ...centres.map((c) =>
        squared(
          x.map((value, h) => value - c[h]!),
          within,
        ),
      ),
    );
    return { near, relative: near - squared(x, whole) };
  });
};

describe("scores", () => {
  const fresh = observations("fresh", 37, (k) => k % 3, 0.5);
  const evidence = evidenceOf(fresh);

  test("Mahalanobis distances", async () => {
    const exact = exactDistances(fresh);
    expectClose(
      await scoresBy("mahalanobis", evidence),
      exact.map(({ near }) => near),
      1e-3,
    );
    expectClose(
      await scoresBy("relative-mahalanobis", evidence),
      exact.map(({ relative }) => relative),
      1e-3,
    );
  });

  test("the nearest of the first images of each class", async () => {
    const { start, end } = observedLayers(network).at(-2)!;
    const known = rowsOf(training, NUMBERS, start, end);
    const expected = rowsOf(fresh, NUMBERS, start, end).map((x) =>
      Math.min(...known.map((y) => y.reduce((sum, value, h) => sum + (value - x[h]!) ** 2, 0))),
    );
    expectClose(await scoresBy("nearest-neighbour", evidence), expected, 1e-4);
  });

  test("the likelihood of firing rates", async () => {
    const known = rowsOf(training, NUMBERS);
    const rates = [0, 1, 2].map((c) => {
      const own = known.filter((_, k) => labels[k] === c);
      return Array.from({ length: HIDDEN }, (_, h) =>
        Math.min(0.99, Math.max(0.01, 0.5 + (0.5 * own.reduce((sum, row) => sum + row[h]!, 0)) / own.length)),
      );
    });
    const expected = rowsOf(fresh, NUMBERS).map((x) =>
      observedLayers(network)
        .slice(0, -1)
        .reduce((sum, { start, end }) => {
          const likelihoods = rates.map((p) => {
            let total = 0;
            for (let h = start; h < end; h++) {
              const q = (1 + x[h]!) / 2;
              total += q * Math.log(p[h]!) + (1 - q) * Math.log(1 - p[h]!);
            }
            return total / (end - start);
          });
          return sum - Math.max(...likelihoods);
        }, 0),
    );
    expectClose(await scoresBy("firing-likelihood", evidence), expected, 1e-4);
  });

  test("disagreement of the passes, each layer over its variance between images", async () => {
    const known = rowsOf(training, NUMBERS);
    const expected = rowsOf(evidence.variances, NUMBERS).map((own) =>
      observedLayers(network)
        .slice(0, -1)
        .reduce((sum, { start, end }) => {
          let [between, within] = [0, 0];
          for (let h = start; h < end; h++) {
            const mean = known.reduce((a, row) => a + row[h]!, 0) / IMAGES;
            between += known.reduce((a, row) => a + (row[h]! - mean) ** 2, 0) / IMAGES;
            within += own[h]!;
          }
          return sum + within / between;
        }, 0),
    );
    expectClose(await scoresBy("pass-disagreement", evidence), expected, 1e-3);
  });

  test("those of the predicted classes", async () => {
    const p = rowsOf(evidence.probabilities, 3);
    const logits = rowsOf(fresh, NUMBERS, HIDDEN);
    const expected: Partial<Record<DetectorName, number[]>> = {
      entropy: p.map((row) => -row.reduce((sum, x) => sum + x * Math.log(x), 0)),
      "largest-probability": p.map((row) => -Math.max(...row)),
      "mutual-information": [...evidence.mutualInformation],
      "vote-agreement": [...evidence.agreement].map((share) => -share),
      energy: logits.map((row) => -Math.log(row.reduce((sum, x) => sum + Math.exp(x), 0))),
    };
    for (const [kind, values] of Object.entries(expected))
      expectClose(await scoresBy(kind as DetectorName, evidence), values, 1e-5);
  });

  test("of an image do not depend on the others", async () => {
    for (const kind of DETECTOR_NAMES) {
      const all = await scoresBy(kind, evidence);
      const width = (values: Evidence<Float32Array | Float64Array>[keyof Evidence<unknown>]): number =>
        values.length / 37;
      const one = Object.fromEntries(
        Object.entries(evidence).map(([name, values]) => [
          name,
          values.subarray(5 * width(values), 6 * width(values)),
        ]),
      ) as unknown as EvidenceArrays;
      expect((await scoresBy(kind, one))[0], kind).toBe(all[5]);
    }
  });
});

test("a class that was not there is found by the distances", async () => {
  const familiar = observations("familiar", 200, (k) => k % 3);
  const other = observations("other", 200, () => 0).map((x) => -x);
  const labelled = Uint8Array.from({ length: 400 }, (_, k) => (k < 200 ? 0 : 1));
  for (const kind of ["mahalanobis", "relative-mahalanobis"] as const) {
    const scores = [
      ...(await scoresBy(kind, evidenceOf(familiar))),
      ...(await scoresBy(kind, evidenceOf(other))),
    ];
    // Mann-Whitney: without a difference the area has mean 1/2 and this deviation. Significance 3e-7, one-sided.
    const deviation = Math.sqrt((400 + 1) / (12 * 200 * 200));
    expect(auroc(Float64Array.from(scores), labelled)).toBeGreaterThan(0.5 + 5 * deviation);
  }
});

test("bad input", async () => {
  expect(() => detectorKind("oracle")).toThrow(ConfigError);
  const plain = parseNetwork({ ...network, neuron: "relu" });
  expect(() => checkKind(plain, "firing-likelihood")).toThrow(ConfigError);
});

import { describe, expect, test } from "vitest";
import { betaI, erfc, gammaQ, logGamma } from "./special-functions.ts";
import * as s from "./statistics.ts";

/** Asserts relative agreement. Expected values were computed by SciPy 1.17 unless a table is named. */
const close = (actual: number, expected: number, relative = 1e-12): void => {
  const scale = Math.max(Math.abs(expected), 1e-300);
  if (!(Math.abs(actual - expected) / scale <= relative)) expect(actual).toBe(expected);
};

describe("special functions", () => {
  test.each([
    [0.01, 4.599479878042022],
    [0.5, 0.5723649429247],
    [1.5, -0.12078223763524526],
    [3.7, 1.428072326665388],
    [10, 12.801827480081469],
    [100.5, 361.43554046777757],
    [1e5, 1051287.7089736569],
  ])("log Gamma(%f)", (x, expected) => close(logGamma(x), expected, 1e-13));

  test("log Gamma is 0 at 1 and 2", () => {
    expect(Math.abs(logGamma(1))).toBeLessThan(1e-13);
    expect(Math.abs(logGamma(2))).toBeLessThan(1e-13);
  });

  test.each([
    [0.5, 0.1, 0.6547208460185768],
    [0.5, 30, 9.485737571073857e-15],
    [1, 1, Math.exp(-1)],
    [5, 2, 0.9473469826562889],
    [5, 20, 1.694474393006737e-5],
    [127.5, 127.5, 0.48822252177040637],
    [127.5, 180, 1.5934272619916046e-5],
    [2000, 2100, 0.013647467683370367],
    [0.5, 300, 1.674167984691805e-132],
  ])("Q(%f, %f)", (a, x, expected) => close(gammaQ(a, x), expected, 1e-10));

  test("Q at the ends of its range", () => {
    expect(gammaQ(3, 0)).toBe(1);
    expect(gammaQ(3, Number.POSITIVE_INFINITY)).toBe(0);
    expect(() => gammaQ(0, 1)).toThrow(RangeError);
    expect(() => gammaQ(1, Number.NaN)).toThrow(RangeError);
  });

  test.each([
    [0.3, 2, 5, 0.5798250000000003],
    [0.9, 2, 5, 0.999945],
    [0.5, 50, 60, 0.8309072939016693],
    [0.01, 3, 1000, 0.9973643953455793],
    [0.02, 500, 20000, 7.538116573008634e-6],
  ])("I_%f(%f, %f)", (x, a, b, expected) => close(betaI(x, a, b), expected, 1e-9));

  test.each([
    [-2, 1.9953222650189528],
    [-0.3, 1.3286267594591274],
    [0, 1],
    [0.1, 0.8875370839817152],
    [3, 2.2090496998585445e-5],
    [6, 2.1519736712498913e-17],
  ])("erfc(%f)", (x, expected) => close(erfc(x), expected));
});

describe("tests of hypotheses", () => {
  test("critical values of printed tables", () => {
    close(s.chiSquareTail(3.841, 1), 0.05, 1e-3);
    close(s.chiSquareTail(23.209, 10), 0.01, 1e-3);
    close(s.chiSquareTail(149.449, 100), 0.001, 1e-3);
    close(s.normalCdf(1.959963984540054), 0.975);
    close(s.normalP(-3.290526731491926), 0.001);
    close(s.kolmogorovTail(1.3581), 0.05, 1e-4);
    close(s.kolmogorovTail(1.6276), 0.01, 1e-3);
  });

  test.each([
    [0.3, 0.9999906941986655],
    [0.5, 0.9639452436648751],
    [0.8276, 0.49995841656354456],
    [1.1, 0.1777181926064012],
    [1.2, 0.11224966667072497],
    [2, 0.0006709252557796953],
    [3, 3.045995948942526e-8],
  ])("Kolmogorov's distribution at %f", (x, expected) => close(s.kolmogorovTail(x), expected));

  test("chi-square, goodness of fit and homogeneity", () => {
    close(s.chiSquareP([16, 18, 16, 14, 12, 12], [16, 16, 16, 16, 16, 8]), 0.6233876277495822);
    close(s.homogeneityP([10, 20, 0, 30], [15, 15, 0, 40]), 0.30304391468510006);
  });

  test("binomial", () => {
    close(s.binomialUpperP(3, 10, 0.1), 0.0701908264, 1e-12);
    close(s.binomialUpperP(60, 100, 0.5), 0.028443966820490444);
    close(s.binomialUpperP(520, 10_000, 0.05), 0.18509014506282512, 1e-9);
    close(s.binomialP(60, 100, 0.5), 0.05688793364098089);
    close(s.binomialZ(60, 100, 0.5), 2);
    expect(s.binomialUpperP(0, 10, 0.1)).toBe(1);
    expect(s.binomialUpperP(11, 10, 0.1)).toBe(0);
    expect(s.binomialP(5, 10, 0.5)).toBe(1);
  });

  const sample = [
    0.61, 0.29, 0.06, 0.59, -1.73, -0.74, 0.51, -0.56, 0.39, 1.64, 0.05, -0.06, 0.64, -0.82, 0.37, 1.77, 1.09,
    -1.28, 2.36, 1.31, 1.05, -0.32, -0.4, 1.06, -2.47,
  ];

  test("Kolmogorov-Smirnov agrees with the exact distribution to a few per cent even at n = 25", () => {
    close(s.ksP(sample, s.normalCdf), 0.38974117186791835, 0.03);
    const wider = sample.map((v) => 1.5 * v + 0.3);
    close(s.ksTwoSampleP(sample, wider), 0.2850421476958367, 0.2);
  });

  test("Kolmogorov-Smirnov on a perfect sample, a wrong law, and ties", () => {
    const uniform = Float64Array.from({ length: 1000 }, (_, i) => (i + 0.5) / 1000);
    expect(s.ksP(uniform, (x) => x)).toBeCloseTo(1, 12);
    expect(s.ksP(uniform, (x) => x * x)).toBeLessThan(1e-50);
    expect(s.ksTwoSampleP([1, 1, 2, 2], [1, 1, 2, 2])).toBe(1);
    expect(s.ksTwoSampleP(uniform, uniform.map(Math.sqrt))).toBeLessThan(1e-20);
  });

  test("correlation, moments", () => {
    close(s.correlation(sample, sample.toReversed()), 0.04973854548083781);
    close(s.correlation([1, 2, 3], [2, 4, 6]), 1);
    close(s.mean([1, 2, 3, 6]), 3);
    close(s.variance([1, 2, 3, 6]), 14 / 3);
    close(s.correlationP(Math.tanh(1.959963984540054 / 10), 103), 0.05);
  });

  test("many p-values as one", () => {
    close(s.fisherP([0.01, 0.2, 0.3]), 0.021561751324834632);
    close(s.worstP([0.5, 0.01, 0.2]), 0.03);
    expect(s.worstP([0.5, 0.9])).toBe(1);
  });
});

/** Special functions for p-values, in float64, with a relative accuracy of about 1e-13. */

const EPSILON = 2 ** -53;
/** Replacement for a zero denominator in Lentz's method. */
const TINY = 1e-300;
const MAX_TERMS = 100_000;

/** Stirling's series of log Gamma(x), x >= 10 (DLMF 5.11.1): B_2k / (2k (2k - 1) x^(2k - 1)). */
const STIRLING = [1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360_360, 1 / 156];

/** log Gamma(x), x > 0: Gamma(x) = Gamma(x + n) / (x (x + 1) ... (x + n - 1)), then Stirling's series. */
export const logGamma = (x: number): number => {
  let product = 1;
  let y = x;
  for (; y < 10; y++) product *= y;
  let correction = 0;
  for (let k = STIRLING.length - 1; k >= 0; k--) correction = (correction + STIRLING[k]! * y) / (y * y);
  return (y - 0.5) * Math.log(y) - y + 0.5 * Math.log(2 * Math.PI) + correction - Math.log(product);
};

/**
 * Value of a continued fraction b_0 + a_1 / (b_1 + a_2 / (b_2 + ...)), by the modified Lentz method (DLMF
 * 3.10(iii)).
 */
const continuedFraction = (b0: number, a: (n: number) => number, b: (n: number) => number): number => {
  let value = b0 || TINY;
  let c = value;
  let d = 0;
  for (let n = 1; n < MAX_TERMS; n++) {
    d = 1 / (b(n) + a(n) * d || TINY);
    c = b(n) + a(n) / c || TINY;
    value *= c * d;
    if (Math.abs(c * d - 1) < 4 * EPSILON) return value;
  }
  throw new Error("continued fraction did not converge");
};

/** P(a, x) by its power series (DLMF 8.7.1 with 8.2.4); converges fast for x < a + 1. */
const gammaSeries = (a: number, x: number): number => {
  let term = 1 / a;
  let sum = term;
  for (let n = 1; n < MAX_TERMS && term > sum * EPSILON; n++) sum += term *= x / (a + n);
  return sum * Math.exp(a * Math.log(x) - x - logGamma(a));
};

/** Q(a, x) by its continued fraction (DLMF 8.9.2, even part); converges fast for x > a + 1. */
const gammaFraction = (a: number, x: number): number =>
  Math.exp(a * Math.log(x) - x - logGamma(a)) /
  continuedFraction(
    x + 1 - a,
    (n) => -n * (n - a),
    (n) => x + 2 * n + 1 - a,
  );

/** Regularised upper incomplete gamma function Q(a, x) = Gamma(a, x) / Gamma(a), a > 0, x >= 0. */
export const gammaQ = (a: number, x: number): number => {
  if (!(a > 0) || !(x >= 0)) throw new RangeError(`Q(${a}, ${x})`);
  if (x === 0) return 1;
  if (x === Number.POSITIVE_INFINITY) return 0;
  return x < a + 1 ? 1 - gammaSeries(a, x) : gammaFraction(a, x);
};

/** I_x(a, b) by its continued fraction (DLMF 8.17.22); converges fast for x < (a + 1) / (a + b + 2). */
const betaFraction = (x: number, a: number, b: number): number => {
  const numerator = (n: number): number => {
    if (n === 1) return 1;
    const m = (n - 1) >> 1;
    return n % 2 === 1
      ? (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m))
      : (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
  };
  const log =
    a * Math.log(x) + b * Math.log1p(-x) + logGamma(a + b) - logGamma(a) - logGamma(b) - Math.log(a);
  return Math.exp(log) * continuedFraction(0, numerator, () => 1);
};

/** Regularised incomplete beta function I_x(a, b), a, b > 0, 0 <= x <= 1. */
export const betaI = (x: number, a: number, b: number): number => {
  if (!(a > 0) || !(b > 0) || !(x >= 0 && x <= 1)) throw new RangeError(`I_${x}(${a}, ${b})`);
  if (x === 0 || x === 1) return x;
  return x < (a + 1) / (a + b + 2) ? betaFraction(x, a, b) : 1 - betaFraction(1 - x, b, a);
};

/** Complementary error function: erfc(x) = Q(1/2, x^2) for x >= 0 (DLMF 7.11.2), else 2 - erfc(-x). */
export const erfc = (x: number): number => (x >= 0 ? gammaQ(0.5, x * x) : 2 - gammaQ(0.5, x * x));

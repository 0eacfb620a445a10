/**
 * Normal numbers and their distribution function in float32: the reference for the loops of xoshiro128.wat, rounded operation by
 * operation as those are. Series end where what they leave out is below the precision.
 */

const { fround } = Math;

/** c_0 + c_1 x + c_2 x^2 + ... by Horner's rule. */
const series = (x: number, coefficients: readonly number[]): number =>
  coefficients.reduceRight((sum, c) => fround(fround(x * sum) + c));

const float = new Float32Array(1);
const bitsOfFloat = new Int32Array(float.buffer);

const [LN2, SQRT_HALF] = [fround(Math.LN2), fround(Math.SQRT1_2)];
const RADIANS = fround(Math.PI * 2 ** -33);

/** ln((1 + t) / (1 - t)) / (2 t) in powers of t^2. */
const LOGARITHM = [1, 1 / 3, 1 / 5, 1 / 7].map(fround);
const COSINE = [1, -1 / 2, 1 / 24, -1 / 720, 1 / 40_320].map(fround);
/** sin(x) / x in powers of x^2. */
const SINE = [1, -1 / 6, 1 / 120, -1 / 5040, 1 / 362_880].map(fround);

/** -ln u for a float32 number u, 0 < u < 1. */
const minusLogarithm = (u: number): number => {
  float[0] = SQRT_HALF;
  const half = bitsOfFloat[0]!;
  float[0] = u;
  // u = 2^e m with m between sqrt(1/2) and sqrt(2).
  const e = (bitsOfFloat[0]! - half) >> 23;
  bitsOfFloat[0]! -= e << 23;
  const above = fround(float[0]! - 1);
  const t = fround(above / fround(above + 2));
  return fround(fround(e * -LN2) - fround(fround(2 * t) * series(fround(t * t), LOGARITHM)));
};

/**
 * Two independent standard normal numbers from 32-bit integers a and b: sqrt(-2 ln U) (cos V, sin V) with U = ((a >>> 8) | 1) 2^-24
 * (G. E. P. Box and M. E. Muller, "A note on the generation of random normal deviates", Annals of Mathematical Statistics 29,
 * 1958). V = pi/4 + W lies in the first quadrant, W by the lower 30 bits of b; its upper two are the signs.
 */
export const normalPair = (a: number, b: number): readonly [number, number] => {
  const radius = fround(Math.sqrt(minusLogarithm(((a >>> 8) | 1) * 2 ** -24)));
  const w = fround(fround(b << 2) * RADIANS);
  const square = fround(w * w);
  // cos(pi/4 + W) = (cos W - sin W) / sqrt(2), and the sine with a plus.
  const [cosine, sine] = [series(square, COSINE), fround(w * series(square, SINE))];
  const x = fround(radius * fround(cosine - sine));
  const y = fround(radius * fround(cosine + sine));
  return [b < 0 ? -x : x, b << 1 < 0 ? -y : y];
};

/** Largest of the uniform numbers. */
const LARGEST = 1 - 2 ** -24;

const ERROR_FUNCTION = [
  1, 0.0705230784, 0.0422820123, 0.0092705272, 0.0001520143, 0.0002765672, 0.0000430638,
].map(fround);

/**
 * 2 Phi(x) - 1 = erf(x / sqrt(2)) in (-1, 1): 1 - (1 + a_1 z + ... + a_6 z^6)^-16 for z = |x| / sqrt(2), formula 7.1.28 of M.
 * Abramowitz and I. A. Stegun, "Handbook of Mathematical Functions", 1964. Its error is below 3e-7, and with that of rounding,
 * which the power multiplies, below 2e-6.
 */
export const uniformOfNormal = (x: number): number => {
  let power = series(fround(Math.abs(x) * SQRT_HALF), ERROR_FUNCTION);
  for (let k = 0; k < 4; k++) power = fround(power * power);
  const u = Math.min(LARGEST, fround(1 - fround(1 / power)));
  return x < 0 || Object.is(x, -0) ? -u : u;
};

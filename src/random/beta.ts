/** Random numbers of the beta distribution. */
import { ConfigError } from "../errors.ts";
import type { Key } from "./key.ts";
import { reader } from "./reader.ts";

/** Range of shapes. Above it, rounding errors change the probability of acceptance by more than a percent. */
const [LEAST, MOST] = [1e-100, 1e12];

/**
 * Fills `out` with independent numbers of the distribution Beta(a, b) by rejection: algorithm BA of R. C. H. Cheng,
 * "Generating beta variates with nonintegral shape parameters", CACM 21, 1978. The logarithm of its b + w is computed without
 * w, which overflows for small shapes. A shorter array gets the first numbers of a longer one. Throws ConfigError for
 * shapes outside [1e-100, 1e12].
 */
export const fillBeta = (key: Key, a: number, b: number, out: Float64Array): void => {
  requireShapes(a, b);
  const next = reader(key);
  const uniform = (): number => ((next() >>> 0) + 0.5) * 2 ** -32;
  const sum = a + b;
  const least = Math.min(a, b);
  const scale = least <= 1 ? 1 / least : Math.sqrt((sum - 2) / (2 * a * b - sum));
  const rate = 1 / scale;
  const logRatio = Math.log(b) - Math.log(a);
  for (let k = 0; k < out.length; ) {
    const [u, v] = [uniform(), uniform()];
    const logit = scale * Math.log(u / (1 - u));
    // sum log(sum / (b + w)) + (a + rate) logit, w = a exp(logit), with the larger exponential taken out of the logarithm.
    const [larger, smaller, slope] = logit > 0 ? [a, b, rate - b] : [b, a, rate + a];
    const logDensity = sum * Math.log(sum / (larger + smaller * Math.exp(-Math.abs(logit)))) + slope * logit;
    if (logDensity - Math.log(4) >= Math.log(u * u * v)) out[k++] = 1 / (1 + Math.exp(logRatio - logit));
  }
};

const requireShapes = (a: number, b: number): void => {
  if ([a, b].every((shape) => shape >= LEAST && shape <= MOST)) return;
  throw new ConfigError("beta random numbers", {
    given: `the shapes ${a} and ${b}`,
    expected: `shapes from ${LEAST} to ${MOST}`,
    remedy: "Choose other shapes; a constant stands for a distribution without spread.",
  });
};

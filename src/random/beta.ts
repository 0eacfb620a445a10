/** Random numbers of the beta distribution. */
import type { Key } from "./key.ts";
import { reader } from "./reader.ts";

/**
 * Fills `out` with independent numbers of the distribution Beta(a, b), a > 0 and b > 0, by rejection: algorithm BA of R. C. H.
 * Cheng, "Generating beta variates with nonintegral shape parameters", CACM 21, 1978. A shorter array gets the first
 * numbers of a longer one.
 */
export const fillBeta = (key: Key, a: number, b: number, out: Float64Array): void => {
  const next = reader(key);
  const uniform = (): number => ((next() >>> 0) + 0.5) * 2 ** -32;
  const sum = a + b;
  const least = Math.min(a, b);
  const scale = least <= 1 ? 1 / least : Math.sqrt((sum - 2) / (2 * a * b - sum));
  const slope = a + 1 / scale;
  for (let k = 0; k < out.length; ) {
    const [u, v] = [uniform(), uniform()];
    const logit = scale * Math.log(u / (1 - u));
    const w = a * Math.exp(logit);
    const accepted = sum * Math.log(sum / (b + w)) + slope * logit - Math.log(4) >= Math.log(u * u * v);
    // For a tiny a + b, w may overflow: the number is 1.
    if (accepted) out[k++] = w === Number.POSITIVE_INFINITY ? 1 : w / (b + w);
  }
};

/**
 * Correlation of a network's noise on a chip from pass to pass. The sum of many independent switches tends to a Gaussian process
 * of their correlation, which over k passes is that of a switch at the correlation r^k of its process. In powers of r^k
 * (Hermite's expansion of the switch) its first terms, which decay most slowly, have the weights
 *
 *     c_1 = phi(q)^2 / (p (1 - p)),   c_2 = q^2 phi(q)^2 / (2 p (1 - p)),   q = Phi^-1(p)
 *
 * 2 / pi and 0 at p = 1/2. A term is a process with the correlation r or r^2 from pass to pass. All further terms are taken
 * together as another one, whose correlation makes that of one pass exact.
 */
import { correlationName } from "../networks/layers/chip-tensors.ts";
import type { Network } from "../networks/network.ts";
import { noiseSources } from "../networks/noise-source.ts";
import { normalQuantile } from "../statistics/normal.ts";
import type { Chip } from "./chip.ts";
import type { AnalogDevice } from "./device.ts";
import type { Arrays } from "./placed-layer.ts";
import { passCorrelation } from "./switches/switch.ts";
import { switchingCorrelation } from "./switches/switching-correlation.ts";

/** Error of the correlation over two passes, and weight of a term, that are left out. */
const NEGLIGIBLE = 0.005;

/**
 * Gaussian processes whose sum has the correlation of switches with the probability p, for a process of correlation r between
 * passes: the share of each, and its own correlation.
 */
export const processesOf = (
  p: number,
  r: number,
): readonly (readonly [share: number, correlation: number])[] => {
  const [one, two] = [switchingCorrelation(p, r), switchingCorrelation(p, r ** 2)];
  if (Math.abs(two - one ** 2) < NEGLIGIBLE) return [[1, one]];
  const q = normalQuantile(p);
  const first = Math.exp(-(q ** 2)) / (2 * Math.PI * p * (1 - p));
  const terms = [
    [first, r],
    [(first * q ** 2) / 2, r ** 2],
  ] as const;
  const slow = terms.filter(([share]) => share > NEGLIGIBLE);
  const rest = slow.reduce((left, [share]) => left - share, 1);
  const correlated = slow.reduce((left, [share, own]) => left - share * own, one);
  return [...slow, [rest, correlated / rest]];
};

/**
 * Shares and correlations of the processes of each layer that samples noise of synapses, those of a switch with the mean
 * probability. Neurons on sums of exact weights have no switch.
 */
export const noiseCorrelations = (network: Network, { switch: series }: AnalogDevice, chip: Chip): Arrays => {
  const process = series ? passCorrelation(series) : 0;
  if (process === 0) return {};
  const p = meanOf(Object.values(chip).flatMap(({ probability }) => (probability ? [probability] : [])));
  if (!(p > 0 && p < 1)) return {};
  const values = Float32Array.from(processesOf(p, process).flat());
  return Object.fromEntries([...noiseSources(network).keys()].map((name) => [correlationName(name), values]));
};

const meanOf = (arrays: readonly Float32Array[]): number =>
  arrays.reduce((sum, values) => sum + values.reduce((part, p) => part + p, 0), 0) /
  arrays.reduce((count, { length }) => count + length, 0);

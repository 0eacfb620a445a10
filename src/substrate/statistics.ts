/**
 * What a device does to a weight on average over chips, for training with the device in the loop. With the largest weight M of
 * a unit, a weight w is stored as
 *
 *     w' = M (sgn(w) m(|w| / M) + s(|w| / M) n),   n of mean 0 and variance 1
 *
 * The polynomials m and s are fitted to cells of the device's own model, so that they hold whatever the device says of levels,
 * programming, drift, read noise and stuck cells. What m leaves of the mean, such as the steps of levels, is part of s.
 */
import { key } from "../random/key.ts";
import { polynomialFit } from "../statistics/polynomial-fit.ts";
import { mean, variance } from "../statistics/student.ts";
import type { AnalogDevice } from "./device.ts";
import { storedWeights } from "./differential-pair.ts";
import { polynomial } from "./polynomial.ts";
import { type Switch, transmissionProbabilities } from "./switches/switch.ts";

export interface DeviceStatistics {
  /** Coefficients of m, constant first. */
  readonly mean: readonly number[];
  /** Coefficients of s, constant first. */
  readonly deviation: readonly number[];
  /** Probability of a switch: mean and standard deviation over devices. */
  readonly switch?: { readonly mean: number; readonly deviation: number };
  /** Standard deviations of a comparator's offset, over comparators, and of its noise, both over M. */
  readonly comparator?: { readonly offset: number; readonly noise: number };
}

/** Weights between 0 and the largest at which cells are looked at, pairs of cells at each, and switches. */
const [POINTS, PAIRS, SWITCHES] = [41, 500, 20_000];

/** Degree of the polynomials. */
const DEGREE = 4;

const streams = (stream: string) => key(1, `statistics/${stream}`);

/** Statistics of a device `seconds` after programming. They are the same for the same device. */
export const deviceStatistics = (device: AnalogDevice, seconds: number): DeviceStatistics => {
  const points = Array.from({ length: POINTS }, (_, k) => k / (POINTS - 1));
  // One unit whose largest weight is 1.
  const weights = Float32Array.from(points.flatMap((g) => Array<number>(PAIRS).fill(g)));
  const stored = storedWeights({ cell: device.cell }, weights, 1, seconds, streams);
  const samples = points.map((_, k) => [...stored.subarray(k * PAIRS, (k + 1) * PAIRS)]);
  const fitted = fit(points, samples.map(mean));
  const deviations = samples.map((sample, k) =>
    Math.hypot(mean(sample) - polynomial(fitted, points[k]!), Math.sqrt(variance(sample))),
  );
  const { array } = device;
  const currentOfLargest =
    (device.cell.gMaxMicrosiemens - device.cell.gMinMicrosiemens) * (array?.readVolts ?? 1);
  return {
    mean: fitted,
    deviation: fit(points, deviations),
    ...(device.switch && { switch: switchStatistics(device.switch) }),
    ...(array &&
      array.comparatorOffsetMicroamperes + array.comparatorNoiseMicroamperes > 0 && {
        comparator: {
          offset: array.comparatorOffsetMicroamperes / currentOfLargest,
          noise: array.comparatorNoiseMicroamperes / currentOfLargest,
        },
      }),
  };
};

const switchStatistics = (series: Switch): NonNullable<DeviceStatistics["switch"]> => {
  const probabilities = [...transmissionProbabilities(series, streams("switch"), SWITCHES)];
  return { mean: mean(probabilities), deviation: Math.sqrt(variance(probabilities)) };
};

const fit = (x: readonly number[], y: readonly number[]): number[] => polynomialFit(x, y, DEGREE);

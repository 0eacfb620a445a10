/** Measured noise: a discrete distribution of xi, given as values and probabilities. */
import { z } from "zod";
import { ConfigError, DataError } from "../../errors.ts";
import { fillUniform } from "../../random/fill.ts";
import { key as keyOf } from "../../random/key.ts";
import { MAX_VARIANCE, MIN_VARIANCE, type NoiseKind } from "./kind.ts";

/** Maximum number of values, to keep a network's JSON readable. */
const MAX_VALUES = 4096;

/** Maximum distance of the probabilities' sum from 1. */
const SUM_TOLERANCE = 1e-6;

const schema = z
  .strictObject({
    type: z.literal("table"),
    values: z.array(z.number()).min(1).max(MAX_VALUES).describe("values of the factor on each weight"),
    probabilities: z.array(z.number().min(0)).describe("probability of each value; the sum is 1"),
  })
  .superRefine(({ values, probabilities }, { addIssue }) => {
    const issue = (message: string): void => addIssue({ code: "custom", path: ["probabilities"], message });
    const sum = probabilities.reduce((total, p) => total + p, 0);
    if (probabilities.length !== values.length)
      return issue(`${probabilities.length} probabilities for ${values.length} values`);
    if (Math.abs(sum - 1) > SUM_TOLERANCE) return issue(`the probabilities' sum is ${sum}, not 1`);
    const variance = varianceOf({ values, probabilities });
    if (!(variance >= MIN_VARIANCE))
      return issue("the values do not vary: without variance there is no noise");
    if (!(variance <= MAX_VARIANCE)) issue(`the variance ${variance} exceeds ${MAX_VARIANCE}`);
  });

/** Description of a measured distribution. */
export type Table = Readonly<z.infer<typeof schema>>;

type Distribution = Pick<Table, "values" | "probabilities">;

const meanOf = ({ values, probabilities }: Distribution): number =>
  values.reduce((sum, value, k) => sum + value * probabilities[k]!, 0);

const varianceOf = (table: Distribution): number => {
  const mean = meanOf(table);
  return table.values.reduce((sum, value, k) => sum + table.probabilities[k]! * (value - mean) ** 2, 0);
};

export const tableKind = {
  schema,
  label: ({ values, probabilities }) => {
    const [hash] = keyOf(0, JSON.stringify([values, probabilities]));
    return `${values.length}values-${(hash >>> 0).toString(16)}`;
  },
  mean: meanOf,
  variance: varianceOf,
  /**
   * Inverse transform sampling: the inverse cumulative distribution at a uniform number. Probabilities are
   * exact to 2^-24.
   */
  fill: ({ values, probabilities }, key, out) => {
    const ends = cumulative(probabilities);
    fillUniform(key, out);
    for (let k = 0; k < out.length; k++) out[k] = values[indexOf(ends, (out[k]! + 1) / 2)]!;
  },
} satisfies NoiseKind<Table>;

/** Cumulative sums of the probabilities; the last is 1 up to rounding. */
const cumulative = (probabilities: readonly number[]): Float64Array => {
  let sum = 0;
  return Float64Array.from(probabilities, (p) => (sum += p));
};

/** Index of the first entry of `ends` above u, or of the last entry above its predecessor. */
const indexOf = (ends: Float64Array, u: number): number => {
  let [low, high] = [0, ends.length - 1];
  const target = Math.min(u, ends[high]! * (1 - Number.EPSILON));
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ends[middle]! > target) high = middle;
    else low = middle + 1;
  }
  return low;
};

/**
 * Noise that takes `values[k]` with probability `probabilities[k]`; default: equally likely values. Throws
 * ConfigError for an empty table, probabilities that do not sum to 1, and constant values.
 */
export const table = (
  values: readonly number[],
  probabilities: readonly number[] = values.map(() => 1 / values.length),
): Table => {
  const result = schema.safeParse({ type: "table", values: [...values], probabilities: [...probabilities] });
  if (result.success) return result.data;
  throw new ConfigError("noise table", {
    given: values.length === 0 ? "no values" : result.error.issues[0]!.message,
    expected: `1 to ${MAX_VALUES} values that vary, and a probability for each, with the sum 1`,
    remedy: "Correct the table, or pass samples to tableOfSamples.",
  });
};

/**
 * Empirical distribution of measured samples of xi. More than 4,096 distinct values are grouped into 4,096
 * bins of equally many samples, each represented by its mean: the mean is exact, the variance is less by the
 * variance within bins. Throws DataError for no samples or a sample that is not finite, ConfigError for
 * constant samples.
 */
export const tableOfSamples = (samples: ArrayLike<number>): Table => {
  const sorted = Float64Array.from(samples).sort();
  const wrong = sorted.find((value) => !Number.isFinite(value));
  if (sorted.length === 0 || wrong !== undefined)
    throw new DataError("samples of a noise", {
      given: wrong === undefined ? "no samples" : `a sample that is ${wrong}`,
      expected: "at least two finite numbers",
      remedy: "Export the measured factors as one array, in units in which a weight is multiplied by them.",
    });
  const counts = new Map<number, number>();
  for (const value of sorted) counts.set(value, (counts.get(value) ?? 0) + 1);
  if (counts.size <= MAX_VALUES)
    return table(
      [...counts.keys()],
      [...counts.values()].map((count) => count / sorted.length),
    );
  const bins = Array.from({ length: MAX_VALUES }, (_, k) =>
    sorted.subarray(
      Math.floor((k * sorted.length) / MAX_VALUES),
      Math.floor(((k + 1) * sorted.length) / MAX_VALUES),
    ),
  );
  return table(
    bins.map((bin) => bin.reduce((sum, value) => sum + value, 0) / bin.length),
    bins.map((bin) => bin.length / sorted.length),
  );
};

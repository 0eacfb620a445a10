/** Measured noise: xi takes each of several values with a probability of its own. */
import { z } from "zod";
import { ConfigError, DataError } from "../../errors.ts";
import { fillUniform } from "../../random/fill.ts";
import type { NoiseKind } from "./kind.ts";

/** Values of a table: as many as keep a network's JSON readable. */
const MAX_VALUES = 4096;

/** How far the probabilities' sum may be from 1. */
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
    if (varianceOf({ values, probabilities }) <= 0)
      issue("the values do not vary: without variance there is no noise");
  });

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
  label: ({ values }) => `${values.length}values`,
  mean: meanOf,
  variance: varianceOf,
  /** The inverse of the cumulative distribution at a uniform number; probabilities are met to 2^-24. */
  fill: ({ values, probabilities }, key, out) => {
    const ends = cumulative(probabilities);
    fillUniform(key, out);
    for (let k = 0; k < out.length; k++) out[k] = values[indexOf(ends, (out[k]! + 1) / 2)]!;
  },
} satisfies NoiseKind<Table>;

/** Sums of the first 1, 2, .. probabilities; the last is 1 but for rounding. */
const cumulative = (probabilities: readonly number[]): Float64Array => {
  let sum = 0;
  return Float64Array.from(probabilities, (p) => (sum += p));
};

/** The first entry of `ends` above u, or the last one that is above its predecessor. */
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
 * Noise that takes `values[k]` with probability `probabilities[k]`; equally likely values unless given. Throws ConfigError
 * for an empty table, for probabilities whose sum is not 1, and for values that do not vary.
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
 * The empirical distribution of measured samples of xi. More than 4,096 distinct values are put into 4,096 bins of
 * equally many samples, each bin represented by its mean: the table's mean is that of the samples, its variance less by
 * the variance inside the bins. Throws DataError for no samples or one that is not finite, ConfigError for samples that
 * do not vary.
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

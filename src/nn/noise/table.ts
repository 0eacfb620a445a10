/** Measured noise: a discrete distribution of xi, given as values and probabilities. */
import * as z from "zod";
import { ConfigError, DataError } from "../../errors.ts";
import { grouped } from "../../grouped.ts";
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
    if (probabilities.some((p) => !(p >= 0))) return; // named by the schema
    const issue = (message: string): void => addIssue({ code: "custom", path: ["probabilities"], message });
    const sum = probabilities.reduce((total, p) => total + p, 0);
    if (probabilities.length !== values.length)
      return issue(`${probabilities.length} probabilities for ${values.length} values`);
    if (Math.abs(sum - 1) > SUM_TOLERANCE) return issue(`the probabilities' sum is ${sum}, not 1`);
    const variance = varianceOf({ values, probabilities });
    if (!(variance >= MIN_VARIANCE))
      return issue(
        `the variance ${variance} is below ${MIN_VARIANCE}: the values do not vary, or their unit is too large`,
      );
    if (!(variance <= MAX_VARIANCE))
      issue(`the variance ${variance} exceeds ${MAX_VARIANCE}: the unit of the values is too small`);
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
    const last = ends.at(-1)! * (1 - Number.EPSILON);
    const starts = startsOf(ends, last);
    fillUniform(key, out);
    for (let k = 0; k < out.length; k++) {
      const u = Math.min((out[k]! + 1) / 2, last);
      let index = starts[Math.floor(u * CELLS)]!;
      while (ends[index]! <= u) index++;
      out[k] = values[index]!;
    }
  },
} satisfies NoiseKind<Table>;

/** Cumulative sums of the probabilities; the last is 1 up to rounding. */
const cumulative = (probabilities: readonly number[]): Float64Array => {
  let sum = 0;
  return Float64Array.from(probabilities, (p) => (sum += p));
};

/** Number of equal cells of (0, 1) in which a search among the cumulative sums starts; a power of two. */
const CELLS = 1024;

/** Index of the first cumulative sum above the lower end of each cell, or above `last` if that is less. */
const startsOf = (ends: Float64Array, last: number): Uint16Array => {
  const starts = new Uint16Array(CELLS);
  let index = 0;
  for (let cell = 0; cell < CELLS; cell++) {
    const low = Math.min(cell / CELLS, last);
    while (ends[index]! <= low) index++;
    starts[cell] = index;
  }
  return starts;
};

/**
 * Noise that takes `values[k]` with probability `probabilities[k]`; default: equally likely values. Throws
 * ConfigError for an empty table, probabilities that do not sum to 1, and values whose variance is below
 * 1e-12 or above 1e12.
 */
export const table = (
  values: readonly number[],
  probabilities: readonly number[] = values.map(() => 1 / values.length),
): Table => {
  const result = schema.safeParse({ type: "table", values: [...values], probabilities: [...probabilities] });
  if (result.success) return result.data;
  const { path, message } = result.error.issues[0]!;
  throw new ConfigError("noise table", {
    given: values.length === 0 ? "no values" : `at ${path.join(".")}: ${message}`,
    expected: `2 to ${grouped(MAX_VALUES)} values that vary, and a probability for each, with the sum 1`,
    remedy:
      "Correct the table, or choose a unit in which the values are near 1. Of samples (an .npy file, tableOfSamples) there may be more.",
  });
};

/**
 * Empirical distribution of measured samples of xi. More than 4,096 distinct values are grouped into 4,096
 * bins of equally many samples, each represented by its mean: the mean is exact, the variance is less by the
 * variance within bins. Throws DataError for no samples or a sample that is not finite, ConfigError for
 * samples whose variance is below 1e-12 or above 1e12.
 */
export const tableOfSamples = (samples: ArrayLike<number>): Table => {
  const numbers = Float64Array.from(samples);
  const wrong = numbers.findIndex((value) => !Number.isFinite(value));
  if (numbers.length === 0 || wrong >= 0)
    throw new DataError("samples of a noise", {
      given: wrong < 0 ? "no samples" : `${numbers[wrong]} at index ${wrong}`,
      expected: "at least two finite numbers",
      remedy: "Export the measured factors as one array, in units in which a weight is multiplied by them.",
    });
  const sorted = numbers.sort();
  const starts = distinctStarts(sorted);
  if (starts.length <= MAX_VALUES)
    return table(
      starts.map((start) => sorted[start]! + 0), // -0 + 0 = 0
      starts.map((start, k) => ((starts[k + 1] ?? sorted.length) - start) / sorted.length),
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

/** Index of the first of each run of equal numbers; at most `MAX_VALUES` + 1 of them. */
const distinctStarts = (sorted: Float64Array): readonly number[] => {
  const starts: number[] = [];
  for (let k = 0; k < sorted.length && starts.length <= MAX_VALUES; k++)
    if (k === 0 || sorted[k] !== sorted[k - 1]) starts.push(k);
  return starts;
};

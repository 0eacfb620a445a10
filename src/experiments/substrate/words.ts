/** Comparisons of two methods on chips, in words. */
import type { Interval, Metrics } from "../../statistics/metrics.ts";
import { meanInterval } from "../../statistics/student.ts";
import type { Summary } from "../findings/findings.ts";
import { mean, summarize, summarizeErrors } from "../study/summarize.ts";

/** A mean over runs, with its interval if there are several. */
const summaryText = ({ mean, low, high }: Summary, runs: number, digits: number): string =>
  runs === 1
    ? mean.toFixed(digits)
    : `${mean.toFixed(digits)} (${low.toFixed(digits)} to ${high.toFixed(digits)})`;

/** Interval of a single run, which is not shown. */
const UNUSED: Interval = [0, 0];

/** Mean of values with its 95 % interval over seeds, if there are several. */
const intervalText = (values: readonly number[], digits: number): string =>
  summaryText(summarize(values, UNUSED), values.length, digits);

/** Mean of errors in percent with its 95 % interval over seeds, if there are several. */
export const errorText = (errors: readonly number[]): string =>
  summaryText(summarizeErrors(errors, UNUSED), errors.length, 2);

/** A method at a place, and with exact weights; a run of each seed. */
export interface Contestant {
  readonly name: string;
  readonly found: readonly Metrics[];
  readonly before: readonly Metrics[];
}

type Measure = "error" | "nll" | "ece";

const values = (found: readonly Metrics[], measure: Measure): number[] =>
  found.map((metrics) => metrics[measure]);

/** Two methods at one place, run by run of the same seeds: which one errs less, and how well each knows it. */
export const comparedInWords = (place: string, own: Contestant, other: Contestant): string => {
  const words = ({ name, found }: Contestant): string =>
    `${name}: error ${errorText(values(found, "error"))} %, NLL ${mean(values(found, "nll")).toFixed(3)}, ECE ${mean(values(found, "ece")).toFixed(3)}`;
  const verdict = (measure: Measure): string =>
    lowerOf(
      own.name,
      other.name,
      values(own.found, measure).map((value, k) => value - other.found[k]![measure]),
    );
  return `With ${place}, ${words(own)}; ${words(other)}. Fewer errors: ${verdict("error")}; lower NLL: ${verdict("nll")}; lower ECE: ${verdict("ece")}.`;
};

/** How much two methods lose at a place against exact weights: whose noise is worth something on the device. */
export const riseInWords = (place: string, own: Contestant, other: Contestant): string => {
  const risesOf = ({ found, before }: Contestant, measure: Measure): number[] =>
    values(found, measure).map((value, k) => value - before[k]![measure]);
  const words = (measure: Measure, digits: number, unit: string): string => {
    const [a, b] = [risesOf(own, measure), risesOf(other, measure)];
    const differences = a.map((value, k) => value - b[k]!);
    return `by ${intervalText(a, digits)}${unit} and ${intervalText(b, digits)}${unit} (less: ${lowerOf(own.name, other.name, differences)})`;
  };
  return `From exact weights to ${place}, the error of ${own.name} and of ${other.name} rises ${words("error", 2, " points")}, the NLL ${words("nll", 3, "")}, the ECE ${words("ece", 3, "")}.`;
};

/** Name of the method with the lower values, if the differences, own less other, show one. */
const lowerOf = (own: string, other: string, differences: readonly number[]): string => {
  if (differences.every((difference) => difference === 0)) return "no difference shown";
  if (differences.length === 1) return `${differences[0]! < 0 ? own : other}, in one run of each`;
  const [low, high] = meanInterval(differences);
  if (low <= 0 && high >= 0) return "no difference shown";
  return high < 0 ? own : other;
};

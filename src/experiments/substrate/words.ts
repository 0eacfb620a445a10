/** Comparisons of two methods on chips, in words. */
import type { Interval, Metrics } from "../../statistics/metrics.ts";
import { meanInterval } from "../../statistics/student.ts";
import { mean, summarizeErrors } from "../study/summarize.ts";

/** Mean of values with its 95 % interval over seeds, if there are several. */
const intervalText = (values: readonly number[], digits: number): string => {
  const centre = mean(values).toFixed(digits);
  if (values.length === 1) return centre;
  return `${centre} (${boundsText(meanInterval(values), digits)})`;
};

const boundsText = ([low, high]: Interval, digits: number): string =>
  `${low.toFixed(digits)} to ${high.toFixed(digits)}`;

/** Mean of errors in percent with its 95 % interval over seeds, if there are several. */
export const errorText = (errors: readonly number[]): string => {
  const { low, high } = summarizeErrors(errors, [0, 100]);
  const centre = mean(errors).toFixed(2);
  return errors.length === 1 ? centre : `${centre} (${boundsText([low, high], 2)})`;
};

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

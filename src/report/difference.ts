/** Difference of the errors of two rows, with its 95 % confidence interval. */
import type { Comparison, Row, Summary } from "../experiments/findings/findings.ts";
import { student } from "../statistics/student.ts";

/** An estimate with its 95 % confidence interval. */
export interface Estimate {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

/** A comparison's difference of values. */
export const estimateOf = ({ values, low, high }: Comparison): Estimate => ({
  ...{ mean: values[0] - values[1], low, high },
});

/**
 * Error of `own` less that of `other`, in percentage points; undefined if one of them has no error. With several
 * seeds on both sides the interval is Welch's (Biometrika 34, 1947), otherwise Newcombe's (Statistics in Medicine 17,
 * 1998), which combines the limits of the two errors.
 */
export const errorDifference = (own: Row, other: Row): Estimate | undefined => {
  if (own.error === null || other.error === null) return undefined;
  const mean = own.error.mean - other.error.mean;
  if (isSingleRun(own) || isSingleRun(other)) return newcombe(own.error, other.error);
  const parts = [own, other].map((row) => {
    const [{ mean: middle, low, high }, freedom] = [row.error!, runsOf(row) - 1];
    // An interval that was cut off at 0 or 100 % is shorter on that side.
    const half = Math.max(high - middle, middle - low);
    return { variance: (half / student(freedom)) ** 2, freedom };
  });
  const whole = parts.reduce((sum, { variance }) => sum + variance, 0);
  if (whole === 0) return { mean, low: mean, high: mean };
  const freedom = whole ** 2 / parts.reduce((sum, part) => sum + part.variance ** 2 / part.freedom, 0);
  const half = studentBetween(freedom) * Math.sqrt(whole);
  return { mean, low: mean - half, high: mean + half };
};

const newcombe = (own: Summary, other: Summary): Estimate => {
  const mean = own.mean - other.mean;
  return {
    mean,
    low: mean - Math.hypot(own.mean - own.low, other.high - other.mean),
    high: mean + Math.hypot(own.high - own.mean, other.mean - other.low),
  };
};

/**
 * The 97.5 % quantile of Student's distribution for real degrees of freedom of at least 1: interpolated in their
 * inverse, so that it does not jump.
 */
const studentBetween = (freedom: number): number => {
  const whole = Math.floor(freedom);
  const part = (1 / whole - 1 / freedom) / (1 / whole - 1 / (whole + 1));
  return student(whole) + part * (student(whole + 1) - student(whole));
};

const runsOf = ({ runs, seeds }: Row): number => runs ?? seeds.length;

/** Whether a row's interval does not cover the variation between runs. */
export const isSingleRun = (row: Row): boolean => runsOf(row) < 2;

/** Runs that a comparison of two rows lacks. */
export interface Lacks {
  /** Whether a row is of one run, so that no interval covers the variation between runs. */
  readonly isSingle: boolean;
  /** Whether a row is of the runs that came to their end alone, others having failed. */
  readonly isPartial: boolean;
}

export const lacksOf = (...rows: readonly Row[]): Lacks => ({
  isSingle: rows.some(isSingleRun),
  isPartial: rows.some(({ problem }) => problem !== undefined),
});

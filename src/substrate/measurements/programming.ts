/**
 * A device from measurements of programming: a table of targets and of the conductances that cells had afterwards. The
 * deviation at a target is the root mean square of measured - target. A polynomial of the target, of degree 2 or as few as there
 * are targets for, is fitted to the deviations by least squares, weighted by the number of measurements.
 */
import { DataError } from "../../errors.ts";
import { rowsBelow } from "../../files/text-lines.ts";
import { polynomialFit } from "../../statistics/polynomial-fit.ts";
import { type AnalogDeviceDescription, deviceSchema } from "../device.ts";
import { numberOf } from "./number.ts";

export const PROGRAMMING_HEADER = "target_uS,measured_uS";

/** Highest degree of the fit. */
const DEGREE = 2;

/** Fewest measurements of a target. */
const FEWEST = 2;

/** Measurements of a target from which its deviation is known to a tenth. */
const ENOUGH = 50;

/** Squared errors of the cells with one target. */
interface Target {
  readonly target: number;
  readonly squares: readonly number[];
}

/** The device that the table describes. Throws DataError, with the line, for a table that cannot be used. */
export const deviceOfProgramming = (
  bytes: Uint8Array,
  file: string,
  name: string,
): AnalogDeviceDescription => {
  const targets = targetsOf(bytes, file);
  const [gMinMicrosiemens, gMaxMicrosiemens] = [targets[0]!.target, targets.at(-1)!.target];
  const fitted = (degree: number): AnalogDeviceDescription => ({
    name,
    description: "cells whose programming was measured",
    sources: [`measurements: ${file}`],
    assumptions: [
      "The range of conductances is that of the measured targets.",
      "No drift, read noise or stuck cells, and no switch: they were not measured.",
      ...fewCells(targets),
    ],
    cell: {
      gMinMicrosiemens,
      gMaxMicrosiemens,
      programming: { deviationMicrosiemens: fit(targets, gMaxMicrosiemens, degree) },
    },
  });
  // A polynomial of high degree may fall below zero between the targets or beyond them.
  let degree = Math.min(DEGREE, targets.length - 1);
  while (degree > 0 && !deviceSchema.safeParse(fitted(degree)).success) degree--;
  return fitted(degree);
};

const fewest = (targets: readonly Target[]): number =>
  targets.reduce((count, { squares }) => Math.min(count, squares.length), Number.POSITIVE_INFINITY);

/** A warning of targets with fewer measurements. */
const fewCells = (targets: readonly Target[]): readonly string[] => {
  const least = fewest(targets);
  if (least >= ENOUGH) return [];
  const error = (1 / Math.sqrt(2 * least)).toFixed(2);
  return [
    `Few measurements: a target has ${least} only, from which its deviation has a relative standard error of ${error}; program at least ${ENOUGH} cells to each.`,
  ];
};

const targetsOf = (bytes: Uint8Array, file: string): readonly Target[] => {
  const groups = new Map<number, number[]>();
  for (const { cells, fail } of rowsBelow(PROGRAMMING_HEADER, bytes, file)) {
    const [target, measured] = cells.map(numberOf);
    if (target === undefined || measured === undefined || target < 0)
      return fail(cells.join(","), "a target of at least 0 and a measured conductance, in microsiemens");
    const squares = groups.get(target) ?? [];
    squares.push((measured - target) ** 2);
    groups.set(target, squares);
  }
  const targets = [...groups]
    .map(([target, squares]): Target => ({ target, squares }))
    .sort((a, b) => a.target - b.target);
  const least = fewest(targets);
  if (targets.length >= 2 && least >= FEWEST) return targets;
  throw new DataError(
    { file },
    {
      given: `${targets.length} targets, of which one has ${targets.length === 0 ? 0 : least} measurements`,
      expected: `at least two targets, each with at least ${FEWEST} measurements`,
      remedy: "Program several cells to each of several targets.",
    },
  );
};

/** Coefficients of the polynomial of g' = target / gMax, constant first. */
const fit = (targets: readonly Target[], gMax: number, degree: number): number[] =>
  polynomialFit(
    targets.map(({ target }) => target / gMax),
    targets.map(({ squares }) => rootMean(squares)),
    degree,
    targets.map(({ squares }) => squares.length),
  );

const rootMean = (squares: readonly number[]): number =>
  Math.sqrt(squares.reduce((sum, square) => sum + square, 0) / squares.length);

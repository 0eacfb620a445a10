/**
 * Central finite differences in float32, against which gradients of expressions are tested. With cotangent c,
 * step h and direction v, sum_i g_i . 2 h v_i = c . (y(x + h v) - y(x - h v)) up to truncation and rounding,
 * where g = pullback(y, c). One program gives y and g; both sides are summed in float64.
 *
 * Numbers lie on grids (x, c on 2^-10; v on 2^-4, 1/2 <= |v| <= 1; h a power of 2), so that x +- h v are
 * exact. With u = 2^-24 the unit of rounding, n the maximum number of terms in an element of y or g, and
 * |.|_1 and |.|_oo the sum and maximum of magnitudes, the remaining error is at most the sum of
 *     rounding of y      (n + 16) u |c|_1 (|y+|_oo + |y-|_oo): the error of a sum (Higham, Accuracy and Stability
 *                        of Numerical Algorithms, 2002, (4.4)) whose terms are positive where there are
 *                        products; 16 u covers elementary functions, accurate to a few ulp
 *     rounding of g      (n + 16) u sum_i |g_i|_oo |2 h v_i|_1, likewise
 *     truncation         h^3 / 3 T |c|_1, where T bounds |d^3 y_k(x + t v) / dt^3|: 0 for linear, piecewise linear
 *                        and bilinear functions, because central differences are exact up to degree two.
 */
import { expect } from "vitest";
import { createEngine } from "../../src/runtime/node.ts";
import { pullback } from "../../src/tensor/gradient.ts";
import { lower } from "../../src/tensor/lower.ts";
import { input, type Shape, sizeOf, type Tensor } from "../../src/tensor/tensor.ts";

const UNIT_ROUNDOFF = 2 ** -24;
const ELEMENTARY = 16;
const DIRECTIONS = 3;

const engine = createEngine({ threads: 1 });

/** Numbers in [0, 1) determined by the seed: the minimal standard generator (Park & Miller, CACM 31, 1988). */
export type Random = () => number;
export const randomOf = (seed: number): Random => {
  const modulus = 2 ** 31 - 1;
  let state = (Math.abs(seed) % (modulus - 1)) + 1;
  const next = () => {
    state = (state * 48271) % modulus;
    return state / modulus;
  };
  next();
  return next;
};

/** Elements of an input. */
export type Draw = (shape: Shape, random: Random) => Float32Array;

const fill = (shape: Shape, element: (k: number) => number): Float32Array =>
  Float32Array.from({ length: sizeOf(shape) }, (_, k) => element(k));

const GRID = 2 ** -10;
const onGrid = (x: number): number => Math.round(x / GRID) * GRID;

/** Uniform numbers in [low, high]. */
export const within =
  (low: number, high: number): Draw =>
  (shape, random) =>
    fill(shape, () => onGrid(low + (high - low) * random()));

/** Magnitudes in [1/4, 2] with either sign, away from a kink at zero. */
export const awayFromZero: Draw = (shape, random) =>
  fill(shape, () => (random() < 0.5 ? -1 : 1) * onGrid(0.25 + 1.75 * random()));

/** Distinct whole numbers in random order, plus `offset`. */
export const distinct =
  (offset = 0): Draw =>
  (shape, random) => {
    const ranks = fill(shape, (k) => k);
    for (let k = ranks.length - 1; k > 0; k--) {
      const other = Math.floor(random() * (k + 1));
      [ranks[k], ranks[other]] = [ranks[other]!, ranks[k]!];
    }
    return ranks.map((rank) => rank - Math.floor(ranks.length / 2) + offset);
  };

/** A direction: magnitudes in [1/2, 1] with either sign. */
const direction = (shape: Shape, random: Random): Float32Array =>
  fill(shape, () => ((random() < 0.5 ? -1 : 1) * (8 + Math.floor(9 * random()))) / 16);

export interface Differentiable {
  readonly shapes: readonly Shape[];
  readonly build: (...inputs: Tensor[]) => Tensor;
  /** Distribution of the inputs, one for all or one each; default: uniform in [1/2, 2]. */
  readonly draw?: Draw | readonly Draw[];
  /** Step h, a power of 2; default: 2^-4. */
  readonly step?: number;
  /**
   * Bound T of the third derivative of every element of the output along directions of magnitude 1; default:
   * 0.
   */
  readonly thirdDerivative?: number;
  /** Number of terms n; default: the number of all elements of inputs and output. */
  readonly terms?: number;
  /** Arguments of `build`, shown when a test fails. */
  readonly options?: unknown;
}

const named = (arrays: readonly Float32Array[], prefix: string): Record<string, Float32Array> =>
  Object.fromEntries(arrays.map((array, k) => [`${prefix}${k}`, array]));

/** Tests the gradient of an expression in all inputs together and in each one separately. */
export const checkGradient = async (subject: Differentiable, seed: number): Promise<void> => {
  const { shapes, build, draw = within(0.5, 2), step = 2 ** -4, thirdDerivative = 0, terms } = subject;
  const random = randomOf(seed);
  const xs = shapes.map((shape, k) => input(`x${k}`, shape));
  const y = build(...xs);
  const c = input("c", y.shape);
  const gradients = pullback([y], [c], xs);
  expect(gradients.map((tensor) => tensor.shape)).toEqual(shapes);

  const outputs = { y, ...Object.fromEntries(gradients.map((tensor, k) => [`g${k}`, tensor])) };
  const executable = await engine.compile(lower(outputs));
  const cotangent = within(0.5, 1.5)(y.shape, random);
  const run = (at: readonly Float32Array[]) => {
    const all = { ...named(at, "x"), c: cotangent };
    return executable.run(
      Object.fromEntries(Object.entries(all).filter(([name]) => name in executable.program.inputs)),
    );
  };

  const point = shapes.map((shape, k) => (typeof draw === "function" ? draw : draw[k]!)(shape, random));
  const exact = await run(point);
  const roundings = ELEMENTARY + (terms ?? [y, ...xs].reduce((total, { shape }) => total + sizeOf(shape), 0));
  for (let k = 0; k < DIRECTIONS + shapes.length; k++) {
    const alone = k - DIRECTIONS;
    const v = shapes.map((shape, i) =>
      alone < 0 || alone === i ? direction(shape, random) : fill(shape, () => 0),
    );
    const moved = (sign: number) => point.map((x, i) => x.map((value, j) => value + sign * step * v[i]![j]!));
    const [ahead, behind] = [await run(moved(1)), await run(moved(-1))];
    const measured = dot(cotangent, ahead.y!) - dot(cotangent, behind.y!);
    const predicted = 2 * step * v.reduce((total, vi, i) => total + dot(exact[`g${i}`]!, vi), 0);
    const rounding =
      l1(cotangent) * (largest(ahead.y!) + largest(behind.y!)) +
      2 * step * v.reduce((total, vi, i) => total + largest(exact[`g${i}`]!) * l1(vi), 0);
    const truncation = (step ** 3 / 3) * thirdDerivative * l1(cotangent);
    const error = Math.abs(measured - predicted);
    const bound = roundings * UNIT_ROUNDOFF * rounding + truncation;
    if (!(error <= bound)) expect.fail(explain(alone, { measured, predicted, error, bound }));
  }
  await executable.dispose();
};

type Numbers = ArrayLike<number | bigint>;
const reduce = (x: Numbers, f: (total: number, value: number, k: number) => number): number => {
  let total = 0;
  for (let k = 0; k < x.length; k++) total = f(total, Number(x[k]), k);
  return total;
};
const dot = (a: Numbers, b: Numbers): number => reduce(a, (total, value, k) => total + value * Number(b[k]));
const l1 = (x: Numbers): number => reduce(x, (total, value) => total + Math.abs(value));
const largest = (x: Numbers): number => reduce(x, (total, value) => Math.max(total, Math.abs(value)));

const explain = (alone: number, numbers: Readonly<Record<string, number>>): string =>
  `${alone < 0 ? "all inputs" : `input ${alone}`}: ${Object.entries(numbers)
    .map(([name, value]) => `${name} ${value}`)
    .join(", ")}`;

/**
 * Limited-memory BFGS with a backtracking line search: Nocedal & Wright, "Numerical optimization", 2006, algorithms 7.4,
 * 7.5 and 3.1. For smooth, strongly convex functions: a curvature near 0 makes the steps too long.
 */

/** A function's value and gradient at a point. */
export interface Evaluation {
  readonly value: number;
  readonly gradient: Float64Array;
}

interface Step {
  readonly step: Float64Array;
  /** Change of the gradient. */
  readonly change: Float64Array;
  /** 1 / (change . step) */
  readonly rho: number;
}

const MEMORY = 10;
const MAX_STEPS = 1000;
/** Fraction of the decrease predicted by the slope that a step must reach (Armijo). */
const DECREASE = 1e-4;
/** Fraction of a step below which the line search gives up. */
const SHORTEST = 2 ** -40;

/**
 * Point at which `evaluate` is least, starting at `start`. Stops if no component of the gradient exceeds `tolerance`,
 * if rounding hides any further decrease, or after 1,000 steps.
 */
export const minimize = (
  evaluate: (point: Float64Array) => Evaluation,
  start: Float64Array,
  tolerance = 1e-9,
): Float64Array => {
  let point = start;
  let here = evaluate(point);
  const memory: Step[] = [];
  for (let n = 0; n < MAX_STEPS && here.gradient.some((g) => Math.abs(g) > tolerance); n++) {
    const direction = descentDirection(here.gradient, memory);
    const next = searchLine(evaluate, point, here, direction);
    if (!next) break;
    const step = next.point.map((x, k) => x - point[k]!);
    const change = next.there.gradient.map((g, k) => g - here.gradient[k]!);
    const curvature = dot(change, step);
    if (curvature > 0) memory.push({ step, change, rho: 1 / curvature });
    if (memory.length > MEMORY) memory.shift();
    [point, here] = [next.point, next.there];
  }
  return point;
};

/** First of the points at distances 1, 1/2, 1/4, .. that decreases the function enough; undefined if none does. */
const searchLine = (
  evaluate: (point: Float64Array) => Evaluation,
  from: Float64Array,
  here: Evaluation,
  direction: Float64Array,
): { readonly point: Float64Array; readonly there: Evaluation } | undefined => {
  const slope = dot(direction, here.gradient);
  for (let scale = 1; scale > SHORTEST; scale /= 2) {
    const point = from.map((x, k) => x + scale * direction[k]!);
    const there = evaluate(point);
    if (there.value < here.value && there.value <= here.value + DECREASE * scale * slope)
      return { point, there };
  }
  return undefined;
};

/** Minus the approximate inverse Hessian times the gradient, by the two-loop recursion (algorithm 7.4). */
const descentDirection = (gradient: Float64Array, memory: readonly Step[]): Float64Array => {
  const direction = gradient.map((g) => -g);
  const add = (vector: Float64Array, factor: number): void => {
    for (const [k, x] of vector.entries()) direction[k]! += factor * x;
  };
  const factors = memory.map(() => 0);
  for (let m = memory.length - 1; m >= 0; m--) {
    const { step, change, rho } = memory[m]!;
    factors[m] = rho * dot(step, direction);
    add(change, -factors[m]!);
  }
  const last = memory.at(-1);
  const size = last ? 1 / (last.rho * dot(last.change, last.change)) : 1 / Math.sqrt(dot(gradient, gradient));
  for (const k of direction.keys()) direction[k]! *= size;
  for (const [m, { step, change, rho }] of memory.entries())
    add(step, factors[m]! - rho * dot(change, direction));
  return direction;
};

const dot = (a: Float64Array, b: Float64Array): number => a.reduce((sum, x, k) => sum + x * b[k]!, 0);

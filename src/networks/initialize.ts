/** Initial parameters. */

import { fillUniform } from "../random/fill.ts";
import { key } from "../random/key.ts";
import { sizeOf } from "../tensor/tensor.ts";
import type { ParameterSpec } from "./layers/kind.ts";

/** Parameter values by name, row-major float32. */
export type ParameterArrays = Readonly<Record<string, Float32Array>>;

/**
 * Initial values: w ~ U(-1, 1) / sqrt(fan-in), beta = 1, b = 0, thresholds as described, running mean 0 and
 * variance 1. The output does not depend on the scale of w, but the effective learning rate does: it is
 * proportional to 1 / ||w||^2.
 */
export const initialParameters = (specs: readonly ParameterSpec[], seed: number): ParameterArrays =>
  Object.fromEntries(specs.map((spec) => [spec.name, initialParameter(spec, seed)]));

const initialParameter = (
  { name, shape, kind, fanIn, initial }: ParameterSpec,
  seed: number,
): Float32Array => {
  const values = new Float32Array(sizeOf(shape));
  if (initial) return values.map((_, k) => initial[Math.floor((k * initial.length) / values.length)]!);
  if (kind === "gain" || kind === "variance") return values.fill(1);
  if (kind === "bias" || kind === "mean") return values;
  fillUniform(key(seed, `initial/${name}`), values);
  const bound = 1 / Math.sqrt(fanIn!);
  for (let k = 0; k < values.length; k++) values[k] = values[k]! * bound;
  return values;
};

/** Receptive fields: which rows and columns of the layers before it a unit depends on. */
import type { Window } from "./layers/kind.ts";
import { type AnyPlan, kindOf } from "./layers/kinds.ts";
import { poolOf } from "./layers/neuron-options.ts";
import type { Network } from "./network.ts";
import { planOf } from "./plan.ts";
import { type Region, tracedUnits, unpooled } from "./traced.ts";

/** All rows and columns of a shape [channels, height, width]; of a dense layer's, [units], the one place that it is. */
const wholeOf = ([, height = 1, width = 1]: readonly number[]): Region => ({
  ...{ top: 0, left: 0 },
  ...{ bottom: height, right: width },
});

const union = (a: Region, b: Region): Region => ({
  top: Math.min(a.top, b.top),
  left: Math.min(a.left, b.left),
  bottom: Math.max(a.bottom, b.bottom),
  right: Math.max(a.right, b.right),
});

/** The part of the inputs, of this shape, that the units of a region see through their windows. */
const seenThrough = (
  { top, left, bottom, right }: Region,
  { kernel, stride, padding }: Window,
  shape: readonly number[],
): Region => {
  const whole = wholeOf(shape);
  const first = (unit: number): number => Math.max(0, unit * stride - padding);
  const end = (units: number, size: number): number =>
    Math.min(size, (units - 1) * stride - padding + kernel);
  return {
    ...{ top: first(top), left: first(left) },
    ...{ bottom: end(bottom, whole.bottom), right: end(right, whole.right) },
  };
};

/** What the units of a region see of an input of this shape. */
const seenBy = (plan: AnyPlan, units: Region, shape: readonly number[]): Region => {
  const window = kindOf(plan.layer).window?.(plan.layer);
  return window && shape.length === 3 ? seenThrough(units, window, shape) : wholeOf(shape);
};

/**
 * Receptive field of element `index` of what a pass computes of a layer (of its mean or spikes if the layer is
 * stochastic, else of its output, of one image): by name of each layer before it that it depends on, and "input", the
 * smallest region of outputs that holds everything it sees. `layer` must be a layer of the network and `index` within it.
 */
export const receptiveField = (
  network: Network,
  layer: string,
  index: number,
): Readonly<Record<string, Region>> => {
  const plans = planOf(network);
  const start = plans.findIndex(({ name }) => name === layer);
  const outputs = new Map<string, Region>();
  for (const plan of plans.slice(0, start + 1).reverse()) {
    const own = outputs.get(plan.name);
    const units = plan.name === layer ? tracedUnits(plan, index) : own && unpooled(own, poolOf(plan));
    if (!units) continue;
    for (const [k, name] of plan.inputs.entries()) {
      const seen = seenBy(plan, units, plan.inputShapes[k]!);
      const before = outputs.get(name);
      outputs.set(name, before ? union(before, seen) : seen);
    }
  }
  return Object.fromEntries(outputs);
};

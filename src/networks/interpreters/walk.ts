/** The walk over a network that all interpreters share: visits every layer once, after its inputs. */

import type { AnyPlan } from "../layers/kinds.ts";
import { READOUT } from "../layers/readout.ts";
import type { Network } from "../network.ts";
import { INPUT } from "../order.ts";
import { planOf } from "../plan.ts";

/** Computes the value of a layer from the values of its inputs. */
export type Visit<Value> = (plan: AnyPlan, inputs: readonly Value[]) => Value;

/** Values of the layers by name; "input" is the image. */
export type Walked<Value> = ReadonlyMap<string, Value>;

/** Visits every layer of a network. `image` is the value of the input. */
export const walkAll = <Value>(network: Network, image: Value, visit: Visit<Value>): Walked<Value> => {
  const values = new Map([[INPUT, image]]);
  for (const plan of planOf(network))
    values.set(
      plan.name,
      visit(
        plan,
        plan.inputs.map((name) => values.get(name)!),
      ),
    );
  return values;
};

/** Value of the readout after a walk over the whole network. */
export const walk = <Value>(network: Network, image: Value, visit: Visit<Value>): Value =>
  walkAll(network, image, visit).get(READOUT)!;

/**
 * Value of the readout if layer `changed` had the value `value`. Visits the layers that depend on it again;
 * the others keep their values of `walked`.
 */
export const walkFrom = <Value>(
  network: Network,
  walked: Walked<Value>,
  changed: string,
  value: Value,
  visit: Visit<Value>,
): Value => {
  const values = new Map([[changed, value]]);
  for (const plan of planOf(network))
    if (plan.inputs.some((name) => values.has(name)))
      values.set(
        plan.name,
        visit(
          plan,
          plan.inputs.map((name) => values.get(name) ?? walked.get(name)!),
        ),
      );
  return values.get(READOUT)!;
};

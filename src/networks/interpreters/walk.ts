/** The one walk over a network that interpreters share: every layer once, each after its inputs. */

import type { AnyPlan } from "../layers/kinds.ts";
import { READOUT } from "../layers/readout.ts";
import type { Network } from "../network.ts";
import { INPUT } from "../order.ts";
import { planOf } from "../plan.ts";

/** What an interpreter makes of a layer, given what it made of the layer's inputs. */
export type Visit<Value> = (plan: AnyPlan, inputs: readonly Value[]) => Value;

/** What the layers were made, by their names; "input" is what the image was. */
export type Walked<Value> = ReadonlyMap<string, Value>;

/** Visits every layer of a network whose image is `image`. */
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

/** What the readout was made, after a walk over the whole network. */
export const walk = <Value>(network: Network, image: Value, visit: Visit<Value>): Value =>
  walkAll(network, image, visit).get(READOUT)!;

/**
 * What the readout is made if the layer called `changed` puts out `value`: layers that depend on it are visited again,
 * the others keep what they were made in `walked`.
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

/** Replacement of operators in a graph. */
import { topologicalOrder } from "./gradient.ts";
import type { Outputs } from "./lower.ts";
import type { Tensor } from "./tensor.ts";

/**
 * `outputs` with each tensor replaced by what `replace` gives for it, which is called with tensors whose inputs have been
 * replaced. The graph cannot be differentiated afterwards.
 */
export const rewrite = (outputs: Outputs, replace: (tensor: Tensor) => Tensor): Outputs => {
  const found = new Map<Tensor, Tensor>();
  for (const tensor of topologicalOrder(Object.values(outputs))) {
    const inputs = tensor.inputs.map((each) => found.get(each)!);
    const same = inputs.every((each, k) => each === tensor.inputs[k]);
    found.set(tensor, replace(same ? tensor : { ...tensor, inputs }));
  }
  return Object.fromEntries(Object.entries(outputs).map(([name, tensor]) => [name, found.get(tensor)!]));
};

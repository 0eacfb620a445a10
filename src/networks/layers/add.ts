/**
 * Elementwise sum of several layers' outputs: shortcuts. A sum of noisy potentials has the synaptic noise of
 * its first input; the other inputs are noise-free potentials v of equation (3).
 */
import * as z from "zod";
import { add as sum } from "../../tensor/elementwise.ts";
import { type LayerKind, SAME_PLACE } from "./kind.ts";
import { requireSameShapes } from "./shapes.ts";

const schema = z.strictObject({ type: z.literal("add") }).describe("elementwise sum of the inputs");

type Add = z.infer<typeof schema>;

export const add = {
  schema,
  inputs: "several",
  passesNoise: true,
  plan(_layer, inputs, _network, place) {
    requireSameShapes(inputs, `${place} (add)`);
    const { shape } = inputs[0]!;
    return { unitShape: shape, outputShape: shape, spikes: 0, parameters: [] };
  },
  window: () => SAME_PLACE,
  compute: () => (inputs) => inputs.reduce((total, x) => sum(total, x)),
  moments(_plan, _parameters, inputs) {
    const variances = inputs.flatMap(({ variance }) => (variance ? [variance] : []));
    return {
      mean: inputs.map(({ mean }) => mean).reduce((total, x) => sum(total, x)),
      ...(variances.length > 0 && { variance: variances.reduce((total, x) => sum(total, x)) }),
    };
  },
} satisfies LayerKind<Add>;

/**
 * The sum of several layers' outputs, unit by unit: shortcuts. Of noisy potentials the first input brings the noise of its
 * synapses along; the others are shortcuts that carry potentials without their noise, v of equation (3).
 */
import { z } from "zod";
import { add as sum } from "../../tensor/elementwise.ts";
import type { LayerKind } from "./kind.ts";
import { requireSameShapes } from "./shapes.ts";

const schema = z.strictObject({ type: z.literal("add") }).describe("the sum of its inputs, unit by unit");

type Add = z.infer<typeof schema>;

export const add = {
  schema,
  inputs: "several",
  plan(_layer, inputs, _network, place) {
    requireSameShapes(inputs, `${place} (add)`);
    const { shape } = inputs[0]!;
    return { unitShape: shape, outputShape: shape, binaryOutput: false, parameters: [] };
  },
  compute: () => (inputs) => inputs.reduce((total, x) => sum(total, x)),
  moments(_plan, _parameters, inputs) {
    const variances = inputs.flatMap(({ variance }) => (variance ? [variance] : []));
    return {
      mean: inputs.map(({ mean }) => mean).reduce((total, x) => sum(total, x)),
      ...(variances.length > 0 && { variance: variances.reduce((total, x) => sum(total, x)) }),
    };
  },
} satisfies LayerKind<Add>;

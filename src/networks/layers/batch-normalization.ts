/**
 * Batch normalization as a separate layer: Ioffe & Szegedy, ICML 2015. Layers with weights have it as an
 * option.
 */
import * as z from "zod";
import { normalize, normalizeBatch, normalizeRunning, scaleOf } from "../../nn/batch-norm.ts";
import { multiply, square } from "../../tensor/elementwise.ts";
import { reshape } from "../../tensor/layout.ts";
import type { TensorsByName } from "../../tensor/tensor.ts";
import { type LayerKind, type LayerPlan, SAME_PLACE } from "./kind.ts";
import { runningStatistics } from "./weighted.ts";

const schema = z
  .strictObject({ type: z.literal("batchNormalization") })
  .describe("batch normalization per channel, or per unit of a dense layer");

type BatchNormalization = z.infer<typeof schema>;

const learnedOf = ({ name }: Pick<LayerPlan, "name">, parameters: TensorsByName) => ({
  gain: parameters[`${name}.gain`]!,
  bias: parameters[`${name}.bias`]!,
});

export const batchNormalization = {
  schema,
  inputs: "one",
  plan(_layer, [input]) {
    const { shape } = input!;
    const units = [shape[0]!];
    return {
      unitShape: shape,
      outputShape: shape,
      spikes: 0,
      parameters: (["gain", "bias", "mean", "variance"] as const).map((kind) => ({ kind, shape: units })),
    };
  },
  window: () => SAME_PLACE,
  compute(plan, parameters) {
    const [running, learned] = [runningStatistics(plan, parameters), learnedOf(plan, parameters)];
    return ([z]) => normalize(z!, running, learned);
  },
  batchNormalized(plan, parameters, by) {
    const learned = learnedOf(plan, parameters);
    return {
      before: ([z]) => z!,
      normalize: (y) =>
        by === "running"
          ? normalizeRunning(y, runningStatistics(plan, parameters), learned)
          : normalizeBatch(y, learned, by),
      after: ([y]) => y!,
    };
  },
  moments(plan, parameters, [z]) {
    const [running, learned] = [runningStatistics(plan, parameters), learnedOf(plan, parameters)];
    const scale = reshape(square(scaleOf(running, learned)), [-1, ...plan.unitShape.slice(1).map(() => 1)]);
    return {
      mean: normalize(z!.mean, running, learned),
      ...(z!.variance && { variance: multiply(z!.variance, scale) }),
    };
  },
} satisfies LayerKind<BatchNormalization>;

/** A switch by its probability, of which mean and standard deviation over devices are known: p ~ Beta. */
import * as z from "zod";
import { fillBeta } from "../../random/beta.ts";
import { type SwitchKind, switchOptions } from "./kind.ts";

/** Least deviation other than 0. Below it, rejection loses its precision. */
const LEAST_DEVIATION = 1e-6;

/** Shapes of the Beta with mean p and standard deviation s: its variance is p (1 - p) / (a + b + 1). */
const shapesOf = (p: number, s: number): readonly [a: number, b: number] => {
  const sum = (p * (1 - p)) / s ** 2 - 1;
  return [p * sum, (1 - p) * sum];
};

const schema = z
  .strictObject({
    type: z.literal("probability"),
    probability: z.number().min(0).max(1).describe("mean, over devices, of the probability of transmitting"),
    deviceDeviation: z
      .number()
      .min(0)
      .default(0)
      .refine((s) => s === 0 || s >= LEAST_DEVIATION, `neither 0 nor at least ${LEAST_DEVIATION}`)
      .describe(
        "standard deviation, over devices, of the probability p of transmitting: 0, or from 1e-6 to less than sqrt(p (1 - p))",
      ),
    ...switchOptions,
  })
  .refine(({ probability: p, deviceDeviation: s }) => s === 0 || shapesOf(p, s).every((shape) => shape > 0), {
    path: ["deviceDeviation"],
    message: "a deviation of at least sqrt(p (1 - p)), more than any distribution of probabilities has",
  })
  .describe("a switch by its probability, Beta distributed over devices");

export type ByProbability = z.infer<typeof schema>;

export const probability = {
  schema,
  fill: ({ probability: p, deviceDeviation: s }, key, out) => {
    if (s === 0) return void out.fill(p);
    fillBeta(key, ...shapesOf(p, s), out);
  },
} satisfies SwitchKind<ByProbability>;

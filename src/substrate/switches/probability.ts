/** A switch by its probability, of which mean and standard deviation over devices are known: p ~ Beta. */
import { z } from "zod";
import { fillBeta } from "../../random/beta.ts";
import { type SwitchKind, switchOptions } from "./kind.ts";

const schema = z
  .strictObject({
    type: z.literal("probability"),
    probability: z.number().min(0).max(1).describe("mean, over devices, of the probability of transmitting"),
    deviceDeviation: z
      .number()
      .min(0)
      .default(0)
      .describe("standard deviation, over devices, of the probability of transmitting"),
    ...switchOptions,
  })
  .refine(({ probability: p, deviceDeviation: s }) => s === 0 || s ** 2 < p * (1 - p), {
    path: ["deviceDeviation"],
    message: "a deviation of at least sqrt(p (1 - p)), more than any distribution of probabilities has",
  })
  .describe("a switch by its probability, Beta distributed over devices");

export type ByProbability = z.infer<typeof schema>;

export const probability = {
  schema,
  fill: ({ probability: p, deviceDeviation: s }, key, out) => {
    if (s === 0) return void out.fill(p);
    // Beta(a, b) has the mean a / (a + b) and the variance p (1 - p) / (a + b + 1).
    const sum = (p * (1 - p)) / s ** 2 - 1;
    fillBeta(key, p * sum, (1 - p) * sum, out);
  },
} satisfies SwitchKind<ByProbability>;

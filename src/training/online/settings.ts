/** Settings of an online learner besides its network: validated wherever they are read. */
import * as z from "zod";
import { ConfigError } from "../../errors.ts";
import { parseBySchema } from "../../storage/schema-issue.ts";
import { type OptimizerDescription, optimizerSchema, withDefaultRate } from "../configuration.ts";

/** Default of Muon's learning rate: on 2,000 digits it made fewer mistakes than .001 and .01. */
const MUON_RATE = 0.003;

export const onlineSchema = z.strictObject({
  passes: z
    .int()
    .min(1)
    .max(100_000)
    .default(10)
    .describe("Monte Carlo passes of an example; one where passes do not differ"),
  learningRate: z
    .number()
    .gt(0)
    .default(3e-4)
    .describe(`learning rate, the same for every example; default of Muon: ${MUON_RATE}`),
  optimizer: optimizerSchema,
  seed: z.int().min(0).default(1).describe("random seed"),
});

/** Settings with every default filled in. */
export type OnlineSettings = z.infer<typeof onlineSchema>;

/** Settings of an online learner. Each has a default. */
export interface OnlineDescription {
  /** Monte Carlo passes of an example, 1 to 100,000; networks without noise take one. Default 10. */
  readonly passes?: number | undefined;
  /** Learning rate, above 0, the same for every example. Default 0.0003; of Muon 0.003. */
  readonly learningRate?: number | undefined;
  /** Default: Adam with beta1 0.9, beta2 0.999, epsilon 1e-8 and no weight decay. */
  readonly optimizer?: OptimizerDescription | undefined;
  /** Random seed: initial weights and noise depend on it. Default 1. */
  readonly seed?: number | undefined;
}

/** Settings with every default filled in. Throws ConfigError for one that is unknown or out of range. */
export const parseOnline = (description: unknown): OnlineSettings => {
  const result = parseBySchema(onlineSchema, description, "the whole");
  if ("data" in result) return withDefaultRate(result.data, description, MUON_RATE);
  throw new ConfigError("online learning", {
    given: result.given,
    expected: "passes, learningRate, optimizer and seed in their ranges",
    remedy: "Correct that setting.",
  });
};

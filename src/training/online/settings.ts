/** What determines a learner besides its network: validated wherever it is read. */
import { z } from "zod";
import { ConfigError } from "../../errors.ts";
import { issueText } from "../../storage/schema-issue.ts";
import { optimizerSchema } from "../configuration.ts";

export const onlineSchema = z.strictObject({
  passes: z.int().min(1).max(100_000).default(10).describe("of an example, where they differ"),
  learningRate: z.number().gt(0).default(3e-4),
  optimizer: optimizerSchema,
  seed: z.int().min(0).default(1),
});

export type OnlineSettings = z.infer<typeof onlineSchema>;

/** What a caller may leave out. */
export type OnlineDescription = z.input<typeof onlineSchema>;

export const parseOnline = (description: unknown): OnlineSettings => {
  const result = onlineSchema.safeParse(description);
  if (result.success) return result.data;
  throw new ConfigError("online learning", {
    given: issueText(result.error, "the whole"),
    expected: "passes, learningRate, optimizer and seed in their ranges",
    remedy: "Correct that setting.",
  });
};

/** What is wrong with data that do not fit their schema, for the `given` of an error. */
import type { z } from "zod";

/** The first issue with its place, which is `whole` where it is no part. */
export const issueText = ({ issues }: z.ZodError, whole: "the document" | "the whole"): string => {
  const [issue] = issues;
  return `at ${issue!.path.join(".") || whole}: ${issue!.message}`;
};

/** Schema issues as text for the `given` of an error. */
import type { z } from "zod";

/** Issues that are named; a document with more of them needs a look anyway. */
const MAX_ISSUES = 4;

/** The first issues of `error`, each with its place; `whole` names the place of issues that concern the whole document. */
export const issueText = ({ issues }: z.ZodError, whole: "the document" | "the whole"): string => {
  const texts = issues
    .slice(0, MAX_ISSUES)
    .map(({ path, message }) => `at ${path.join(".") || whole}: ${message}`);
  const more = issues.length - texts.length;
  return [...texts, ...(more > 0 ? [`and ${more} more`] : [])].join("; ");
};

/** Parsing of JSON documents by schemas. Node only. */
import type { z } from "zod";
import { parseJson } from "./files.ts";
import { issueText } from "./schema-issue.ts";

/** The data of a JSON document, or a description of its fault for the `given` of an error. */
export const parseDocument = <T>(
  schema: z.ZodType<T>,
  text: string,
): { readonly data: T } | { readonly given: string } => {
  const document = parseJson(text);
  if (document === undefined) return { given: "no whole JSON document" };
  const parsed = schema.safeParse(document);
  return parsed.success
    ? { data: parsed.data }
    : { given: issueText(parsed.error, document, "the document") };
};

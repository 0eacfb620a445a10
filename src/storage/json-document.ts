/** Parsing of JSON documents by schemas. Node only. */
import type * as z from "zod";
import { parseJson } from "./files.ts";
import { parseBySchema } from "./schema-issue.ts";

/** The data of a JSON document, or a description of its fault for the `given` of an error. */
export const parseDocument = <T>(
  schema: z.ZodType<T>,
  text: string,
): { readonly data: T } | { readonly given: string } => {
  const document = parseJson(text);
  if (document === undefined) return { given: "no whole JSON document" };
  return parseBySchema(schema, document, "the document");
};

/** Documents checked by schemas, and what is wrong with them as text for the `given` of an error. */
import type * as z from "zod";
import { didYouMean } from "../nearest-names.ts";

/** Issues that are named, and unknown fields of an issue; a document with more of them needs a look anyway. */
const MAX_ISSUES = 4;
/** Characters of a value that is shown. */
const MAX_VALUE = 40;

/** Name of the place of issues that concern the whole document. */
type Whole = "the document" | "the whole";

/** What a schema finds wrong: as text, and as the schema's error. */
interface Fault {
  readonly given: string;
  readonly error: z.ZodError;
}

/** The data of `document` by `schema`, or what is wrong with it: an unknown field is named with the known ones nearest to it. */
export const parseBySchema = <T>(
  schema: z.ZodType<T>,
  document: unknown,
  whole: Whole,
): { readonly data: T } | Fault => {
  const { success, data, error } = schema.safeParse(document, { error: unknownFieldsText });
  return success ? { data } : { given: issueText(error, document, whole), error };
};

/** The first issues, each with its place and, if that is a single value, what stands there. */
const issueText = ({ issues }: z.ZodError, document: unknown, whole: Whole): string =>
  firstOf(
    issues.map(({ code, path, message }) => {
      // Messages of our own name the value where it matters.
      const isNamed = code === "custom" || path.length === 0;
      const shown = isNamed ? undefined : valueText(valueAt(document, path));
      return `at ${path.join(".") || whole}: ${shown === undefined ? message : `${shown} (${message})`}`;
    }),
    "; ",
  );

/** The message of an issue about fields that the schema of an object does not know; undefined for other issues. */
const unknownFieldsText = (issue: z.core.$ZodRawIssue): string | undefined => {
  if (issue.code !== "unrecognized_keys") return undefined;
  const given = issue.input as object;
  const { shape = {} } = (issue.inst ?? {}) as { readonly shape?: object };
  // A field that is there already is not what another one was to be.
  const missing = Object.keys(shape).filter((name) => !Object.hasOwn(given, name));
  const texts = issue.keys.map((name) => `the unknown field ${valueText(name)}${didYouMean(name, missing)}`);
  return firstOf(texts, ", ");
};

const firstOf = (texts: readonly string[], separator: string): string => {
  const more = texts.length - MAX_ISSUES;
  return [...texts.slice(0, MAX_ISSUES), ...(more > 0 ? [`and ${more} more`] : [])].join(separator);
};

const valueAt = (document: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>(
    (value, name) => (value as Record<PropertyKey, unknown> | undefined)?.[name],
    document,
  );

/** Undefined for lists and objects. */
const valueText = (value: unknown): string | undefined => {
  if (value === undefined) return "nothing";
  if (typeof value === "object" && value !== null) return undefined;
  const text = typeof value === "string" ? JSON.stringify(value) : String(value);
  return text.length <= MAX_VALUE ? text : `${text.slice(0, MAX_VALUE)}...`;
};

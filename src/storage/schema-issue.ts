/** Schema issues as text for the `given` of an error. */
import type { z } from "zod";

/** Issues that are named; a document with more of them needs a look anyway. */
const MAX_ISSUES = 4;
/** Characters of a value that is shown. */
const MAX_VALUE = 40;

/**
 * The first issues of `error` in `document`, each with its place and, if that is a single value, what stands there; `whole`
 * names the place of issues that concern the whole document.
 */
export const issueText = (
  { issues }: z.ZodError,
  document: unknown,
  whole: "the document" | "the whole",
): string => {
  const texts = issues.slice(0, MAX_ISSUES).map(({ code, path, message }) => {
    // Messages of our own name the value where it matters.
    const isNamed = code === "custom" || path.length === 0;
    const shown = isNamed ? undefined : valueText(valueAt(document, path));
    return `at ${path.join(".") || whole}: ${shown === undefined ? message : `${shown} (${message})`}`;
  });
  const more = issues.length - texts.length;
  return [...texts, ...(more > 0 ? [`and ${more} more`] : [])].join("; ");
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

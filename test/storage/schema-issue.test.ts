/** Issues of schemas as text. */
import { expect, test } from "vitest";
import * as z from "zod";
import { parseBySchema } from "../../src/storage/schema-issue.ts";

const schema = z.strictObject({
  levels: z.int().min(2),
  name: z.string(),
  cell: z.strictObject({ deep: z.number() }),
  own: z.number().refine((value) => value < 5, { error: "5 is too many" }),
});

const textOf = (document: unknown): string => {
  const parsed = parseBySchema(schema, document, "the document");
  if ("data" in parsed) throw new Error("was accepted");
  return parsed.given;
};

const right = { levels: 2, name: "a", cell: { deep: 1 }, own: 1 };

test.each([
  [{ ...right, levels: 1 }, /^at levels: 1 \(Too small: .*>=2\)$/],
  [{ ...right, name: undefined }, /^at name: nothing \(/],
  [{ ...right, name: null }, /^at name: null \(/],
  [{ ...right, levels: "two" }, /^at levels: "two" \(/],
  [{ ...right, levels: "x".repeat(99) }, /^at levels: "x{39}\.\.\. \(/],
  [{ ...right, cell: { deep: true } }, /^at cell\.deep: true \(/],
  [{ ...right, cell: { deep: [1] } }, /^at cell\.deep: Invalid input/],
  [{ ...right, own: 5 }, /^at own: 5 is too many$/],
  [{ ...right, other: 1 }, /^at the document: the unknown field "other"$/],
  [{ ...right, levls: 1 }, /^at the document: the unknown field "levls"$/],
  [
    { name: "a", cell: { deep: 1 }, own: 1, levls: 2, cel: {} },
    /^at levels: nothing .*; at the document: the unknown field "levls" \(did you mean levels\?\), the unknown field "cel"$/,
  ],
  [{ ...right, cell: { Depe: 1 } }, /at cell: the unknown field "Depe" \(did you mean deep\?\)$/],
  [
    { ...right, ...{ aa: 1, bb: 1, cc: 1, dd: 1, ee: 1 } },
    /"aa", .*"bb", .*"cc", the unknown field "dd", and 1 more$/,
  ],
  [null, /^at the document: Invalid input/],
])("%j", (document, text) => {
  expect(textOf(document)).toMatch(text);
});

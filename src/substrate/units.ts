/** Units in the names of fields, and fields that lack theirs. */
import * as z from "zod";

/** Endings of the names of fields that have a unit. */
const UNIT = /(Microsiemens|Microamperes|Seconds|Volts|Ohms)$/;

/** A field that a schema does not know, but for the unit in its name. */
interface Lacking {
  /** The field's place in the document, such as "cell.gMax". */
  readonly place: string;
  /** Names with a unit, such as "gMaxMicrosiemens". */
  readonly names: readonly string[];
}

/** The unknown fields that a parse found whose names would be known with a unit: there, or else anywhere. */
export const lackingUnits = ({ issues }: z.ZodError, schema: z.ZodType): readonly Lacking[] => {
  const known = fieldsOf(z.toJSONSchema(schema, { io: "input" })).filter(({ name }) => UNIT.test(name));
  return issues.flatMap((issue) =>
    issue.code !== "unrecognized_keys"
      ? []
      : issue.keys.flatMap((key) => {
          const found = known.filter(({ name }) => name.replace(UNIT, "") === key);
          const there = found.filter(({ parent }) => parent === issue.path.at(-1));
          const names = [...new Set((there.length > 0 ? there : found).map(({ name }) => name))];
          return names.length === 0 ? [] : [{ place: [...issue.path, key].join("."), names }];
        }),
  );
};

/** A property of a JSON schema. */
interface Field {
  readonly name: string;
  /** Name of the property whose value has it; undefined at the top. */
  readonly parent: string | undefined;
}

/** All properties in a JSON schema, at any depth. */
const fieldsOf = (schema: unknown, parent?: string): readonly Field[] => {
  if (typeof schema !== "object" || schema === null) return [];
  return Object.entries(schema).flatMap(([keyword, value]) =>
    keyword === "properties"
      ? Object.entries(value as object).flatMap(([name, own]) => [{ name, parent }, ...fieldsOf(own, name)])
      : fieldsOf(value, parent),
  );
};

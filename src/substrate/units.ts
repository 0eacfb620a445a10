/** Units in the names of fields, and fields that lack theirs. */
import { z } from "zod";

/** Endings of the names of fields that have a unit. */
const UNIT = /(Microsiemens|Microamperes|Seconds|Volts|Ohms)$/;

/** A field that a schema does not know, but for the unit in its name. */
interface Lacking {
  /** The field's place in the document, such as "cell.gMax". */
  readonly place: string;
  /** Names with a unit, such as "gMaxMicrosiemens". */
  readonly names: readonly string[];
}

/** The unknown fields that a parse found whose names would be known with a unit. */
export const lackingUnits = ({ issues }: z.ZodError, schema: z.ZodType): readonly Lacking[] => {
  const known = fieldsOf(z.toJSONSchema(schema, { io: "input" })).filter((name) => UNIT.test(name));
  return issues.flatMap((issue) =>
    issue.code !== "unrecognized_keys"
      ? []
      : issue.keys.flatMap((key) => {
          const names = [...new Set(known.filter((name) => name.replace(UNIT, "") === key))];
          return names.length === 0 ? [] : [{ place: [...issue.path, key].join("."), names }];
        }),
  );
};

/** Names of all properties in a JSON schema, at any depth. */
const fieldsOf = (schema: unknown): readonly string[] => {
  if (typeof schema !== "object" || schema === null) return [];
  const own = "properties" in schema ? Object.keys(schema.properties as object) : [];
  return [...own, ...Object.values(schema).flatMap(fieldsOf)];
};

/**
 * Canonical content of validated documents: what identifies a configuration, whatever the order of its keys and whatever
 * settings with defaults its schema has gained since.
 */
import * as z from "zod";

/**
 * JSON whose objects have their keys in code unit order: values that differ only in the order of their keys, or in keys
 * that are undefined, give the same text.
 */
export const canonicalJson = (value: unknown): string =>
  JSON.stringify(value, (_key, field: unknown) =>
    isRecord(field) ? Object.fromEntries(Object.entries(field).sort(byKey)) : field,
  );

/**
 * The value without the keys that have their schema's default, at any depth: parsing the result gives the value again.
 * A setting that is added later, optional or with a default, therefore changes no result for older values; changing an
 * existing default does.
 *
 * value: output of `schema`, whole or with some defaults still left out; keys that the schema does not know are kept.
 * Returns undefined where the whole value is the default. Elements of arrays and tuples always stay.
 */
export const withoutDefaults = (schema: z.core.$ZodType, value: unknown): unknown => {
  if (value === undefined || value === null) return value;
  if (schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault) {
    const { innerType, defaultValue } = schema.def;
    const own = withoutDefaults(innerType, value);
    return canonicalJson(own) === canonicalJson(withoutDefaults(innerType, defaultValue)) ? undefined : own;
  }
  if (schema instanceof z.ZodUnion) {
    const option = optionOf(schema, value);
    return option === undefined ? value : withoutDefaults(option, value);
  }
  if (schema instanceof z.ZodLazy) return withoutDefaults(schema.def.getter(), value);
  if (schema instanceof z.ZodPipe) {
    const { in: input, out } = schema.def;
    return withoutDefaults(out instanceof z.ZodTransform ? input : out, value);
  }
  if (schema instanceof z.ZodObject) return mapFields(value, (name) => schema.shape[name]);
  if (schema instanceof z.ZodRecord) return mapFields(value, () => schema.valueType);
  if (schema instanceof z.ZodArray) return mapElements(value, () => schema.element);
  if (schema instanceof z.ZodTuple)
    return mapElements(value, (k) => schema.def.items[k] ?? schema.def.rest ?? undefined);
  const { def } = schema._zod;
  // Optional, nullable, read-only: schemas around another one.
  return "innerType" in def ? withoutDefaults(def.innerType as z.core.$ZodType, value) : value;
};

/** The option of a union that a value belongs to: by its discriminator, which is fast, or as the first that it fits. */
const optionOf = (schema: z.ZodUnion, value: unknown): z.core.$ZodType | undefined => {
  const byFit = () => schema.options.find((each) => z.safeParse(each, value).success);
  if (!(schema instanceof z.ZodDiscriminatedUnion) || !isRecord(value)) return byFit();
  const { discriminator } = schema.def;
  const kind = value[discriminator] as z.core.util.Primitive;
  return schema.options.find((each) => each._zod.propValues?.[discriminator]?.has(kind)) ?? byFit();
};

type SchemaOf<Key> = (key: Key) => z.core.$ZodType | undefined;

const mapFields = (value: unknown, schemaOf: SchemaOf<string>): unknown => {
  if (!isRecord(value)) return value;
  const fields = Object.entries(value).map(([name, field]): [string, unknown] => {
    const schema = schemaOf(name);
    return [name, schema ? withoutDefaults(schema, field) : field];
  });
  return Object.fromEntries(fields.filter(([, field]) => field !== undefined));
};

const mapElements = (value: unknown, schemaOf: SchemaOf<number>): unknown => {
  if (!Array.isArray(value)) return value;
  return value.map((element: unknown, k) => {
    const schema = schemaOf(k);
    return schema ? (withoutDefaults(schema, element) ?? element) : element;
  });
};

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const byKey = ([a]: [string, unknown], [b]: [string, unknown]): number => (a < b ? -1 : a > b ? 1 : 0);

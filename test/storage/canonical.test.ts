/** Canonical content: order and defaults do not matter, everything else does. */
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { networkIdentitySchema, networkSchema, parseNetwork } from "../../src/networks/network.ts";
import { canonicalJson, withoutDefaults } from "../../src/storage/canonical.ts";
import { trainingSchema } from "../../src/training/configuration.ts";

describe("canonicalJson", () => {
  test("does not depend on the order of keys, at any depth, but on that of elements", () => {
    expect(canonicalJson({ b: [{ d: 1, c: 2 }], a: null })).toBe('{"a":null,"b":[{"c":2,"d":1}]}');
    expect(canonicalJson({ a: null, b: [{ c: 2, d: 1 }] })).toBe('{"a":null,"b":[{"c":2,"d":1}]}');
    expect(canonicalJson([2, 1])).not.toBe(canonicalJson([1, 2]));
  });

  test("leaves out what is undefined", () => expect(canonicalJson({ a: undefined, b: 1 })).toBe('{"b":1}'));
});

describe("withoutDefaults", () => {
  const layer = z.discriminatedUnion("type", [
    z.strictObject({ type: z.literal("a"), size: z.int().default(1), of: z.array(z.int()).default([]) }),
    z.strictObject({ type: z.literal("b"), rate: z.number().default(0.5).optional() }),
  ]);
  const first = z.strictObject({
    name: z.string(),
    kind: z.enum(["x", "y"]).default("x"),
    nested: z.strictObject({ deep: z.boolean().default(false) }).optional(),
    best: layer.default({ type: "a", size: 1, of: [] }),
    layers: z.array(layer),
    pair: z.tuple([z.int().default(4), layer]).optional(),
    byName: z.record(z.string(), layer).optional(),
  });

  const value = first.parse({
    name: "n",
    nested: {},
    best: { type: "a", size: 1 },
    layers: [
      { type: "a" },
      { type: "a", size: 2, of: [1] },
      { type: "b", rate: 0.5 },
      { type: "b", rate: 0.1 },
    ],
    pair: [4, { type: "a" }],
    byName: { one: { type: "b", rate: 0.5 } },
  });

  test("removes every key at its default, at any depth, and no element", () =>
    expect(withoutDefaults(first, value)).toEqual({
      name: "n",
      nested: {},
      layers: [{ type: "a" }, { type: "a", size: 2, of: [1] }, { type: "b" }, { type: "b", rate: 0.1 }],
      pair: [4, { type: "a" }],
      byName: { one: { type: "b" } },
    }));

  test("loses nothing that parsing does not put back", () => {
    const again = first.parse(withoutDefaults(first, value));
    // An optional key around a default stays away.
    expect(again).toEqual({ ...value, layers: again.layers, byName: again.byName });
    expect(again.layers.slice(0, 2)).toEqual(value.layers.slice(0, 2));
  });

  test("gives the same for a schema that has gained settings with defaults", () => {
    const grown = z.discriminatedUnion("type", [
      z.strictObject({
        ...{ type: z.literal("a"), size: z.int().default(1), of: z.array(z.int()).default([]) },
        ...{ scale: z.number().default(2), name: z.string().optional() },
      }),
      z.strictObject({
        type: z.literal("b"),
        rate: z.number().default(0.5).optional(),
        on: z.boolean().default(true),
      }),
      z.strictObject({ type: z.literal("c") }),
    ]);
    const later = z.strictObject({
      extra: z.strictObject({ mode: z.string().default("m") }).default({ mode: "m" }),
      ...first.shape,
      best: grown.default({ type: "a", size: 1, of: [], scale: 2 }),
      ...{
        layers: z.array(grown),
        nodes: z.array(z.string()).optional(),
        byName: z.record(z.string(), grown).optional(),
      },
      pair: z.tuple([z.int().default(4), grown]).optional(),
    });
    const parsed = later.parse(value);
    expect(parsed).not.toEqual(value);
    expect(canonicalJson(withoutDefaults(later, parsed))).toBe(canonicalJson(withoutDefaults(first, value)));
    const other = later.parse({ ...value, extra: { mode: "other" } });
    expect(withoutDefaults(later, other)).toMatchObject({ extra: { mode: "other" } });
  });

  test("looks through transforms, preprocessing and recursion", () => {
    const inner = z.object({ a: z.int().default(1), b: z.int().default(2) });
    expect(
      withoutDefaults(
        inner.transform((own) => own),
        { a: 1, b: 3 },
      ),
    ).toEqual({ b: 3 });
    expect(
      withoutDefaults(
        z.preprocess((own) => own, inner),
        { a: 1, b: 3 },
      ),
    ).toEqual({ b: 3 });
    const tree: z.ZodType = z.lazy(() =>
      z.object({ leaf: z.int().default(0), below: z.array(tree).default([]) }),
    );
    expect(withoutDefaults(tree, { leaf: 0, below: [{ leaf: 0, below: [] }, { leaf: 1 }] })).toEqual({
      below: [{}, { leaf: 1 }],
    });
  });

  test("keeps keys that the schema does not know, and values that do not fit it", () => {
    expect(withoutDefaults(first, { name: 3, other: 1, layers: "none" })).toEqual({
      ...{ name: 3, other: 1, layers: "none" },
    });
  });

  test("a network or settings, spelled out or not, are the same", () => {
    const short = {
      name: "n",
      encoding: "sign",
      input: [1, 4, 4],
      classes: 2,
      layers: [{ type: "conv2d", channels: 2, kernel: 3 }],
    };
    const { encoding: _, ...rest } = short;
    expect(withoutDefaults(networkSchema, parseNetwork(rest))).toEqual(rest);
    expect(withoutDefaults(networkIdentitySchema, parseNetwork(short))).toEqual(rest);
    expect(withoutDefaults(trainingSchema, trainingSchema.parse({ epochs: 3 }))).toEqual({ epochs: 3 });
    const adam = trainingSchema.parse({ optimizer: { type: "adam", beta1: 0.5 } });
    expect(withoutDefaults(trainingSchema, adam)).toEqual({ optimizer: { type: "adam", beta1: 0.5 } });
  });
});

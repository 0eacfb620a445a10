/** Registry of layer kinds. A new kind is one file in this folder and a line here. */
import * as z from "zod";
import { add } from "./add.ts";
import { averagePool } from "./average-pool.ts";
import { batchNormalization } from "./batch-normalization.ts";
import { concatenate } from "./concatenate.ts";
import { conv2d } from "./conv2d.ts";
import { dense } from "./dense.ts";
import { globalPool } from "./global-pool.ts";
import type { LayerKind, LayerPlan } from "./kind.ts";
import { maxPool } from "./max-pool.ts";
import { type PopulationOption, populationText } from "./neuron-options.ts";
import { neurons } from "./neurons.ts";
import { readout } from "./readout.ts";

const KINDS = {
  conv2d,
  dense,
  averagePool,
  maxPool,
  globalPool,
  neurons,
  add,
  concatenate,
  batchNormalization,
  readout,
};

/** Options of every layer: its place in the graph. */
const place = {
  name: z
    .string()
    .regex(/^[A-Za-z][\w-]*(\.[\w-]+)*$/)
    .optional()
    .describe(
      "name of the layer, used in `from` and in parameter names; default: layers.K for layer number K",
    ),
  from: z
    .union([z.string(), z.array(z.string()).min(1)])
    .optional()
    .describe(
      'name or names of the layers whose outputs it takes, "input" for the image; default: the layer before it',
    ),
};

type Kinds = typeof KINDS;
type Place = z.ZodObject<typeof place>;

/** A layer's description with all defaults filled in. */
export type Layer = {
  [Type in keyof Kinds]: z.infer<Kinds[Type]["schema"]> & z.infer<Place>;
}[keyof Kinds];

/** A layer's description in JSON, where defaults may be left out. */
export type LayerDescription = {
  [Type in keyof Kinds]: z.input<Kinds[Type]["schema"]> & z.input<Place>;
}[keyof Kinds];

const schemas = Object.values(KINDS).map(({ schema }) => (schema as Kinds["dense"]["schema"]).extend(place));

/** Schema of a layer. */
export const layerSchema: z.ZodType<Layer, LayerDescription> = z.discriminatedUnion(
  "type",
  schemas as [(typeof schemas)[0]],
) as never;

/** Kind of a layer, typed for any layer. */
export const kindOf = ({ type }: Layer): LayerKind<Layer> => KINDS[type] as unknown as LayerKind<Layer>;

/** Plan of a layer of any kind. */
export type AnyPlan = LayerPlan<Layer>;

/**
 * Short text of a layer: its type and its options other than defaults, such as "conv2d, kernel 5, pool 2,
 * population 4 neurons, spacing 1, offset 1.5".
 */
export const layerText = ({ name: _name, from: _from, ...layer }: Layer): string => {
  const own: Readonly<Record<string, z.ZodType>> = KINDS[layer.type].schema.shape;
  const parts = Object.entries(layer).flatMap(([key, value]) => {
    if (key === "type" || value === undefined || value === own[key]!.safeParse(undefined).data) return [];
    if (key === "population") return populationText(value as PopulationOption);
    return [value === true ? key : `${key} ${value}`];
  });
  return [layer.type, ...parts].join(", ");
};

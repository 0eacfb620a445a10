/** The kinds of layers. A new kind is a file beside this one, and a line here. */
import { z } from "zod";
import { add } from "./add.ts";
import { averagePool } from "./average-pool.ts";
import { batchNormalization } from "./batch-normalization.ts";
import { concatenate } from "./concatenate.ts";
import { conv2d } from "./conv2d.ts";
import { dense } from "./dense.ts";
import { globalPool } from "./global-pool.ts";
import type { LayerKind, LayerPlan } from "./kind.ts";
import { maxPool } from "./max-pool.ts";
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

/** What every layer's description may have besides its kind's own. */
const place = {
  name: z
    .string()
    .regex(/^[A-Za-z][\w-]*(\.[\w-]+)*$/)
    .optional()
    .describe(
      "name for `from` of other layers, and of the parameters; layers.K for layer number K unless given",
    ),
  from: z
    .union([z.string(), z.array(z.string()).min(1)])
    .optional()
    .describe(
      'name or names of the layers whose outputs it takes, "input" for the image; the layer before it unless given',
    ),
};

type Kinds = typeof KINDS;
type Place = z.ZodObject<typeof place>;

/** A layer's description with every default filled in. */
export type Layer = {
  [Type in keyof Kinds]: z.infer<Kinds[Type]["schema"]> & z.infer<Place>;
}[keyof Kinds];

/** A layer's description, defaults left out. */
export type LayerDescription = {
  [Type in keyof Kinds]: z.input<Kinds[Type]["schema"]> & z.input<Place>;
}[keyof Kinds];

const schemas = Object.values(KINDS).map(({ schema }) => (schema as Kinds["dense"]["schema"]).extend(place));

/** The schema of a layer in JSON. */
export const layerSchema: z.ZodType<Layer, LayerDescription> = z.discriminatedUnion(
  "type",
  schemas as [(typeof schemas)[0]],
) as never;

/** The kind of a layer, typed for whichever kind it is. */
export const kindOf = ({ type }: Layer): LayerKind<Layer> => KINDS[type] as unknown as LayerKind<Layer>;

/** A layer in its network, of whichever kind. */
export type AnyPlan = LayerPlan<Layer>;

/** A layer in a few words: its type, and what its description says besides defaults, such as "conv2d, kernel 5, pool 2". */
export const layerText = ({ name: _name, from: _from, ...layer }: Layer): string => {
  const own: Readonly<Record<string, z.ZodType>> = KINDS[layer.type].schema.shape;
  const parts = Object.entries(layer).flatMap(([key, value]) => {
    if (key === "type" || value === undefined || value === own[key]!.safeParse(undefined).data) return [];
    return [value === true ? key : `${key} ${value}`];
  });
  return [layer.type, ...parts].join(", ");
};

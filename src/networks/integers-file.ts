/** A network in integers as tensors and text of a safetensors file. */
import { z } from "zod";
import { CheckpointError } from "../errors.ts";
import type { StoredTensor } from "../storage/safetensors.ts";
import { fanIn, type IntegerLayer, type IntegerNetwork, LARGEST_WEIGHT } from "./integers.ts";

const PREFIX = "integers.";

const size = z.int().min(1);
const shape = z.tuple([size, size, size]);
const name = z.string();
const windows = {
  name,
  inputShape: shape,
  kernel: z.tuple([size, size]),
  stride: size,
  padding: z.int().min(0),
  unitShape: shape,
};

/** Whether a layer has constants of the synapse law. */
const law = { synapses: z.literal(true).optional() };

/** A layer without its arrays. */
const layerSchema = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("spikes"), ...windows, pool: size, borders: size, ...law }),
  z.strictObject({ type: z.literal("pixels"), ...windows, pool: size, ...law }),
  z.strictObject({ type: z.literal("sign"), ...windows }),
  z.strictObject({ type: z.literal("sum"), name, size, inputShape: shape }),
  z.strictObject({ type: z.literal("readout"), name, inputs: size, terms: size }),
]);

type LayerText = z.infer<typeof layerSchema>;

const schema = z.strictObject({
  name,
  weights: z.enum(Object.keys(LARGEST_WEIGHT) as [keyof typeof LARGEST_WEIGHT]),
  input: shape,
  classes: size,
  layers: z.array(layerSchema).min(1),
});

/** The network as tensors and text. */
export const encodeIntegers = ({
  pixels,
  layers,
  ...rest
}: IntegerNetwork): { readonly tensors: Readonly<Record<string, StoredTensor>>; readonly text: string } => {
  const parts = layers.map(partsOf);
  return {
    tensors: {
      [`${PREFIX}pixels`]: { shape: [pixels.length], data: pixels },
      ...Object.fromEntries(
        parts.flatMap(({ text, arrays }) =>
          Object.entries(arrays).map(([kind, data]) => [
            `${PREFIX}${text.name}.${kind}`,
            { shape: [data.length], data },
          ]),
        ),
      ),
    },
    text: JSON.stringify({ ...rest, layers: parts.map(({ text }) => text) }),
  };
};

const SYNAPSE_KINDS = ["mask", "offset", "drive"] as const;

const synapseName = (kind: string): string => `synapses.${kind}`;

type Arrays = Readonly<Record<string, Int8Array | Int32Array | Uint8Array>>;

/** A layer as text and arrays. */
const partsOf = (layer: IntegerLayer): { readonly text: LayerText; readonly arrays: Arrays } => {
  const { synapses, ...own } = { synapses: undefined, ...layer };
  const entries = [
    ...Object.entries(own),
    ...Object.entries(synapses ?? {}).map(([kind, values]) => [synapseName(kind), values] as const),
  ];
  const isArray = (value: unknown): boolean => ArrayBuffer.isView(value);
  const text = Object.fromEntries(entries.filter(([, value]) => !isArray(value)));
  const borders = layer.type === "spikes" ? { borders: layer.bias.length / layer.unitShape[0] } : {};
  return {
    text: { ...text, ...borders, ...(synapses && { synapses: true }) } as unknown as LayerText,
    arrays: Object.fromEntries(entries.filter(([, value]) => isArray(value))),
  };
};

/** Arrays of a layer: kind of elements, and how many. */
const arraysOf = (
  layer: LayerText,
  classes: number,
): Readonly<Record<string, readonly [ArrayKind, number]>> => {
  if (layer.type === "sum") return {};
  if (layer.type === "readout")
    return {
      weight: [Int8Array, classes * layer.inputs],
      ...constants(["bias", "factor", "shift"], classes),
    };
  const [units, height, width] = layer.unitShape;
  const weight = [Int8Array, units * fanIn(layer)] as const;
  if (layer.type === "sign") return { weight, ...constants(["bias"], units) };
  const own = layer.synapses ? constants(SYNAPSE_KINDS.map(synapseName), units) : {};
  if (layer.type === "pixels") return { weight, ...constants(["bias", "gain"], units), ...own };
  return {
    weight,
    ...constants(["bias", "factor", "shift"], layer.borders * units),
    border: [Uint8Array, height * width],
    ...own,
  };
};

type ArrayKind = typeof Int8Array | typeof Int32Array | typeof Uint8Array;

const constants = (kinds: readonly string[], length: number) =>
  Object.fromEntries(kinds.map((kind) => [kind, [Int32Array, length] as const]));

/** Reads what `encodeIntegers` made. `source`: its file, for errors. Throws CheckpointError for damaged text or arrays. */
export const decodeIntegers = (
  tensors: Readonly<Record<string, StoredTensor>>,
  text: string,
  source: string,
): IntegerNetwork => {
  const refuse = (given: string): never => {
    throw new CheckpointError(`reading the integers of ${source}`, {
      given,
      expected: "a network in integers as `nsm quantize` writes it",
      remedy: "Quantize the run again.",
    });
  };
  const arrayOf = (name: string, Kind: ArrayKind, length: number) => {
    const data = tensors[`${PREFIX}${name}`]?.data;
    return data instanceof Kind && data.length === length
      ? data.slice()
      : refuse(`no ${Kind.name}(${length}) named ${PREFIX}${name}`);
  };
  const parsed = schema.safeParse(parsedJson(text));
  if (!parsed.success) return refuse("damaged text, or that of a later version");
  const { layers, ...rest } = parsed.data;
  return {
    ...rest,
    pixels: arrayOf("pixels", Int32Array, rest.input[0] * 256) as Int32Array,
    layers: layers.map((layer) => {
      const arrays = Object.entries(arraysOf(layer, rest.classes)).map(([kind, [Kind, length]]) => [
        kind,
        arrayOf(`${layer.name}.${kind}`, Kind, length),
      ]);
      const { borders, synapses, ...own } = { borders: 1, synapses: undefined, ...layer };
      const read = withSynapses({ ...own, ...Object.fromEntries(arrays) }, synapses === true);
      if (!isInRange(read, borders)) refuse(`numbers out of their range in ${layer.name}`);
      return read;
    }),
  };
};

/** The layer, with the constants of the synapse law in a place of their own. */
const withSynapses = (arrays: Record<string, unknown>, hasSynapses: boolean): IntegerLayer => {
  if (!hasSynapses) return arrays as unknown as IntegerLayer;
  const synapses = Object.fromEntries(SYNAPSE_KINDS.map((kind) => [kind, arrays[synapseName(kind)]]));
  for (const kind of SYNAPSE_KINDS) delete arrays[synapseName(kind)];
  return { ...arrays, synapses } as unknown as IntegerLayer;
};

/** Whether the constants of a layer are ones that `quantize` makes. */
const isInRange = (layer: IntegerLayer, borders: number): boolean => {
  if (layer.type === "spikes" && layer.border.some((border) => border >= borders)) return false;
  if (layer.type !== "spikes" && layer.type !== "readout") return true;
  const isScaling = (f: number, k: number): boolean =>
    f >= 1 && f <= 4095 && layer.shift[k]! >= 0 && layer.shift[k]! <= 16;
  return layer.factor.every(isScaling);
};

const parsedJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

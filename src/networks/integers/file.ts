/** A network in integers as tensors and text of a safetensors file. Shapes are those of its network (plan.ts). */
import { CheckpointError, ConfigError } from "../../errors.ts";
import type { StoredTensor } from "../../storage/safetensors.ts";
import { PIXEL_VALUES } from "../images.ts";
import type { Network } from "../network.ts";
import {
  fanIn,
  type IntegerLayer,
  type IntegerNetwork,
  LARGEST_WEIGHT,
  largestWeight,
  type WeightWidth,
} from "./integers.ts";
import { hasMasks, integerPlan, type PlannedLayer } from "./plan.ts";
import { isInRange, LARGEST_PIXEL } from "./range.ts";

const PREFIX = "integers.";

type Tensors = Readonly<Record<string, StoredTensor>>;
type Numbers = Int8Array | Int32Array;

/** The network as tensors, and the width of its weights as text. */
export const encodeIntegers = ({
  pixels,
  layers,
  weights,
}: IntegerNetwork): { readonly tensors: Tensors; readonly text: string } => ({
  tensors: Object.fromEntries(
    [
      ["pixels", pixels] as const,
      ...layers.flatMap((layer) =>
        Object.entries(arraysOf(layer)).map(([kind, values]) => [`${layer.name}.${kind}`, values] as const),
      ),
    ].map(([name, data]) => [`${PREFIX}${name}`, { shape: [data.length], data }]),
  ),
  text: weights,
});

/** Arrays of a layer by their names in the file. */
const arraysOf = (layer: IntegerLayer): Readonly<Record<string, Numbers>> => {
  if (layer.type === "sum") return {};
  const { synapses } = { synapses: undefined, ...layer };
  const own = Object.entries(layer).filter(
    (entry): entry is [string, Numbers] => entry[1] instanceof Int8Array || entry[1] instanceof Int32Array,
  );
  const law = Object.entries(synapses ?? {}).map(([kind, values]) => [`${LAW}${kind}`, values] as const);
  return Object.fromEntries([...own, ...law]);
};

const LAW = "synapses.";

type Kind = typeof Int8Array | typeof Int32Array;

/** Arrays that a planned layer needs: kind of numbers, and how many. */
const needed = (layer: PlannedLayer, network: Network): Readonly<Record<string, readonly [Kind, number]>> => {
  if (layer.type === "sum") return {};
  const words = (length: number, kinds: readonly string[]) =>
    Object.fromEntries(kinds.map((kind) => [kind, [Int32Array, length] as const]));
  if (layer.type === "readout") {
    const { classes } = network;
    return {
      weight: [Int8Array, classes * layer.inputs],
      ...words(classes, ["bias", "factor", "shift"]),
    };
  }
  const [units] = layer.unitShape;
  const weight = [Int8Array, units * fanIn(layer)] as const;
  if (layer.type === "sign") return { weight, ...words(units, ["bias"]) };
  const law = hasMasks(network) ? words(units, [`${LAW}mask`, `${LAW}offset`, `${LAW}drive`]) : {};
  if (layer.type === "pixels") return { weight, ...words(units, ["bias", "gain"]), ...law };
  return { weight, ...words(layer.borders * units, ["bias", "factor", "shift"]), ...law };
};

/** Reads what `encodeIntegers` made of a network. `source`: its file, for errors. Throws CheckpointError for anything else. */
export const decodeIntegers = (
  tensors: Tensors,
  text: string,
  network: Network,
  source: string,
): IntegerNetwork => {
  const refuse = (given: string, cause?: unknown): never => {
    throw new CheckpointError(
      `reading the integers of ${source}`,
      {
        given,
        expected: "a network in integers as `nsm quantize` writes it",
        remedy: "Quantize the run again.",
      },
      cause,
    );
  };
  const arrayOf = (name: string, [Kind, length]: readonly [Kind, number]): Numbers => {
    const data = tensors[`${PREFIX}${name}`]?.data;
    return data instanceof Kind && data.length === length
      ? data.slice()
      : refuse(`no ${Kind.name}(${length}) named ${PREFIX}${name}`);
  };
  if (!Object.hasOwn(LARGEST_WEIGHT, text)) return refuse("weights of an unknown width");
  const weights = text as WeightWidth;
  const { name, input, classes } = network;
  const layers = planned(network, refuse).map((layer, k) => {
    const arrays = Object.entries(needed(layer, network)).map(
      ([kind, size]) => [kind, arrayOf(`${layer.name}.${kind}`, size)] as const,
    );
    const read = layerOf(layer, arrays);
    if (!isInRange(read, largestWeight(weights, layer.type, k)))
      refuse(`numbers out of their range in ${layer.name}`);
    return read;
  });
  const pixels = arrayOf("pixels", [Int32Array, input[0] * PIXEL_VALUES]) as Int32Array;
  if (!pixels.every((value) => Math.abs(value) <= LARGEST_PIXEL)) refuse("pixels out of their range");
  return { name, weights, input, classes, pixels, layers };
};

const planned = (network: Network, refuse: (given: string, cause: unknown) => never) => {
  try {
    return integerPlan(network);
  } catch (cause) {
    if (cause instanceof ConfigError) return refuse(cause.message, cause);
    throw cause;
  }
};

/** The layer with its arrays; those of the synapse law in a place of their own. */
const layerOf = (layer: PlannedLayer, arrays: readonly (readonly [string, Numbers])[]): IntegerLayer => {
  const isLaw = ([kind]: readonly [string, Numbers]): boolean => kind.startsWith(LAW);
  const law = arrays.filter(isLaw).map(([kind, values]) => [kind.slice(LAW.length), values] as const);
  const own = arrays.filter((each) => !isLaw(each));
  return {
    ...layer,
    ...Object.fromEntries(own),
    ...(law.length > 0 && { synapses: Object.fromEntries(law) }),
  } as IntegerLayer;
};

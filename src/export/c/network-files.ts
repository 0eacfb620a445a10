/** A network in integers as C: network.h (sizes) and network.c (weights, constants and tables). */
import { SILENCE } from "../../integer/silence.ts";
import { POWERS } from "../../integer/softmax.ts";
import {
  fanIn,
  type IntegerLayer,
  type IntegerNetwork,
  LARGEST_WEIGHT,
  largestWeight,
  type PixelLayer,
  pooledShape,
  type SpikeLayer,
  type SynapseLaw,
  type Windows,
} from "../../networks/integers/integers.ts";
import { sizeOf } from "../../tensor/tensor.ts";

/** A layer as c/nsm.h describes it. */
interface CLayer {
  readonly type: "NSM_SPIKES" | "NSM_PIXELS" | "NSM_SIGN" | "NSM_SUM" | "NSM_READOUT";
  readonly windows: Windows;
  readonly pool: number;
  /** [units][rows][columns][channels] */
  readonly weight?: Int8Array;
  /** Weights of fewer than 8 bits, in place of `weight`. */
  readonly packed?: Uint32Array;
  /** Bits of a weight: 8, or those of packed ones. */
  readonly bits?: number;
  readonly bias?: ArrayLike<number>;
  readonly factor?: ArrayLike<number>;
  readonly shift?: ArrayLike<number>;
  readonly border?: ArrayLike<number>;
  readonly gain?: ArrayLike<number>;
  readonly rootBits?: number;
  /** Constants of the synapse law; absent where the network has none. */
  readonly synapses?: SynapseLaw | undefined;
}

/** network.h and network.c. */
export const networkFiles = (network: IntegerNetwork): Readonly<Record<string, string>> => {
  const layers = network.layers.map((layer, k) =>
    cLayer(layer, network.layers[k - 1], PACKINGS[largestWeight(network.weights, layer.type, k)]),
  );
  return { "network.h": headerOf(network, layers), "network.c": sourceOf(network, layers) };
};

/** Units of what a layer puts out, [units, height, width]. */
const outputOf = ({ windows: { unitShape }, pool }: CLayer) => pooledShape(unitShape, pool);

const cLayer = (
  layer: IntegerLayer,
  before: IntegerLayer | undefined,
  packing: Packing | undefined,
): CLayer => {
  if (layer.type === "sum") return sumLayer(layer);
  if (layer.type === "readout") return readoutLayer(layer, shapeOf(before!));
  const weight = channelsInnermost(layer.weight, layer);
  const common = { windows: layer, weight };
  if (layer.type === "sign") return { type: "NSM_SIGN", pool: 1, ...common, bias: layer.bias };
  const { pool, synapses } = layer;
  if (layer.type === "pixels")
    return { type: "NSM_PIXELS", pool, ...common, ...pixelConstants(layer), synapses };
  const { factor, shift, border } = layer;
  return {
    ...{ type: "NSM_SPIKES", pool, windows: layer, factor, shift, synapses },
    ...(packing && bytesOf(packing, layer) <= fanIn(layer)
      ? packedWeights(layer, weight, packing)
      : { weight, bias: biasesOf(layer, weight, () => true) }),
    ...(layer.borders > 1 && { border }),
  };
};

const pixelConstants = ({ bias, gain, rootBits }: PixelLayer) => ({ bias, gain, rootBits });

/** The sum of each unit's weights at the taps that count. */
const sumsOf = (
  windows: Windows,
  weight: Int8Array,
  counts: (tap: number) => boolean = () => true,
): readonly number[] => {
  const length = fanIn(windows);
  return Array.from({ length: windows.unitShape[0] }, (_, unit) =>
    weight
      .subarray(unit * length, (unit + 1) * length)
      .reduce((sum, q, tap) => (counts(tap) ? sum + q : sum), 0),
  );
};

/**
 * Biases [borders, units] for inputs that are 1 above what they stand for, at the taps that count at a location: bytes are also
 * in the padding.
 */
const biasesOf = (
  layer: SpikeLayer,
  weight: Int8Array,
  counts: (location: number, tap: number) => boolean,
): Int32Array => {
  const units = layer.unitShape[0];
  const biases = layer.bias.slice();
  for (let border = 0; border < layer.borders; border++) {
    // All locations of a border have the same taps in the padding.
    const location = layer.border.indexOf(border);
    const sums = sumsOf(layer, weight, (tap) => counts(location, tap));
    for (const [unit, sum] of sums.entries()) biases[border * units + unit]! -= sum;
  }
  return biases;
};

const sumLayer = ({ size, inputShape }: Extract<IntegerLayer, { type: "sum" }>): CLayer => {
  const [channels, height, width] = inputShape;
  const unitShape = [channels, Math.floor(height / size), Math.floor(width / size)] as const;
  return {
    type: "NSM_SUM",
    windows: { inputShape, kernel: [size, size], stride: size, padding: 0, unitShape },
    pool: 1,
  };
};

/** Shape of what a layer puts out. */
const shapeOf = (layer: IntegerLayer): Windows["inputShape"] => {
  const { windows, pool } =
    layer.type === "sum"
      ? sumLayer(layer)
      : { windows: layer as Windows, pool: "pool" in layer ? layer.pool : 1 };
  return pooledShape(windows.unitShape, pool) as unknown as Windows["inputShape"];
};

const readoutLayer = (
  { weight, bias, factor, shift, terms }: Extract<IntegerLayer, { type: "readout" }>,
  inputShape: Windows["inputShape"],
): CLayer => {
  const [, height, width] = inputShape;
  const windows: Windows = {
    ...{ inputShape, kernel: [height, width], stride: 1, padding: 0 },
    unitShape: [bias.length, 1, 1],
  };
  const own = channelsInnermost(weight, windows);
  const sums = sumsOf(windows, own);
  return {
    ...{ type: "NSM_READOUT", windows, pool: 1, weight: own, factor, shift },
    bias: bias.map((b, k) => b - terms * sums[k]!),
  };
};

/** Weights [units, channels, rows, columns] as [units, rows, columns, channels]. */
const channelsInnermost = (
  weight: Int8Array,
  { inputShape: [channels], kernel: [rows, columns] }: Windows,
): Int8Array => {
  const taps = rows * columns;
  return Int8Array.from({ length: weight.length }, (_, k) => {
    const [channel, tap] = [k % channels, Math.floor(k / channels) % taps];
    const unit = Math.floor(k / (channels * taps));
    return weight[(unit * channels + channel) * taps + tap]!;
  });
};

/** Bits of a weight, and what is added to it. */
interface Packing {
  readonly bits: number;
  readonly zero: number;
}

/** Packings by the largest magnitude of the weights. */
const PACKINGS: Readonly<Record<number, Packing>> = {
  [LARGEST_WEIGHT.int4]: { bits: 4, zero: 8 },
  [LARGEST_WEIGHT.ternary]: { bits: 2, zero: 1 },
};

/** Bits of a word. */
const WORD = 32;

/** Words of one bit of each of a unit's weights. */
const wordsOf = (windows: Windows): number => Math.ceil(fanIn(windows) / WORD);

/** Bytes of a unit's weights in planes. */
const bytesOf = ({ bits }: Packing, windows: Windows): number => (bits * WORD * wordsOf(windows)) / 8;

/** Weights as c/nsm.h packs them, in planes of bits, and biases for spikes that are bits: 0 in the padding. */
const packedWeights = (layer: SpikeLayer, weight: Int8Array, { bits, zero }: Packing) => {
  const [length, words] = [fanIn(layer), wordsOf(layer)];
  const packed = new Uint32Array(layer.unitShape[0] * bits * words);
  for (const [at, q] of weight.entries()) {
    const [unit, j] = [Math.floor(at / length), at % length];
    for (let plane = 0; plane < bits; plane++)
      packed[(unit * bits + plane) * words + Math.floor(j / WORD)]! |=
        (((q + zero) >> plane) & 1) << (j % WORD);
  }
  const {
    inputShape: [channels, height, width],
    kernel: [, columns],
    unitShape: [, , across],
    stride,
    padding,
  } = layer;
  const isInside = (location: number, tap: number): boolean => {
    const place = Math.floor(tap / channels);
    const y = Math.floor(location / across) * stride + Math.floor(place / columns) - padding;
    const x = (location % across) * stride + (place % columns) - padding;
    return y >= 0 && y < height && x >= 0 && x < width;
  };
  return { packed, bits, bias: biasesOf(layer, weight, isInside) };
};

/** Elements of a layer's output with the padding of the next layer. */
const paddedSize = (layers: readonly CLayer[], k: number): number => {
  const [units, height, width] = outputOf(layers[k]!) as [number, number, number];
  const padding = layers[k + 1]?.windows.padding ?? 0;
  return units * (height + 2 * padding) * (width + 2 * padding);
};

/** Sizes of the static memory, in elements. */
const sizesOf = ({ input: [channels, height, width] }: IntegerNetwork, layers: readonly CLayer[]) => {
  const first = layers.findIndex(({ type }) => type === "NSM_SPIKES" || type === "NSM_PIXELS");
  const padding = layers[0]!.windows.padding;
  const pixels = channels * (height + 2 * padding) * (width + 2 * padding);
  const onBytes = layers.filter(({ type }) => type === "NSM_SPIKES");
  const spikes = layers.slice(0, -1).map((_, k) => paddedSize(layers, k));
  return {
    ...{ LAYERS: layers.length, FIRST: first, CHANNELS: channels, HEIGHT: height, WIDTH: width },
    CLASSES: layers.at(-1)!.windows.unitShape[0],
    SHARED: sizeOf(outputOf(layers[first]!)),
    BYTES: Math.max(layers[0]!.type === "NSM_SPIKES" ? pixels : 0, ...spikes),
    WINDOWS: Math.max(1, ...onBytes.map(({ windows, pool }) => pool ** 2 * fanIn(windows))),
    PACKED: Math.max(
      1,
      ...onBytes.map((layer) => (layer.packed ? layer.pool ** 2 * wordsOf(layer.windows) : 0)),
    ),
    PLACES: Math.max(1, ...onBytes.map(({ pool }) => pool ** 2)),
    UNITS: Math.max(...layers.map(({ windows }) => windows.unitShape[0])),
    PIXELS_PADDED: pixels,
  };
};

/** The name as a comment takes it. */
const nameOf = ({ name }: IntegerNetwork): string => name.replace(/[^\w .-]/g, "_");

/** Bytes of the generator's state. */
const RANDOM_BYTES = 20;

const headerOf = (network: IntegerNetwork, layers: readonly CLayer[]): string => {
  const sizes = sizesOf(network, layers);
  const { SHARED, BYTES, WINDOWS, PACKED, PIXELS_PADDED } = sizes;
  const memory = 2 * SHARED + 2 * BYTES + WINDOWS + 4 * PACKED + 2 * PIXELS_PADDED + RANDOM_BYTES;
  return [
    `/* ${nameOf(network)}, weights ${network.weights}: sizes. Made by nsm export. SPDX-License-Identifier: MIT */`,
    "#ifndef NSM_NETWORK_H",
    "#define NSM_NETWORK_H",
    "",
    ...Object.entries(sizes).map(([name, size]) => `#define NSM_${name} ${size}`),
    "",
    "/* Bytes of the static arrays in nsm.c. */",
    `#define NSM_MEMORY ${memory}u`,
    "",
    "#endif",
    "",
  ].join("\n");
};

const sourceOf = (network: IntegerNetwork, layers: readonly CLayer[]): string =>
  [
    `/* ${nameOf(network)}, weights ${network.weights}. Made by nsm export. SPDX-License-Identifier: MIT */`,
    '#include "nsm.h"',
    "",
    "#include <stddef.h>",
    "",
    "extern const uint16_t nsm_silence[256];",
    "extern const uint32_t nsm_powers[1024];",
    "",
    array("const uint16_t nsm_silence[256]", SILENCE),
    array("const uint32_t nsm_powers[1024]", POWERS, "u"),
    pixelValues(network),
    ...layers.flatMap((layer, k) => arraysOf(layer, k)),
    "#ifdef NSM_SYNAPSES",
    ...synapseArrays(layers),
    "#else",
    "#define SYNAPSES(k)",
    "#endif",
    "",
    `const nsm_layer nsm_layers[NSM_LAYERS] = {`,
    ...layers.map(rowOf),
    "};",
    "",
  ].join("\n");

/** Numbers in a line. */
const IN_LINE = 20;

const lines = (values: ArrayLike<number>, ending: string): string[] =>
  Array.from({ length: Math.ceil(values.length / IN_LINE) }, (_, row) =>
    Array.from(
      { length: Math.min(IN_LINE, values.length - row * IN_LINE) },
      (_, k) => `${values[row * IN_LINE + k]}${ending}`,
    ).join(","),
  );

const array = (declaration: string, values: ArrayLike<number>, ending = ""): string =>
  `${declaration} = {\n${lines(values, ending).join(",\n")}};\n`;

const pixelValues = ({ pixels, input: [channels] }: IntegerNetwork): string =>
  [
    "const int16_t nsm_pixel_values[NSM_CHANNELS][256] = {",
    ...Array.from(
      { length: channels },
      (_, c) => `{${lines(pixels.subarray(c * 256, (c + 1) * 256), "").join(",\n")}},`,
    ),
    "};",
    "",
  ].join("\n");

/** C types of a layer's arrays. */
const ARRAYS = {
  weight: "int8_t",
  packed: "uint32_t",
  bias: "int32_t",
  factor: "uint16_t",
  shift: "uint8_t",
  border: "uint16_t",
  gain: "int32_t",
} as const;

const ARRAY_NAMES = Object.keys(ARRAYS) as (keyof typeof ARRAYS)[];

const arraysOf = (layer: CLayer, k: number): string[] =>
  ARRAY_NAMES.flatMap((name) => {
    const values = layer[name];
    const ending = name === "packed" ? "u" : "";
    return values
      ? [array(`static const ${ARRAYS[name]} ${name}_${k}[${values.length}]`, values, ending)]
      : [];
  });

/** Constants of the synapse law, and what puts those of layer k into its row. */
const synapseArrays = (layers: readonly CLayer[]): readonly string[] => {
  const drawing = layers.filter(({ type }) => type === "NSM_SPIKES" || type === "NSM_PIXELS");
  if (drawing.some(({ synapses }) => !synapses))
    return ['#error "the noise of this network is not Bernoulli with p = 1/2"'];
  return [
    ...layers.flatMap(({ synapses }, k) =>
      synapses
        ? [
            array(`static const int32_t mask_${k}[${synapses.mask.length}]`, synapses.mask),
            array(`static const int32_t offset_${k}[${synapses.offset.length}]`, synapses.offset),
            array(`static const int32_t drive_${k}[${synapses.drive.length}]`, synapses.drive),
          ]
        : [`#define mask_${k} NULL`, `#define offset_${k} NULL`, `#define drive_${k} NULL`],
    ),
    "#define SYNAPSES(k) , mask_##k, offset_##k, drive_##k",
  ];
};

const rowOf = (layer: CLayer, k: number): string => {
  const { inputShape, kernel, stride, padding, unitShape } = layer.windows;
  const pointers = ARRAY_NAMES.map((name) => (layer[name] ? `${name}_${k}` : "NULL"));
  const numbers = [
    layer.rootBits ?? 0,
    layer.bits ?? 8,
    layer.pool,
    stride,
    padding,
    ...inputShape,
    ...kernel,
    ...unitShape,
  ];
  return `    {${[layer.type, ...numbers, ...pointers].join(", ")} SYNAPSES(${k})},`;
};

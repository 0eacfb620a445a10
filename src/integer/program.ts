/**
 * The programs of a network in integers: what `reference.ts` computes, by ONNX Runtime, to the same integers. Spikes are
 * bytes 0 and 2 with the zero point 1; a padded place is 1. float32 and float64 hold only whole numbers that they hold exactly.
 */

import {
  fanIn,
  type IntegerLayer,
  type IntegerNetwork,
  type PixelLayer,
  pooledShape,
  type ReadoutLayer,
  type SignLayer,
  type SpikeLayer,
  type SumLayer,
  type Windows,
} from "../networks/integers/integers.ts";
import { uniformName } from "../networks/noise-inputs.ts";
import { sum } from "../tensor/broadcast.ts";
import { multiply, subtract } from "../tensor/elementwise.ts";
import {
  byteProduct,
  clamped,
  exactDifference,
  exactMatrixProduct,
  exactProduct,
  exactQuotient,
  exactRoot,
  exactSum,
  floor,
  lookUp,
  paddedBytes,
  REQUANTIZED_ZERO,
  requantizedProduct,
} from "../tensor/exact.ts";
import { concat, equalParts, part, reshape, slice, transpose } from "../tensor/layout.ts";
import { max } from "../tensor/reduce.ts";
import { cast, equal, greater, greaterEqual, where } from "../tensor/select.ts";
import { take } from "../tensor/take.ts";
import { constant, input, type Shape, type Tensor, type TensorsByName } from "../tensor/tensor.ts";
import { windowRows } from "../tensor/windows.ts";
import { GAIN_BITS } from "./gain-bits.ts";
import { LEAST_INDEX, MOST_INDEX, SILENCE, SILENCE_BITS } from "./silence.ts";
import { MOST_OCTAVES, OCTAVE, POWERS, PROBABILITY_BITS } from "./softmax.ts";

/** The stochastic layers of a network; others have no noise. */
const drawingLayers = ({ layers }: IntegerNetwork): readonly (SpikeLayer | PixelLayer)[] =>
  layers.filter((layer) => layer.type === "spikes" || layer.type === "pixels");

const firstDrawing = ({ layers }: IntegerNetwork): number =>
  layers.findIndex(({ type }) => type === "spikes" || type === "pixels");

/** Shape of a layer's spikes for one image. */
const drawnShapeOf = ({ unitShape, pool }: SpikeLayer | PixelLayer): Shape => pooledShape(unitShape, pool);

/** Shape of what `sharedByIntegerPasses` gives of one image. */
export const sharedShape = (network: IntegerNetwork): Shape => drawnShapeOf(drawingLayers(network)[0]!);

/** Noise inputs of a batch, as those of the network that was quantised. */
export const integerNoise = (network: IntegerNetwork, batch: number): TensorsByName =>
  Object.fromEntries(
    drawingLayers(network).map((layer) => {
      const name = uniformName(layer);
      return [name, input(name, [batch, ...drawnShapeOf(layer)])];
    }),
  );

/**
 * What all passes of images share: firing of the first stochastic layer, 1 - Q / 2^14, float32 [batch, units, height, width],
 * from the integers of the pixels, float32 [batch, channels, height, width].
 */
export const sharedByIntegerPasses = (network: IntegerNetwork, pixels: Tensor): Tensor => {
  const first = firstDrawing(network);
  const isSpikes = network.layers[0]!.type === "spikes";
  const before = network.layers.slice(0, first).reduce(deterministic, isSpikes ? bytesOf(pixels) : pixels);
  return firing(network.layers[first] as SpikeLayer | PixelLayer, before);
};

/** Logits of a pass in units of 2^-10 octaves, float64 [batch, classes], given the output of `sharedByIntegerPasses`. */
export const integerLogits = (network: IntegerNetwork, shared: Tensor, noise: TensorsByName): Tensor => {
  const first = firstDrawing(network);
  const draw = (m: Tensor, layer: IntegerLayer): Tensor => spikes(m, noise[uniformName(layer)]!);
  const drawn = draw(shared, network.layers[first]!);
  return network.layers
    .slice(first + 1)
    .reduce(
      (z, layer) => (layer.type === "spikes" ? draw(firing(layer, z), layer) : deterministic(z, layer)),
      drawn,
    );
};

/** Softmax of softmax.ts: probabilities in units of 2^-24, as float32 of [0, 1]. */
export const integerProbabilities = (logits: Tensor): Tensor => {
  const shape = logits.shape;
  const distance = exactDifference(reshape(max(logits, [1]), [shape[0]!, 1]), logits);
  const octaves = floor(exactProduct(distance, 1 / OCTAVE));
  const fraction = cast(exactDifference(distance, exactProduct(octaves, OCTAVE)), "int32");
  const halvings = cast(clamped(octaves, 0, MOST_OCTAVES), "int32");
  const table = Float64Array.from({ length: MOST_OCTAVES + 1 }, (_, k) => 2 ** -k);
  const powers = floor(
    exactProduct(
      lookUp(constant(Float64Array.from(POWERS), [OCTAVE]), fraction),
      lookUp(constant(table, [table.length]), halvings),
    ),
  );
  const total = exactMatrixProduct(powers, constant(new Float64Array(shape[1]!).fill(1), [shape[1]!, 1]));
  const steps = floor(exactQuotient(exactProduct(powers, 2 ** PROBABILITY_BITS), total));
  return cast(exactProduct(steps, 2 ** -PROBABILITY_BITS), "float32");
};

/** Spikes -1 and +1 as bytes 0 and 2. */
const bytesOf = (spikes: Tensor): Tensor => bytesWhere(greater(spikes, 0));

const byte = (value: number): Tensor => constant(Uint8Array.of(value), []);

const bytesWhere = (isFiring: Tensor): Tensor => where(isFiring, byte(2), byte(0));

/**
 * A unit or window fires if its random number is at least its silence; see `randomBits`. Selection is slow along axes of
 * size 1, hence the flat shape.
 */
const spikes = (m: Tensor, uniform: Tensor): Tensor => {
  const flat = (x: Tensor): Tensor => reshape(x, [m.shape[0]!, -1]);
  return reshape(bytesWhere(greater(flat(m), flat(uniform))), m.shape);
};

const deterministic = (z: Tensor, layer: IntegerLayer): Tensor => {
  switch (layer.type) {
    case "sign":
      return signs(layer, z);
    case "sum":
      return sums(layer, z);
    case "readout":
      return logits(layer, z);
    default:
      throw new TypeError(`${layer.name} is stochastic`);
  }
};

/** Locations of a layer's units in pooling order: the first unit of every window, then the second, .. */
const poolingOrder = ([, height, width]: Shape, pool: number): readonly number[] => {
  const [down, across] = [Math.floor(height! / pool), Math.floor(width! / pool)];
  return Array.from({ length: pool ** 2 * down * across }, (_, k) => {
    const [place, window] = [Math.floor(k / (down * across)), k % (down * across)];
    const [i, j] = [Math.floor(window / across), window % across];
    return (i * pool + Math.floor(place / pool)) * width! + j * pool + (place % pool);
  });
};

/** Weights [units, channels, rows, columns] as the matrix [rows x columns x channels, units]. */
const columnsOf = ({
  weight,
  kernel,
  inputShape: [channels],
  unitShape: [units],
}: Windows & { weight: Int8Array }) => {
  const taps = kernel[0] * kernel[1];
  return Int8Array.from({ length: weight.length }, (_, k) => {
    const [row, unit] = [Math.floor(k / units), k % units];
    const [tap, channel] = [Math.floor(row / channels), row % channels];
    return weight[(unit * channels + channel) * taps + tap]!;
  });
};

/** 1 - Q / 2^14 of the units or windows of a layer, float32 [batch, units, height, width]. */
const firing = (layer: SpikeLayer | PixelLayer, z: Tensor): Tensor => {
  const [units, down, across] = drawnShapeOf(layer) as [number, number, number];
  const order = poolingOrder(layer.unitShape, layer.pool);
  const indices = layer.type === "spikes" ? spikeIndices(layer, z, order) : pixelIndices(layer, z, order);
  const m = layer.pool === 1 ? lookUp(FIRING, indices) : firingOf(windowSilence(indices, layer.pool ** 2));
  return reshape(down * across === 1 ? m : transpose(m, [0, 2, 1]), [z.shape[0]!, units, down, across]);
};

/** Silence of windows from the i + 128 of their units: [batch, units of a window * windows, units] to [batch, windows, units]. */
const windowSilence = (indices: Tensor, places: number): Tensor => {
  const [first, ...others] = equalParts(indices, 1, places);
  return others.reduce(
    (silence, each) => exactQuotient(exactProduct(silence, lookUp(ONE_MORE, each)), 2 ** SILENCE_BITS),
    lookUp(constant(SILENCE, [SILENCE.length]), first!),
  );
};

/** Q + 1 of i = -128 .. 127, the second factor of `bothSilent`. */
const ONE_MORE = constant(
  SILENCE.map((q) => q + 1),
  [SILENCE.length],
);

/** 1 - Q / 2^14, which float32 holds exactly. */
const firingOf = (silence: Tensor): Tensor =>
  subtract(1, multiply(2 ** (1 - SILENCE_BITS), cast(silence, "float32")));

/** 1 - Q / 2^14 of i = -128 .. 127. */
const FIRING = constant(
  Float32Array.from(SILENCE, (q) => 1 - 2 ** (1 - SILENCE_BITS) * q),
  [SILENCE.length],
);

/** i + 128 of a layer on spikes, int32 [batch, locations, units], locations as `order` says. */
const spikeIndices = (layer: SpikeLayer, z: Tensor, order: readonly number[]): Tensor => {
  const batch = z.shape[0]!;
  const units = layer.unitShape[0];
  const borders = layer.bias.length / units;
  const rowsAt = windowsOfBytes(layer, z);
  const weight = constant(columnsOf(layer), [fanIn(layer), units]);
  const indicesAt = (locations: readonly number[], border: number): Tensor => {
    const own = (values: Int32Array): Int32Array => values.slice(border * units, (border + 1) * units);
    const scale = Float32Array.from(own(layer.factor), (f, k) => f / 2 ** own(layer.shift)[k]!);
    const product = requantizedProduct(rowsAt(locations), weight, 1, {
      bias: constant(own(layer.bias), [units]),
      scale: constant(scale, [units]),
    });
    return reshape(product, [batch, locations.length, units]);
  };
  const groups = Array.from({ length: borders }, (_, k) =>
    order.filter((location) => layer.border[location] === k),
  );
  const found = concat(
    groups.flatMap((locations, border) => (locations.length === 0 ? [] : [indicesAt(locations, border)])),
    1,
  );
  if (borders === 1) return cast(found, "int32");
  const at = new Map(groups.flat().map((location, k) => [location, k]));
  return cast(
    take(
      found,
      1,
      order.map((location) => at.get(location)!),
    ),
    "int32",
  );
};

/** Windows of spikes at locations as rows of a matrix: [batch x locations, rows x columns x channels]. */
const windowsOfBytes = (layer: Windows, z: Tensor): ((locations: readonly number[]) => Tensor) => {
  const { inputShape, kernel, stride, padding, unitShape } = layer;
  const [channels] = inputShape;
  const batch = z.shape[0]!;
  const isWhole = kernel[0] === inputShape[1] && kernel[1] === inputShape[2] && padding === 0;
  if (isWhole) {
    const image = reshape(z, [batch, channels, -1]);
    return () => reshape(kernel[0] * kernel[1] === 1 ? image : transpose(image, [0, 2, 1]), [batch, -1]);
  }
  const pixels = transpose(reshape(z, [batch, ...inputShape]), [0, 2, 3, 1]);
  const image = paddedBytes(pixels, padding, 1);
  const width = unitShape[2];
  const reach = (width - 1) * stride + 1;
  // Neighbours in a row are joined first: fewer and longer runs remain to be gathered.
  const joined = concat(
    Array.from({ length: kernel[1] }, (_, b) =>
      slice(image, [0, 0, b, 0], [batch, image.shape[1]!, b + reach, channels], [1, 1, stride, 1]),
    ),
    3,
  );
  const runs = reshape(joined, [batch, -1, kernel[1] * channels]);
  return (locations) => {
    const places = locations.flatMap((location) =>
      Array.from(
        { length: kernel[0] },
        (_, a) => (Math.floor(location / width) * stride + a) * width + (location % width),
      ),
    );
    return reshape(take(runs, 1, places), [batch * locations.length, fanIn(layer)]);
  };
};

/** i + 128 of a layer on pixels, int32 [batch, locations, units]. */
const pixelIndices = (layer: PixelLayer, e: Tensor, order: readonly number[]): Tensor => {
  const units = layer.unitShape[0];
  const rows = pixelRows(layer, e, order);
  const columns = Float64Array.from(columnsOf(layer));
  const matrix = (values: Float64Array): Tensor => constant(values, [fanIn(layer), units]);
  const ofUnits = (values: Int32Array): Tensor => constant(Float64Array.from(values), [units]);
  const total = exactMatrixProduct(rows, matrix(columns));
  const power = exactMatrixProduct(exactProduct(rows, rows), matrix(columns.map((q) => q * q)));
  const root = exactProduct(
    floor(exactRoot(exactProduct(power, 4 ** layer.rootBits))),
    2 ** (GAIN_BITS - layer.rootBits),
  );
  const mean = exactProduct(exactSum(total, ofUnits(layer.bias)), ofUnits(layer.gain));
  const doubled = exactProduct(root, 2);
  const isDark = equal(root, constant(Float64Array.of(0), []));
  const double = (value: number): Tensor => constant(Float64Array.of(value), []);
  const dark = where(greaterEqual(mean, double(0)), double(MOST_INDEX), double(LEAST_INDEX));
  const index = floor(
    exactQuotient(exactSum(exactProduct(mean, 2), root), where(isDark, double(1), doubled)),
  );
  const shifted = exactSum(clamped(where(isDark, dark, index), LEAST_INDEX, MOST_INDEX), REQUANTIZED_ZERO);
  return reshape(cast(shifted, "int32"), [e.shape[0]!, order.length, units]);
};

/** Windows of pixels as rows of whole numbers in float64. */
const pixelRows = (layer: Windows, e: Tensor, order: readonly number[]): Tensor => {
  const { inputShape, kernel, stride, padding } = layer;
  const geometry = {
    ...{ strides: [stride, stride] as const, pads: [padding, padding, padding, padding] as const },
    ...{ dilations: [1, 1] as const, groups: 1 },
  };
  const image = reshape(e, [e.shape[0]!, ...inputShape]);
  return cast(windowRows(image, kernel, geometry, order), "float64");
};

const signs = (layer: SignLayer, z: Tensor): Tensor => {
  const [units, height, width] = layer.unitShape;
  const order = Array.from({ length: height * width }, (_, k) => k);
  const rows = pixelRows(layer, z, order);
  const total = exactMatrixProduct(
    rows,
    constant(Float64Array.from(columnsOf(layer)), [fanIn(layer), units]),
  );
  const fires = greaterEqual(
    total,
    constant(
      Float64Array.from(layer.bias, (b) => -b),
      [units],
    ),
  );
  return reshape(transpose(reshape(bytesWhere(fires), [z.shape[0]!, -1, units]), [0, 2, 1]), [
    z.shape[0]!,
    ...layer.unitShape,
  ]);
};

/** Sums of bytes over windows, as bytes. */
const sums = ({ size, inputShape: [channels, height, width] }: SumLayer, z: Tensor): Tensor => {
  const batch = z.shape[0]!;
  const [down, across] = [Math.floor(height / size), Math.floor(width / size)];
  const image = reshape(z, [batch, channels, height, width]);
  const whole = part(part(image, 2, 0, down * size), 3, 0, across * size);
  const windows = reshape(cast(whole, "int32"), [batch, channels, down, size, across, size]);
  return cast(sum(windows, [3, 5]), "uint8");
};

/** floor((S + B) F 2^-s + 1/2) of the classes, float64 [batch, classes]. */
const logits = ({ weight, bias, factor, shift, inputs, terms }: ReadoutLayer, z: Tensor): Tensor => {
  const classes = bias.length;
  const columns = Int8Array.from(
    { length: weight.length },
    (_, k) => weight[(k % classes) * inputs + Math.floor(k / classes)]!,
  );
  const total = byteProduct(reshape(z, [z.shape[0]!, inputs]), constant(columns, [inputs, classes]), terms);
  const slope = Float64Array.from(factor, (f, k) => f / 2 ** shift[k]!);
  const sum = cast(exactSum(total, constant(bias, [classes])), "float64");
  return floor(exactSum(exactProduct(sum, constant(slope, [classes])), 0.5));
};

/** A trained network in integers: see network.ts. */
import { ConfigError } from "../errors.ts";
import { grouped } from "../grouped.ts";
import { encodingTable } from "../networks/images.ts";
import {
  fanIn,
  type IntegerLayer,
  type IntegerNetwork,
  LARGEST_WEIGHT,
  type PixelLayer,
  type ReadoutLayer,
  type SignLayer,
  type SpikeLayer,
  type WeightWidth,
  type Windows,
} from "../networks/integers.ts";
import type { LayerPlan } from "../networks/layers/kind.ts";
import type { AnyPlan } from "../networks/layers/kinds.ts";
import { isCentred, isStochastic, poolOf, populationOf } from "../networks/layers/neuron-options.ts";
import { checkModel, type Model } from "../networks/model.ts";
import type { Network } from "../networks/network.ts";
import { INPUT } from "../networks/order.ts";
import { planOf } from "../networks/plan.ts";
import { EPSILON } from "../nn/batch-norm.ts";
import { noiseVariance } from "../nn/noise/noise.ts";
import { bordersOf } from "./borders.ts";
import { GAIN_BITS } from "./gain-bits.ts";
import { LEAST_SLOPE, scalingFor } from "./scaling.ts";
import { MOST_INDEX, STEPS } from "./silence.ts";
import { OCTAVE } from "./softmax.ts";
import { nearestIntegers, type RoundedWeights } from "./weights.ts";

/** Largest magnitude of weights that are not squeezed into fewer bits: those on pixels, and the readout's. */
const BYTE = LARGEST_WEIGHT.int8;

/** Integer of a pixel value of 1, or of one standard deviation. */
const PIXEL_STEPS = { real: 255, standard: 256, sign: 1 } as const;

/** Most spikes that are added before the readout: sums and their offset fit a byte. */
const MOST_TERMS = 127;

/**
 * The network in integers. Weights of stochastic neurons on spikes get the bits of `weights`; those on real pixels and of the
 * readout have 8. Throws ConfigError, naming the layer, for what integers cannot do, and for sums that exceed 32 bits.
 */
export const integersOf = (model: Model, weights: WeightWidth): IntegerNetwork => {
  const { network } = checkModel(model);
  refuseNetwork(network);
  const plans = planOf(network);
  const quantizer: Quantizer = { ...model, largest: LARGEST_WEIGHT[weights] };
  return {
    ...{ name: network.name, weights, input: network.input, classes: network.classes },
    pixels: pixelIntegers(network),
    layers: plans.map((plan, k) =>
      layerOf(k === 0 ? { ...quantizer, largest: BYTE } : quantizer, plan, plans[k - 1]),
    ),
  };
};

/**
 * The model computed in integers, for predictors, `evaluate` and the exports: its weights rounded to 8 bits, to 4, or to -1, 0
 * and +1. The calibration stays behind. Throws as `integersOf`.
 */
export const quantize = (
  model: Model,
  weights: WeightWidth,
): Model & { readonly integers: IntegerNetwork } => {
  const { network, parameters } = model;
  return { network, parameters, integers: integersOf(model, weights) };
};

interface Quantizer extends Model {
  readonly largest: number;
}

const refuse = (network: Network, layer: string | undefined, given: string, remedy: string): never => {
  const place = layer === undefined ? "" : `, ${layer}`;
  throw new ConfigError(`integers of network ${network.name}${place}`, {
    given,
    expected:
      "a chain of stochastic neurons without populations, one layer of sign neurons before them, average pooling after them, and the readout",
    remedy,
  });
};

const refuseNetwork = (network: Network): void => {
  const plans = planOf(network);
  const branch = plans.find(
    ({ inputs }, k) => inputs.length !== 1 || inputs[0] !== (plans[k - 1]?.name ?? "input"),
  );
  if (branch)
    refuse(network, branch.name, `inputs ${branch.inputs.join(" and ")}`, "Use a network without branches.");
  if (!plans.some(isStochastic))
    refuse(network, undefined, "no stochastic neurons", "Use a network that samples.");
};

const pixelIntegers = (network: Network): Int32Array =>
  Int32Array.from(encodingTable(network), (e) => Math.round(e * PIXEL_STEPS[network.encoding]));

const layerOf = (quantizer: Quantizer, plan: AnyPlan, before: AnyPlan | undefined): IntegerLayer => {
  const { network } = quantizer;
  const { layer, name } = plan;
  if (layer.type === "averagePool") return sumLayer(quantizer, plan, layer.size);
  if (layer.type === "readout") return readoutLayer(quantizer, plan, before);
  if (layer.type !== "conv2d" && layer.type !== "dense")
    return refuse(network, name, `a layer of type ${layer.type}`, "Use another layer.");
  if (isStochastic(plan)) return neuronLayer(quantizer, plan);
  if (plan.neuron === "sign" && plan.inputs[0] === INPUT) return signLayer(quantizer, plan);
  return refuse(network, name, `${plan.neuron ?? "no"} neurons`, "Use stochastic neurons.");
};

/** Geometry of a layer; a dense one is a convolution whose window is its input. */
const windowsOf = ({ layer, inputShape, unitShape }: AnyPlan): Windows => {
  const [channels = 1, height = 1, width = 1] = inputShape as [number?, number?, number?];
  const input = [channels, height, width] as const;
  if (layer.type !== "conv2d")
    return {
      inputShape: input,
      kernel: [height, width],
      stride: 1,
      padding: 0,
      unitShape: [unitShape[0]!, 1, 1],
    };
  const { kernel, stride, padding } = layer;
  return {
    ...{ inputShape: input, kernel: [kernel, kernel], stride, padding },
    unitShape: unitShape as unknown as Windows["unitShape"],
  };
};

/** A layer's parameters of one kind. */
const valuesOf = ({ parameters }: Model, { name }: LayerPlan, kind: string): Float32Array =>
  parameters[`${name}.${kind}`]!;

/** Weights of one unit. */
const rowOf = (values: Float32Array, unit: number, length: number): Float32Array =>
  values.subarray(unit * length, (unit + 1) * length);

/** Potential of a unit: v = (gain w.z + shift) / ||w||. */
interface Unit {
  readonly weights: Float32Array;
  /** At least 0: a negative gain is that of the opposite weights. */
  readonly gain: number;
  readonly shift: number;
}

const unitsOf = (model: Model, plan: LayerPlan, length: number): readonly Unit[] => {
  const [weight, gain, bias] = ["weight", "gain", "bias"].map((kind) => valuesOf(model, plan, kind)) as [
    Float32Array,
    Float32Array,
    Float32Array,
  ];
  const drive = isCentred(plan) ? valuesOf(model, plan, "mean") : undefined;
  const deviation = Math.sqrt(2 * noiseVariance(plan.noise));
  return Array.from(bias, (b, unit) => {
    const weights = rowOf(weight, unit, length);
    return {
      weights: gain[unit]! < 0 ? weights.map((w) => -w) : weights,
      gain: Math.abs(gain[unit]!),
      shift: (b - (drive?.[unit] ?? 0)) / deviation,
    };
  });
};

const neuronLayer = (quantizer: Quantizer, plan: AnyPlan): SpikeLayer | PixelLayer => {
  const { network } = quantizer;
  const { name, layer } = plan;
  if (populationOf(plan)) refuse(network, name, "a population", "Use single neurons.");
  if (layer.type === "conv2d" && layer.gain === "location")
    refuse(network, name, "a gain of each location", "Use one of each channel.");
  const windows = windowsOf(plan);
  const units = unitsOf(quantizer, plan, fanIn(windows));
  const common = { name, ...windows, pool: poolOf(plan) };
  if (plan.inputSpikes === 1)
    return { type: "spikes", ...common, ...spikeUnits(quantizer, name, windows, units) };
  if (windows.padding > 0)
    refuse(network, name, "padded pixels of stochastic neurons", "Use no padding, or signs of pixels.");
  return { type: "pixels", ...common, ...pixelUnits(network, units) };
};

/** Integers and constants of stochastic neurons on spikes. */
const spikeUnits = (
  { network, largest }: Quantizer,
  name: string,
  windows: Windows,
  units: readonly Unit[],
): Pick<SpikeLayer, "weight" | "bias" | "factor" | "shift" | "border"> => {
  const { border, taps } = bordersOf(windows);
  const length = fanIn(windows);
  const weight = new Int8Array(units.length * length);
  const [bias, factor, shift] = [0, 1, 2].map(() => new Int32Array(taps.length * units.length)) as [
    Int32Array,
    Int32Array,
    Int32Array,
  ];
  for (const [unit, given] of units.entries()) {
    const { integers, scale } = steepEnough(given, largest);
    weight.set(integers, unit * length);
    for (const [k, inside] of taps.entries()) {
      const at = k * units.length + unit;
      const counted = integers.filter((_, j) => inside[j % inside.length]);
      const constants = constantsOf(given, counted, scale);
      if (!constants) return refuseSums(network, name, counted);
      bias[at] = constants.bias;
      factor[at] = constants.factor;
      shift[at] = constants.shift;
    }
  }
  return { weight, bias, factor, shift, border };
};

/** Integers of a unit of which one step changes the potential enough: a small gain needs small integers. */
const steepEnough = ({ weights, gain }: Unit, largest: number): RoundedWeights => {
  const rounded = nearestIntegers(weights, largest);
  const isEnough = STEPS * gain >= LEAST_SLOPE * normOf(rounded.integers);
  return isEnough || largest === 1 ? rounded : steepEnough({ weights, gain, shift: 0 }, largest >> 1);
};

const normOf = (integers: Int8Array): number => Math.sqrt(integers.reduce((sum, q) => sum + q * q, 0));

const magnitudeOf = (integers: Int8Array): number => integers.reduce((sum, q) => sum + Math.abs(q), 0);

/**
 * B, F and s of a unit with the integers q: i = 40 v = (S + B) 40 gain / ||q||, B = shift / (gain scale). B stops where i
 * leaves the table for every S. A unit all of whose weights are 0 follows the sign of its bias.
 */
const constantsOf = ({ gain, shift: offset }: Unit, integers: Int8Array, scale: number) => {
  const norm = normOf(integers);
  const largest = magnitudeOf(integers);
  const slope = Math.max(LEAST_SLOPE, norm === 0 ? 1 : (STEPS * gain) / norm);
  const beyond = largest + Math.ceil((2 * MOST_INDEX) / slope);
  const scaling = scalingFor(slope, largest + beyond);
  if (!scaling) return undefined;
  const index =
    norm === 0 ? Math.sign(offset) * Number.POSITIVE_INFINITY || beyond : (STEPS * offset) / (scale * norm);
  const bias = Math.round(Math.max(-beyond, Math.min(beyond, index / scaling.slope)));
  return { ...scaling, bias };
};

const refuseSums = (network: Network, name: string, integers: Int8Array): never => {
  throw new ConfigError(`integers of network ${network.name}, ${name}`, {
    given: `sums of up to ${grouped(magnitudeOf(integers))}`,
    expected: "sums whose product with a factor of 9 bits has at most 32 bits: up to about 8,000,000",
    remedy: "Use fewer bits for the weights, or a layer with fewer inputs.",
  });
};

/** Integers and constants of stochastic neurons on pixels. */
const pixelUnits = (
  network: Network,
  units: readonly Unit[],
): Pick<PixelLayer, "weight" | "bias" | "gain"> => {
  const rounded = units.map(({ weights }) => nearestIntegers(weights, BYTE));
  return {
    weight: joined(rounded),
    gain: Int32Array.from(units, ({ gain }) => Math.max(1, Math.round(STEPS * gain * 2 ** GAIN_BITS))),
    bias: Int32Array.from(units, ({ gain, shift }, k) =>
      limited(
        (shift * PIXEL_STEPS[network.encoding]) /
          (Math.max(gain, 2 ** -GAIN_BITS / STEPS) * rounded[k]!.scale),
      ),
    ),
  };
};

/** Rounded, and kept within 24 bits. */
const limited = (x: number): number => Math.round(Math.max(-(2 ** 24), Math.min(2 ** 24, x)));

const joined = (units: readonly RoundedWeights[]): Int8Array =>
  Int8Array.from(units.flatMap(({ integers }) => [...integers]));

/** Sign neurons, with batch normalization folded in: y = w.z + bias >= 0. */
const signLayer = (quantizer: Quantizer, plan: AnyPlan): SignLayer => {
  const { network } = quantizer;
  if (poolOf(plan) > 1) refuse(network, plan.name, "pooled sign neurons", "Use stochastic neurons.");
  const windows = windowsOf(plan);
  const length = fanIn(windows);
  const weight = valuesOf(quantizer, plan, "weight");
  const offsets = signOffsets(quantizer, plan);
  const rounded = offsets.map((_, unit) => nearestIntegers(rowOf(weight, unit, length), BYTE));
  const steps = plan.inputSpikes === 1 ? 1 : PIXEL_STEPS[network.encoding];
  return {
    ...{ type: "sign", name: plan.name, ...windows },
    weight: joined(rounded.map((unit, k) => (offsets[k]!.isOpposite ? opposite(unit) : unit))),
    bias: Int32Array.from(offsets, ({ offset, isOpposite }, k) =>
      limited(((isOpposite ? -1 : 1) * offset * steps) / rounded[k]!.scale),
    ),
  };
};

const opposite = (unit: RoundedWeights): RoundedWeights => ({
  ...unit,
  integers: unit.integers.map((q) => -q),
});

/** Offset b of each unit such that it fires if w.z + b >= 0, or, where the normalisation turns it round, if -(w.z + b) >= 0. */
const signOffsets = (model: Model, plan: LayerPlan) => {
  const bias = valuesOf(model, plan, "bias");
  const variance = valuesOf(model, plan, "variance") as Float32Array | undefined;
  if (!variance) return Array.from(bias, (offset) => ({ offset, isOpposite: false }));
  const [mean, gain] = [valuesOf(model, plan, "mean"), valuesOf(model, plan, "gain")];
  return Array.from(bias, (b, k) => {
    const slope = gain[k]! / Math.sqrt(variance[k]! + EPSILON);
    return { offset: b / slope - mean[k]!, isOpposite: slope < 0 };
  });
};

const sumLayer = (
  { network }: Quantizer,
  { name, inputShape, inputSpikes }: AnyPlan,
  size: number,
): IntegerLayer => {
  if (inputSpikes !== 1) refuse(network, name, "an average of real numbers", "Pool spikes.");
  if (size ** 2 > MOST_TERMS)
    refuse(network, name, `sums of ${size ** 2} spikes`, `Pool at most ${MOST_TERMS} spikes.`);
  return { type: "sum", name, size, inputShape: inputShape as unknown as Windows["inputShape"] };
};

const readoutLayer = (quantizer: Quantizer, plan: AnyPlan, before: AnyPlan | undefined): ReadoutLayer => {
  const { network } = quantizer;
  const terms = before?.layer.type === "averagePool" ? before.layer.size ** 2 : 1;
  if (terms === 1 && plan.inputSpikes !== 1)
    refuse(network, plan.name, "a readout of real numbers", "Read spikes out.");
  const inputs = fanIn(windowsOf(plan));
  const [weight, bias] = [valuesOf(quantizer, plan, "weight"), valuesOf(quantizer, plan, "bias")];
  const rounded = Array.from(bias, (_, unit) => nearestIntegers(rowOf(weight, unit, inputs), BYTE));
  const biases = Int32Array.from(bias, (b, k) => limited((b * terms) / rounded[k]!.scale));
  const scalings = rounded.map(({ integers, scale }, k) => {
    const largest = terms * magnitudeOf(integers) + Math.abs(biases[k]!);
    return (
      scalingFor((OCTAVE / Math.LN2) * (scale / terms), largest) ?? refuseSums(network, plan.name, integers)
    );
  });
  return {
    ...{ type: "readout", name: plan.name, weight: joined(rounded), bias: biases, inputs, terms },
    factor: Int32Array.from(scalings, ({ factor }) => factor),
    shift: Int32Array.from(scalings, ({ shift }) => shift),
  };
};

/** A trained network in integers: see networks/integers.ts. */
import { ConfigError } from "../errors.ts";
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
import { isStochastic, poolOf, populationOf } from "../networks/layers/neuron-options.ts";
import { checkModel, type Model } from "../networks/model.ts";
import type { Network } from "../networks/network.ts";
import { INPUT } from "../networks/order.ts";
import { planOf } from "../networks/plan.ts";
import { EPSILON } from "../nn/batch-norm.ts";
import {
  BYTE,
  joined,
  limited,
  magnitudeOf,
  PIXEL_STEPS,
  pixelUnits,
  type Quantizer,
  refuseSums,
  rowOf,
  spikeUnits,
  synapseLaw,
  unitsOf,
  valuesOf,
} from "./neuron-units.ts";
import { scalingFor } from "./scaling.ts";
import { OCTAVE } from "./softmax.ts";
import { nearestIntegers, type RoundedWeights } from "./weights.ts";

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

const neuronLayer = (quantizer: Quantizer, plan: AnyPlan): SpikeLayer | PixelLayer => {
  const { network } = quantizer;
  const { name, layer } = plan;
  if (populationOf(plan)) refuse(network, name, "a population", "Use single neurons.");
  if (layer.type === "conv2d" && layer.gain === "location")
    refuse(network, name, "a gain of each location", "Use one of each channel.");
  const windows = windowsOf(plan);
  if (plan.inputSpikes !== 1 && windows.padding > 0)
    refuse(network, name, "padded pixels of stochastic neurons", "Use no padding, or signs of pixels.");
  const units = unitsOf(quantizer, plan, fanIn(windows));
  const common = { name, ...windows, pool: poolOf(plan) };
  if (plan.inputSpikes === 1) {
    const { scales, ...found } = spikeUnits(quantizer, name, windows, units);
    return { type: "spikes", ...common, ...found, ...synapseLaw(network, units, scales) };
  }
  const { scales, ...found } = pixelUnits(network, units);
  return { type: "pixels", ...common, ...found, ...synapseLaw(network, units, scales) };
};

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

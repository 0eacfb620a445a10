/** A trained network in integers: see networks/integers. */
import { ConfigError } from "../errors.ts";
import { encodingTable } from "../networks/images.ts";
import {
  BYTE,
  type IntegerLayer,
  type IntegerNetwork,
  largestWeight,
  type ReadoutLayer,
  type SignLayer,
  WEIGHT_WIDTHS,
  type WeightWidth,
} from "../networks/integers/integers.ts";
import { integerPlan, type PlannedLayer } from "../networks/integers/plan.ts";
import { LARGEST_PIXEL } from "../networks/integers/range.ts";
import type { LayerPlan } from "../networks/layers/kind.ts";
import type { AnyPlan } from "../networks/layers/kinds.ts";
import { isWeightNormalized } from "../networks/layers/neuron-options.ts";
import { checkModel, type Model } from "../networks/model.ts";
import type { Network } from "../networks/network.ts";
import { planOf } from "../networks/plan.ts";
import { EPSILON } from "../nn/batch-norm.ts";
import { pixelUnits, type Quantizer, spikeUnits, synapseLaw, unitsOf } from "./neuron-units.ts";
import { LEAST_SLOPE, scalingFor } from "./scaling.ts";
import { OCTAVE } from "./softmax.ts";
import { joined, limited, magnitudeOf, PIXEL_STEPS, refuseSums, rowOf, valuesOf } from "./units.ts";
import { nearestIntegers, type RoundedWeights, roundedAt } from "./weights.ts";

/**
 * The network in integers. Weights of stochastic neurons on spikes get the bits of `weights`; those of the first layer and of the
 * readout have 8. Throws ConfigError, naming the layer, for what integers cannot do, and for numbers that exceed them.
 */
export const integersOf = (model: Model, weights: WeightWidth): IntegerNetwork => {
  const { network } = checkModel(model);
  requireWidth(weights);
  requireFinite(model);
  const plans = planOf(network);
  return {
    ...{ name: network.name, weights, input: network.input, classes: network.classes },
    layers: integerPlan(network).map((layer, k) =>
      layerOf({ ...model, largest: largestWeight(weights, layer.type, k) }, layer, plans[k]!),
    ),
    pixels: pixelIntegers(network),
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

/** Callers in JavaScript have no compiler that checks names. */
const requireWidth = (weights: WeightWidth): void => {
  if (WEIGHT_WIDTHS.includes(weights)) return;
  throw new ConfigError("quantizing", {
    given: `weights "${weights}"`,
    expected: WEIGHT_WIDTHS.join(" or "),
    remedy: "Choose one of these.",
  });
};

const requireFinite = ({ network, parameters }: Model): void => {
  const name = Object.keys(parameters).find((each) => !parameters[each]!.every(Number.isFinite));
  if (name === undefined) return;
  throw new ConfigError(`integers of network ${network.name}, ${name}`, {
    given: "a number that is not finite",
    expected: "finite parameters",
    remedy: "Quantize a run whose training did not diverge.",
  });
};

const pixelIntegers = (network: Network): Int32Array => {
  const integers = Int32Array.from(encodingTable(network), (e) =>
    Math.round(Math.max(-LARGEST_PIXEL - 1, Math.min(LARGEST_PIXEL + 1, e * PIXEL_STEPS[network.encoding]))),
  );
  if (integers.every((e) => Math.abs(e) <= LARGEST_PIXEL)) return integers;
  throw new ConfigError(`integers of network ${network.name}, pixels`, {
    given: `values of more than ${LARGEST_PIXEL / PIXEL_STEPS.standard} standard deviations`,
    expected: "pixels of 16 bits, 256 steps a standard deviation",
    remedy: "Leave out a channel that hardly varies.",
  });
};

const layerOf = (quantizer: Quantizer, layer: PlannedLayer, plan: AnyPlan): IntegerLayer => {
  const { network } = quantizer;
  switch (layer.type) {
    case "spikes": {
      const units = unitsOf(quantizer, plan, layer);
      const { scales, ...found } = spikeUnits(quantizer, layer, units);
      return { ...layer, ...found, ...synapseLaw(network, units, scales) };
    }
    case "pixels": {
      const units = unitsOf(quantizer, plan, layer);
      const { scales, ...found } = pixelUnits(network, layer, units);
      return { ...layer, ...found, ...synapseLaw(network, units, scales) };
    }
    case "sign":
      return signLayer(quantizer, layer, plan);
    case "sum":
      return layer;
    case "readout":
      return readoutLayer(quantizer, layer, plan);
  }
};

/**
 * Sign neurons, with their normalisation folded in: y = w.z + bias >= 0. A whole sum S has S + t >= 0 just where S + floor(t)
 * >= 0.
 */
const signLayer = (
  quantizer: Quantizer,
  layer: Extract<PlannedLayer, { type: "sign" }>,
  plan: AnyPlan,
): SignLayer => {
  const steps = PIXEL_STEPS[quantizer.network.encoding];
  const units = signUnits(quantizer, plan).map(({ weights, offset }) => ({
    ...nearestIntegers(weights, BYTE),
    offset,
  }));
  return {
    ...layer,
    weight: joined(units),
    bias: Int32Array.from(units, ({ offset, scale }) => limited(Math.floor((offset * steps) / scale))),
  };
};

/** Weights and offset of each unit: it fires if w.z + offset >= 0. */
interface SignUnit {
  readonly weights: Float32Array;
  readonly offset: number;
}

const signUnits = (model: Model, plan: LayerPlan): readonly SignUnit[] => {
  const weight = valuesOf(model, plan, "weight")!;
  const bias = valuesOf(model, plan, "bias")!;
  const [gain, mean, variance] = ["gain", "mean", "variance"].map((kind) => valuesOf(model, plan, kind));
  const length = weight.length / bias.length;
  return Array.from(bias, (b, k): SignUnit => {
    const weights = rowOf(weight, k, length);
    const deviation = isWeightNormalized(plan)
      ? Math.hypot(...weights)
      : Math.sqrt((variance?.[k] ?? 1 - EPSILON) + EPSILON);
    const slope = (gain?.[k] ?? 1) / deviation;
    // Without a slope the sign is that of the bias, whatever the weights.
    if (!(Math.abs(slope) > 0) || !Number.isFinite(slope))
      return { weights: weights.map(() => 0), offset: b };
    const offset = b / slope - (mean?.[k] ?? 0);
    return slope > 0 ? { weights, offset } : { weights: weights.map((w) => -w), offset: -offset };
  });
};

const readoutLayer = (
  quantizer: Quantizer,
  layer: Extract<PlannedLayer, { type: "readout" }>,
  plan: AnyPlan,
): ReadoutLayer => {
  const { terms, inputs } = layer;
  const [weight, bias] = [valuesOf(quantizer, plan, "weight")!, valuesOf(quantizer, plan, "bias")!];
  const slopeOf = (scale: number): number => (OCTAVE / Math.LN2) * (scale / terms);
  const units = Array.from(bias, (b, unit) => readoutUnit(rowOf(weight, unit, inputs), b * terms, slopeOf));
  const scalings = units.map(({ integers, scale, offset }) => {
    const [sum, most] = [terms * magnitudeOf(integers), Math.abs(offset)];
    return scalingFor(slopeOf(scale), sum + most) ?? refuseSums(quantizer.network, plan.name, sum, most);
  });
  return {
    ...layer,
    weight: joined(units),
    bias: Int32Array.from(units, ({ offset }) => offset),
    factor: Int32Array.from(scalings, ({ factor }) => factor),
    shift: Int32Array.from(scalings, ({ shift }) => shift),
  };
};

/** Largest bias of a readout, in steps of its weights. */
const MOST_OFFSET = 2 ** 20;

/**
 * Integers of a class, and its bias in their steps. Steps are large enough for the bias and for a factor: of a class whose weights
 * are small, they leave less of the weights.
 */
const readoutUnit = (
  weights: Float32Array,
  bias: number,
  slopeOf: (scale: number) => number,
): RoundedWeights & { readonly offset: number } => {
  const nearest = nearestIntegers(weights, BYTE);
  const least = Math.max(Math.abs(bias) / MOST_OFFSET, LEAST_SLOPE / slopeOf(1));
  const isEnough = nearest.scale >= least && nearest.integers.some((q) => q !== 0);
  const rounded = isEnough ? nearest : roundedAt(weights, least, BYTE);
  return { ...rounded, offset: Math.round(bias / rounded.scale) };
};

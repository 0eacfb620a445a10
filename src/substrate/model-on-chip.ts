/**
 * A network on a chip as a model: what the chip puts in place of parameters, and what it adds (networks/layers/chip-tensors.ts).
 * With the gain's offset a_i of equation (4), which multiplies the chip's weights as it does the network's, the unit law gives a
 * noisy unit the potential
 *
 *     v_i = (sum_j (p_ij + a_i) w_ij z_j + b_i + o_i) / sqrt(2 (sum_j p_ij (1 - p_ij) w_ij^2 z_j^2 + c_i^2))
 *
 * with the offset o_i and the noise's deviation c_i of its comparator. In the form of nn/potential.ts these are weights
 * (p_ij + a_i) w_ij, a gain of 1 / (sqrt(2) s), squares p_ij (1 - p_ij) w_ij^2 / s^2 and a constant power c_i^2 / s^2, where
 * s^2 is the variance of the network's noise. Without a switch the network's own noise acts on the chip's weights, and gains
 * stay.
 */
import { ConfigError } from "../errors.ts";
import { correlationName } from "../networks/layers/chip-tensors.ts";
import type { AnyPlan, Layer } from "../networks/layers/kinds.ts";
import {
  isBatchNormalized,
  isStochastic,
  isWeightNormalized,
  populationOf,
} from "../networks/layers/neuron-options.ts";
import type { Model } from "../networks/model.ts";
import type { Network } from "../networks/network.ts";
import { planOf } from "../networks/plan.ts";
import { offsetOf } from "../networks/under-noise.ts";
import { EPSILON } from "../nn/batch-norm.ts";
import { type Noise, noiseVariance } from "../nn/noise/noise.ts";
import { DEVIATION } from "../nn/noisy-rectifier.ts";
import { staggered } from "../nn/population.ts";
import { sizeOf } from "../tensor/tensor.ts";
import { type Chip, type ChipOptions, type ChipSynapses, chipOf, keysOf } from "./chip.ts";
import { type Comparators, comparatorsOf } from "./comparator.ts";
import type { AnalogDevice } from "./device.ts";
import { passCorrelation } from "./switches/switch.ts";
import { switchingCorrelation } from "./switches/switching-correlation.ts";
import { unitLawOf } from "./unit-law.ts";

type Arrays = Readonly<Record<string, Float32Array>>;

/** What a chip changes in one layer. */
interface LayerOnChip {
  /** Parameters and tensors by their kind. */
  readonly parameters: Arrays;
  /** Its description, if that changes. */
  readonly layer?: Layer;
}

/** A layer with weights, and its place on the chip. */
interface Placed {
  readonly plan: AnyPlan;
  readonly units: number;
  /** The network's parameters of the layer, by their kind. */
  readonly own: Arrays;
  readonly synapses: ChipSynapses;
  readonly comparators: Comparators | undefined;
}

/**
 * The model on a chip of the device, as `evaluate`, `sample` and `openPredictor` take it. Its parameters hold tensors that only the
 * unit law knows: the synapse law and exports refuse it. Throws as `chipOf`, and ConfigError, naming the layer, for what a chip of
 * the device cannot compute.
 */
export const modelOnChip = (model: Model, device: AnalogDevice, options: ChipOptions): Model => {
  checkOnChip(model.network, device);
  const chip = chipOf(model, device, options);
  const { network, parameters } = model;
  const changed = planOf(network).flatMap((plan) => {
    const placed = placedOf(model, plan, chip, device, options);
    return placed ? [[plan, layerOnChip(placed, device)] as const] : [];
  });
  const layers = new Map(changed.map(([plan, { layer }]) => [plan.layer, layer]));
  const named = changed.flatMap(([{ name }, found]) =>
    Object.entries(found.parameters).map(([kind, values]) => [`${name}.${kind}`, values] as const),
  );
  return {
    network: { ...network, layers: network.layers.map((layer) => layers.get(layer) ?? layer) },
    parameters: { ...parameters, ...Object.fromEntries(named), ...correlationsOf(model, device, chip) },
  };
};

/** Throws ConfigError, naming the layer, for a network that no chip of the device can compute. */
export const checkOnChip = (network: Network, device: AnalogDevice): void => {
  const { comparatorNoiseMicroamperes: noise = 0 } = device.array ?? {};
  for (const { name, noisySynapses, neuron, parameters, unitShape } of planOf(network)) {
    const place = `${network.name} on ${device.name}, ${name}`;
    const gain = parameters.find(({ kind }) => kind === "gain");
    if (noisySynapses && device.switch && sizeOf(gain!.shape) > unitShape[0]!)
      throw new ConfigError(place, {
        given: "a gain of each location, and a switch in series with the weights",
        expected: "one gain of each channel: its offset multiplies weights that all locations share",
        remedy: 'Set "gain": "channel" and train again, or choose a device without a switch.',
      });
    if (neuron === "sign" && noise > 0)
      throw new ConfigError(place, {
        given: "deterministic binary neurons (sign), and comparators with noise",
        expected: "stochastic neurons or rectifiers",
        remedy: "Leave comparatorNoiseMicroamperes out, or choose another network.",
      });
  }
};

const placedOf = (
  { parameters }: Model,
  plan: AnyPlan,
  chip: Chip,
  device: AnalogDevice,
  options: ChipOptions,
): Placed | undefined => {
  const name = `${plan.name}.weight`;
  const synapses = chip[name];
  if (!synapses) return undefined;
  const units = plan.unitShape[0]!;
  const own = Object.fromEntries(plan.parameters.map((spec) => [spec.kind, parameters[spec.name]!]));
  // Sums that are only read have a converter, no comparator.
  const hasComparator = plan.noisySynapses || plan.neuron !== undefined;
  const comparators = hasComparator
    ? comparatorsOf(device, own.weight!, units, keysOf(options, name))
    : undefined;
  return { plan, units, own, synapses, comparators };
};

const layerOnChip = (placed: Placed, device: AnalogDevice): LayerOnChip => {
  const { plan, own, units, synapses, comparators } = placed;
  if (!plan.noisySynapses) return noiseFreeLayer(placed, device);
  const s2 = noiseVariance(plan.noise);
  const law: Switched = synapses.probability
    ? switched(synapses, own.gain!, plan.noise)
    : { weight: synapses.weight };
  // Presynaptic neurons of a population share the noise of one comparator.
  const power = comparators?.deviations.map((c) => (c ** 2 * Math.max(1, plan.inputSpikes)) / s2);
  const squares = law.squares ?? law.weight.map((w) => w ** 2);
  const roots = rowSums(squares, units).map((sum, i) => Math.sqrt(sum + (power?.[i] ?? 0)));
  const thresholds = withThresholds(placed, roots);
  return {
    ...thresholds,
    parameters: {
      ...law,
      ...(comparators && { bias: shifted(own.bias!, comparators.offsets) }),
      ...(power?.some((c) => c > 0) && { constantPower: Float32Array.from(power) }),
      ...thresholds.parameters,
    },
  };
};

/** What replaces a layer's parameters, by kind; gain and squares only with switches. */
interface Switched {
  readonly weight: Float32Array;
  readonly gain?: Float32Array;
  readonly squares?: Float32Array;
}

/** Weights, gain and squares of synapses with switches. */
const switched = (synapses: ChipSynapses, gains: Float32Array, noise: Noise): Switched => {
  const { mean, variance } = unitLawOf(synapses, noise);
  const inputs = mean.length / gains.length;
  const offsets = Float64Array.from(gains, (gain) => offsetOf(gain, noise));
  const s2 = noiseVariance(noise);
  return {
    weight: mean.map((m, k) => m + offsets[Math.floor(k / inputs)]! * synapses.weight[k]!),
    gain: new Float32Array(gains.length).fill(1 / Math.sqrt(2 * s2)),
    squares: variance.map((v) => v / s2),
  };
};

/**
 * Keeps the thresholds of a population where they are in u: in units of v, which are those of a unit's noise, they change by the
 * ratio of the network's norm to the chip's, `roots`.
 */
const withThresholds = ({ plan, units, own }: Placed, roots: Float64Array): LayerOnChip => {
  const population = populationOf(plan);
  if (!population) return { parameters: {} };
  const ratios = ratiosOf(rowNorms(own.weight!, units), roots);
  const {
    threshold = Float32Array.from(staggered(population).flatMap((t) => Array<number>(units).fill(t))),
  } = own;
  return {
    parameters: { threshold: threshold.map((t, k) => t * ratios[k % units]!) },
    layer: { ...plan.layer, population: { ...population, learned: true } } as Layer,
  };
};

/**
 * A layer without noisy synapses. What follows the array is digital: a normalisation by the network's norms or statistics, which
 * scales what comparators add. Noise of comparators makes rectifiers noisy.
 */
const noiseFreeLayer = (placed: Placed, { array }: AnalogDevice): LayerOnChip => {
  const { plan, units, own, synapses, comparators } = placed;
  const isRead = plan.neuron !== "sign" && array?.readoutBits !== undefined;
  const slopes = slopesOf(placed);
  const deviations = comparators?.deviations.map((c, i) => c * slopes[i]!);
  const isNoisy = deviations?.some((c) => c > 0) === true;
  // Statistics of a batch-normalised sum move with it; elsewhere the bias, which is added after the slope, does.
  const moved = isBatchNormalized(plan)
    ? {
        mean: shifted(
          own.mean!,
          comparators?.offsets.map((o) => -o),
        ),
      }
    : {
        bias: shifted(
          own.bias!,
          comparators?.offsets.map((o, i) => o * slopes[i]!),
        ),
      };
  const ratios = isWeightNormalized(plan)
    ? ratiosOf(rowNorms(synapses.weight, units), rowNorms(own.weight!, units))
    : undefined;
  const before = plan.neuron === "noisyRelu" ? DEVIATION : 0;
  return {
    parameters: {
      weight: synapses.weight,
      ...(comparators && moved),
      ...(ratios && { gain: own.gain!.map((gain, i) => gain * ratios[i]!) }),
      ...(isNoisy && { deviation: Float32Array.from(deviations!, (c) => Math.hypot(before, c)) }),
      ...(isRead && array.readoutBits! <= EXACT_BITS && { levels: Float32Array.of(2 ** array.readoutBits!) }),
    },
    ...(isNoisy && { layer: { ...plan.layer, neuron: "noisyRelu" } as Layer }),
  };
};

/** Resolution from which float32 numbers are read exactly. */
const EXACT_BITS = 24;

/** Factors by which a layer without noisy synapses multiplies its sums. */
const slopesOf = ({ plan, units, own }: Placed): Float64Array => {
  if (isBatchNormalized(plan))
    return Float64Array.from(own.gain!, (gain, i) => gain / Math.sqrt(own.variance![i]! + EPSILON));
  if (!isWeightNormalized(plan)) return new Float64Array(units).fill(1);
  return ratiosOf(Float64Array.from(own.gain!), rowNorms(own.weight!, units));
};

/**
 * Correlation of the noise of successive passes in each stochastic layer: the sum of independent switching processes tends to a
 * Gaussian process of their correlation, here that of a device with the mean probability.
 */
const correlationsOf = ({ network }: Model, { switch: series }: AnalogDevice, chip: Chip): Arrays => {
  const process = series ? passCorrelation(series) : 0;
  if (process === 0) return {};
  const p = meanOf(Object.values(chip).flatMap(({ probability }) => (probability ? [probability] : [])));
  if (!(p > 0 && p < 1)) return {};
  const values = Float32Array.of(switchingCorrelation(p, process));
  return Object.fromEntries(
    planOf(network)
      .filter(isStochastic)
      .map(({ name }) => [correlationName(name), values]),
  );
};

const meanOf = (arrays: readonly Float32Array[]): number =>
  arrays.reduce((sum, values) => sum + values.reduce((part, p) => part + p, 0), 0) /
  arrays.reduce((count, { length }) => count + length, 0);

const shifted = (values: Float32Array, shifts: Float64Array | undefined): Float32Array =>
  shifts ? values.map((value, i) => value + shifts[i]!) : values;

/** Ratios a / b; 1 where b is 0. */
const ratiosOf = (a: Float64Array, b: Float64Array): Float64Array =>
  a.map((value, i) => (b[i]! > 0 ? value / b[i]! : 1));

/** Norm of each row of [units, ...]. */
const rowNorms = (weight: Float32Array, units: number): Float64Array =>
  rowSums(
    weight.map((w) => w ** 2),
    units,
  ).map(Math.sqrt);

/** Sum of each row of [units, ...]. */
export const rowSums = (values: Float32Array, units: number): Float64Array => {
  const inputs = values.length / units;
  return Float64Array.from({ length: units }, (_, i) =>
    values.subarray(i * inputs, (i + 1) * inputs).reduce((sum, value) => sum + value, 0),
  );
};

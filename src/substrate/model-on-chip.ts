/**
 * A network on a chip as a model: what the chip puts in place of parameters, and what it adds (networks/layers/chip-tensors.ts).
 * With the gain's offset a_i of equation (4), which multiplies the chip's weights as it does the network's, the unit law gives a
 * noisy unit the potential
 *
 *     v_i = (sum_j (p_ij + a_i) w_ij z_j + b_i) / sqrt(2 sum_j p_ij (1 - p_ij) w_ij^2 z_j^2)
 *
 * In the form of nn/potential.ts these are weights (p_ij + a_i) w_ij, a gain of 1 / (sqrt(2) s) and the squares
 * p_ij (1 - p_ij) w_ij^2 / s^2, where s^2 is the variance of the network's noise. Without a switch the network's own noise
 * acts on the chip's weights, and gains stay.
 */
import { ConfigError } from "../errors.ts";
import { chipTensorName } from "../networks/layers/chip-tensors.ts";
import type { AnyPlan, Layer } from "../networks/layers/kinds.ts";
import { isWeightNormalized, populationOf } from "../networks/layers/neuron-options.ts";
import type { Model } from "../networks/model.ts";
import type { Network } from "../networks/network.ts";
import { planOf } from "../networks/plan.ts";
import { offsetOf } from "../networks/under-noise.ts";
import { type Noise, noiseVariance } from "../nn/noise/noise.ts";
import { staggered } from "../nn/population.ts";
import { type ChipOptions, type ChipSynapses, chipOf } from "./chip.ts";
import type { AnalogDevice } from "./device.ts";
import { unitLawOf } from "./unit-law.ts";

type Arrays = Readonly<Record<string, Float32Array>>;

/** What a chip changes in one layer. */
interface LayerOnChip {
  /** Parameters and tensors by name. */
  readonly parameters: Arrays;
  /** Its description, if that changes. */
  readonly layer?: Layer;
}

/**
 * The model on a chip of the device. Its parameters hold tensors that only Monte Carlo passes and approximations by unit know:
 * the synapse law and exports do not. Throws as `chipOf`, and ConfigError, naming the layer, for what a chip of the device
 * cannot compute.
 */
export const modelOnChip = (model: Model, device: AnalogDevice, options: ChipOptions): Model => {
  const chip = chipOf(model, device, options);
  const { network, parameters } = model;
  const changed = planOf(network).flatMap((plan) => {
    const synapses = chip[`${plan.name}.weight`];
    return synapses ? [[plan, layerOnChip(plan, network, parameters, synapses)] as const] : [];
  });
  const layers = new Map(changed.map(([plan, { layer }]) => [plan.layer, layer]));
  return {
    network: { ...network, layers: network.layers.map((layer) => layers.get(layer) ?? layer) },
    parameters: Object.assign({}, parameters, ...changed.map(([, of]) => of.parameters)) as Arrays,
  };
};

const layerOnChip = (
  plan: AnyPlan,
  network: Network,
  parameters: Arrays,
  synapses: ChipSynapses,
): LayerOnChip => {
  const named = (kind: string): string => `${plan.name}.${kind}`;
  const own = (kind: string): Float32Array => parameters[named(kind)]!;
  const { weight, probability } = synapses;
  if (!plan.noisySynapses) {
    if (!isWeightNormalized(plan)) return { parameters: { [named("weight")]: weight } };
    // What is digital divides by the norms that the network has, not the chip.
    const ratios = ratiosOf(
      rowNorms(weight, own("gain").length),
      rowNorms(own("weight"), own("gain").length),
    );
    return {
      parameters: {
        [named("weight")]: weight,
        [named("gain")]: own("gain").map((gain, i) => gain * ratios[i]!),
      },
    };
  }
  const { noise } = network;
  if (!probability)
    return withThresholds(plan, parameters, rowNorms(weight, plan.unitShape[0]!), {
      [named("weight")]: weight,
    });
  if (own("gain").length !== plan.unitShape[0]!)
    throw new ConfigError(`chip, network ${network.name}, ${plan.name}`, {
      given: "a gain of each location, and a switch in series with the weights",
      expected: "one gain of each channel: its offset multiplies weights that all locations share",
      remedy: 'Set "gain": "channel" and train again, or choose a device without a switch.',
    });
  const { mean, squares } = switched(synapses, own("gain"), noise);
  const units = plan.unitShape[0]!;
  return withThresholds(plan, parameters, rowRoots(squares, units), {
    [named("weight")]: mean,
    [named("gain")]: new Float32Array(units).fill(1 / Math.sqrt(2 * noiseVariance(noise))),
    [chipTensorName(plan.name, "squares")]: squares,
  });
};

/** Coefficients of E(u) and of Var(u) / s^2 for synapses with switches. */
const switched = (synapses: ChipSynapses, gains: Float32Array, noise: Noise) => {
  const { mean, variance } = unitLawOf(synapses, noise);
  const inputs = mean.length / gains.length;
  const offsets = Float64Array.from(gains, (gain) => offsetOf(gain, noise));
  const s2 = noiseVariance(noise);
  return {
    mean: mean.map((m, k) => m + offsets[Math.floor(k / inputs)]! * synapses.weight[k]!),
    squares: variance.map((v) => v / s2),
  };
};

/**
 * Keeps the thresholds of a population where they are in u: in units of v, the noise of unit i, they change by the ratio of the
 * network's norm to the chip's, `roots`.
 */
const withThresholds = (
  plan: AnyPlan,
  parameters: Arrays,
  roots: Float64Array,
  changed: Arrays,
): LayerOnChip => {
  const population = populationOf(plan);
  if (!population) return { parameters: changed };
  const name = `${plan.name}.threshold`;
  const units = roots.length;
  const ratios = ratiosOf(rowNorms(parameters[`${plan.name}.weight`]!, units), roots);
  const thresholds =
    parameters[name] ?? Float32Array.from(staggered(population).flatMap((t) => Array<number>(units).fill(t)));
  return {
    parameters: { ...changed, [name]: thresholds.map((t, k) => t * ratios[k % units]!) },
    layer: { ...plan.layer, population: { ...population, learned: true } } as Layer,
  };
};

/** Ratios a / b; 1 where b is 0. */
const ratiosOf = (a: Float64Array, b: Float64Array): Float64Array =>
  a.map((value, i) => (b[i]! > 0 ? value / b[i]! : 1));

/** Norm of each row of [units, ...]. */
const rowNorms = (weight: Float32Array, units: number): Float64Array =>
  rowRoots(
    weight.map((w) => w ** 2),
    units,
  );

/** Root of the sum of each row of [units, ...]. */
const rowRoots = (squares: Float32Array, units: number): Float64Array => {
  const inputs = squares.length / units;
  return Float64Array.from({ length: units }, (_, i) =>
    Math.sqrt(squares.subarray(i * inputs, (i + 1) * inputs).reduce((sum, q) => sum + q, 0)),
  );
};

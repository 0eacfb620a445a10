/**
 * A network on a chip as a model: what the chip puts in place of parameters, and what it adds
 * (networks/layers/chip-tensors.ts).
 */
import { populationOf } from "../networks/layers/neuron-options.ts";
import type { Model } from "../networks/model.ts";
import { noiseSources } from "../networks/noise-source.ts";
import { planOf } from "../networks/plan.ts";
import { checkOnChip, refuseIntegers } from "./check-on-chip.ts";
import { type Chip, type ChipOptions, chipOf } from "./chip.ts";
import type { AnalogDevice } from "./device.ts";
import { noiseCorrelations } from "./noise-correlation.ts";
import { noiseFreeLayer } from "./noise-free-layer.ts";
import { noisyLayer, withThresholds } from "./noisy-layer.ts";
import { placedOf } from "./placed-layer.ts";

/**
 * The model on a chip of the device, made on the calling thread (inference/chips/open-chips.ts has a thread for it). Throws as `chipOf`,
 * and ConfigError, naming the layer, for what a chip of the device cannot compute.
 */
export const putOnChip = (model: Model, device: AnalogDevice, options: ChipOptions): Model => {
  refuseIntegers(model);
  checkOnChip(model.network, device);
  return modelFromChip(model, device, chipOf(model, device, options), options);
};

/** The model with the weights of the chip. Comparators see currents in units of the weights of `model`. */
export const modelFromChip = (
  model: Model,
  device: AnalogDevice,
  chip: Chip,
  options: Omit<ChipOptions, "seconds">,
): Model => {
  const { network, parameters } = model;
  const plans = planOf(network);
  const weighted = plans.flatMap((plan) => {
    const placed = placedOf(model, plan, chip, device, options);
    if (!placed) return [];
    return [[plan, plan.noisySynapses ? noisyLayer(placed) : noiseFreeLayer(placed, device)] as const];
  });
  const ratios = new Map(weighted.map(([{ name }, found]) => [name, found.ratios]));
  const sources = noiseSources(network);
  const populations = plans.flatMap((plan) => {
    const [population, source] = [populationOf(plan), sources.get(plan.name)];
    if (!population || source === undefined) return [];
    const learned = parameters[`${plan.name}.threshold`];
    return [[plan, withThresholds(plan, population, learned, ratios.get(source)!)] as const];
  });
  const changed = [...weighted, ...populations];
  const layers = new Map(changed.map(([plan, { layer }]) => [plan.layer, layer]));
  const named = changed.flatMap(([{ name }, found]) =>
    Object.entries(found.parameters).map(([kind, values]) => [`${name}.${kind}`, values] as const),
  );
  return {
    onChip: true,
    network: { ...network, layers: network.layers.map((layer) => layers.get(layer) ?? layer) },
    parameters: { ...parameters, ...Object.fromEntries(named), ...noiseCorrelations(network, device, chip) },
  };
};

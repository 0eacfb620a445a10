/**
 * A network on a chip as a model: what the chip puts in place of parameters, and what it adds
 * (networks/layers/chip-tensors.ts).
 */
import type { Model } from "../networks/model.ts";
import { planOf } from "../networks/plan.ts";
import { checkOnChip, refuseIntegers } from "./check-on-chip.ts";
import { type ChipOptions, chipOf } from "./chip.ts";
import type { AnalogDevice } from "./device.ts";
import { noiseCorrelations } from "./noise-correlation.ts";
import { noiseFreeLayer } from "./noise-free-layer.ts";
import { noisyLayer } from "./noisy-layer.ts";
import { placedOf } from "./placed-layer.ts";

/**
 * The model on a chip of the device, as `evaluate`, `sample` and `openPredictor` take it. Its parameters hold tensors that only the
 * unit law knows: the synapse law and exports refuse it. It holds the calling thread, for seconds where the device has wires;
 * `evaluateOnChips` does not. Throws as `chipOf`, and ConfigError, naming the layer, for what a chip of
 * the device cannot compute.
 */
export const modelOnChip = (model: Model, device: AnalogDevice, options: ChipOptions): Model => {
  refuseIntegers(model);
  checkOnChip(model.network, device);
  const chip = chipOf(model, device, options);
  const { network, parameters } = model;
  const changed = planOf(network).flatMap((plan) => {
    const placed = placedOf(model, plan, chip, device, options);
    if (!placed) return [];
    const found = plan.noisySynapses ? noisyLayer(placed) : noiseFreeLayer(placed, device);
    return [[plan, found] as const];
  });
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

/** Chips that are made on a thread of their own, as cells and wires of a large network take seconds. Node only. */
import { checkModel, type Model } from "../../networks/model.ts";
import { checkOnChip, refuseIntegers } from "../../substrate/check-on-chip.ts";
import type { Chip, ChipOptions } from "../../substrate/chip.ts";
import type { AnalogDevice } from "../../substrate/device.ts";
import { startWorker } from "../../threads/start.ts";
import { threadOf } from "../../threads/thread.ts";
import type { ChipRequest, ChipStart } from "./chip-thread.ts";

export interface Chips {
  /** The model on a chip. Rejects as `chipOf` throws. */
  of(options: ChipOptions): Promise<Model>;
  /** The synapses of a chip. Rejects as `chipOf` throws. */
  synapses(options: ChipOptions): Promise<Chip>;
  close(): Promise<void>;
}

/** Returns the model. Throws ConfigError for one that the device cannot compute. */
export const checkForChips = (model: Model, device: AnalogDevice): Model => {
  refuseIntegers(checkModel(model));
  checkOnChip(model.network, device);
  return model;
};

/** Chips of a device for one model. Throws as `checkForChips`. */
export const openChips = (model: Model, device: AnalogDevice): Chips => {
  const { network, parameters } = checkForChips(model, device);
  const start: ChipStart = { model: { network, parameters }, device };
  const { ask, close } = threadOf<ChipRequest, Chip | Model>(
    startWorker("./chip-thread.js", import.meta.url, start),
    `network ${network.name} on ${device.name}`,
  );
  return {
    of: async (options) => (await ask({ options, of: "model" })) as Model,
    synapses: async (options) => (await ask({ options, of: "synapses" })) as Chip,
    close,
  };
};

/**
 * The model on a chip of the device, as `evaluate`, `sample` and `openPredictor` take it; it is made on a thread. Its
 * parameters hold tensors that only the unit law knows: the synapse law and exports refuse it. Rejects as `chipOf` throws, and
 * with ConfigError, naming the layer, for what a chip of the device cannot compute.
 */
export const modelOnChip = async (
  model: Model,
  device: AnalogDevice,
  options: ChipOptions,
): Promise<Model> => {
  const chips = openChips(model, device);
  return chips.of(options).finally(chips.close);
};

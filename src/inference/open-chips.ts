/** Chips that are made on a thread of their own, as cells and wires of a large network take seconds. Node only. */
import { checkModel, type Model } from "../networks/model.ts";
import { checkOnChip, refuseIntegers } from "../substrate/check-on-chip.ts";
import type { ChipOptions } from "../substrate/chip.ts";
import type { AnalogDevice } from "../substrate/device.ts";
import { startWorker, threadOf } from "../threads/thread.ts";
import type { ChipStart } from "./chip-thread.ts";

export interface Chips {
  /** The model on a chip. Rejects as `modelOnChip` throws. */
  of(options: ChipOptions): Promise<Model>;
  close(): Promise<void>;
}

/** Chips of a device for one model. Throws ConfigError for a model that the device cannot compute. */
export const openChips = (model: Model, device: AnalogDevice): Chips => {
  const { network, parameters } = checkModel(model);
  refuseIntegers(model);
  checkOnChip(network, device);
  const start: ChipStart = { model: { network, parameters }, device };
  const { ask, close } = threadOf<ChipOptions, Model>(
    startWorker("./chip-thread.js", import.meta.url, start),
    `network ${network.name} on ${device.name}`,
  );
  return { of: ask, close };
};

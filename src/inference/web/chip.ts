/** Chips in browsers: a Web Worker makes them, as cells and wires of a large network take seconds. */
import { checkModel, type Model } from "../../networks/model.ts";
import { checkOnChip, refuseIntegers } from "../../substrate/check-on-chip.ts";
import type { ChipOptions } from "../../substrate/chip.ts";
import type { AnalogDevice } from "../../substrate/device.ts";
import { webThreadOf } from "../../threads/web-thread.ts";
import type { WebChipRequest } from "./chip-worker.ts";

/**
 * The model on a chip of the device, as `openPredictor` and `evaluate` take it: the bits of `modelOnChip` in Node. A worker
 * makes it, which ends with the call. Rejects with ConfigError for options out of range and, naming the layer, for what a chip
 * of the device cannot compute.
 */
export const modelOnChip = async (
  model: Model,
  device: AnalogDevice,
  options: ChipOptions,
): Promise<Model> => {
  const { network, parameters } = checkModel(model);
  refuseIntegers(model);
  checkOnChip(network, device);
  // Bundlers look for this expression, and make the worker's module a file of its own.
  const worker = new Worker(new URL("./chip-worker.js", import.meta.url), { type: "module" });
  const { ask, close } = webThreadOf<WebChipRequest, Model>(
    worker,
    `network ${network.name} on ${device.name}`,
  );
  return ask({ model: { network, parameters }, device, options }).finally(close);
};

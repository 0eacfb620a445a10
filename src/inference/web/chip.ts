/** Chips in browsers: a Web Worker makes them, as cells and wires of a large network take seconds. */
import { checkModel, type Model } from "../../networks/model.ts";
import { checkOnChip, refuseIntegers } from "../../substrate/check-on-chip.ts";
import type { ChipOptions } from "../../substrate/chip.ts";
import type { AnalogDevice } from "../../substrate/device.ts";
import { webThreadOf } from "../../threads/web-thread.ts";
import type { WebChipRequest } from "./chip-worker.ts";

export interface WebChipOptions extends ChipOptions {
  /** Aborting it ends the worker; the call rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * The model on a chip of the device, as `openPredictor` and `evaluate` take it: the bits of `modelOnChip` in Node. A worker
 * makes it, which ends with the call. Rejects with ConfigError for options out of range and, naming the layer, for what a chip
 * of the device cannot compute.
 */
export const modelOnChip = async (
  model: Model,
  device: AnalogDevice,
  { signal, ...options }: WebChipOptions,
): Promise<Model> => {
  signal?.throwIfAborted();
  const { network, parameters } = checkModel(model);
  refuseIntegers(model);
  checkOnChip(network, device);
  // Bundlers look for this expression, and make the worker's module a file of its own.
  const worker = new Worker(new URL("./chip-worker.js", import.meta.url), { type: "module" });
  const { ask, close } = webThreadOf<WebChipRequest, Model>(
    worker,
    `network ${network.name} on ${device.name}`,
  );
  signal?.addEventListener("abort", close);
  try {
    return await ask({ model: { network, parameters }, device, options });
  } catch (cause) {
    throw signal?.aborted ? signal.reason : cause;
  } finally {
    signal?.removeEventListener("abort", close);
    close();
  }
};

/** The Web Worker that puts a network on a chip: see chip.ts, which starts it. */
import type { Model } from "../../networks/model.ts";
import type { ChipOptions } from "../../substrate/chip.ts";
import type { AnalogDevice } from "../../substrate/device.ts";
import { putOnChip } from "../../substrate/model-on-chip.ts";
import { answerPage } from "../../threads/web-thread.ts";

export interface WebChipRequest {
  readonly model: Model;
  readonly device: AnalogDevice;
  readonly options: ChipOptions;
}

answerPage<WebChipRequest, Model>(({ model, device, options }) => {
  const value = putOnChip(model, device, options);
  const buffers = Object.values(value.parameters).map(({ buffer }) => buffer as ArrayBuffer);
  return { value, transfer: [...new Set(buffers)] };
});

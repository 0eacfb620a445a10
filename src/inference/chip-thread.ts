/** The thread that puts a network on chips: see open-chips.ts, which starts it. */
import { workerData } from "node:worker_threads";
import type { Model } from "../networks/model.ts";
import type { ChipOptions } from "../substrate/chip.ts";
import type { AnalogDevice } from "../substrate/device.ts";
import { modelOnChip } from "../substrate/model-on-chip.ts";
import { answerRequests } from "../threads/thread.ts";

export interface ChipStart {
  readonly model: Model;
  readonly device: AnalogDevice;
}

const { model, device } = workerData as ChipStart;

answerRequests<ChipOptions, Model>(async (options) => ({ value: modelOnChip(model, device, options) }));

/** The thread that puts a network on chips: see open-chips.ts, which starts it. */
import { workerData } from "node:worker_threads";
import type { Model } from "../../networks/model.ts";
import { type Chip, type ChipOptions, chipOf } from "../../substrate/chip.ts";
import type { AnalogDevice } from "../../substrate/device.ts";
import { putOnChip } from "../../substrate/model-on-chip.ts";
import { answerRequests } from "../../threads/thread.ts";

export interface ChipStart {
  readonly model: Model;
  readonly device: AnalogDevice;
}

/** Request for a chip: its synapses alone, or the model on it. */
export interface ChipRequest {
  readonly options: ChipOptions;
  readonly of: "synapses" | "model";
}

const { model, device } = workerData as ChipStart;

answerRequests<ChipRequest, Chip | Model>(async ({ options, of }) => ({
  value: of === "synapses" ? chipOf(model, device, options) : putOnChip(model, device, options),
}));

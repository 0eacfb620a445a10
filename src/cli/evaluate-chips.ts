/** nsm evaluate --substrate: scores a run on chips of an analog device. */
import type { ImageSplit } from "../datasets/dataset.ts";
import { counted } from "../grouped.ts";
import {
  type ChipsEvaluation,
  type ChipsOptions,
  DEFAULT_CHIPS,
  evaluateOnChips,
} from "../inference/on-chips.ts";
import type { Model } from "../networks/model.ts";
import type { AnalogDevice } from "../substrate/device.ts";
import { table } from "./print.ts";
import { createBar } from "./progress.ts";

/** Scores a split on chips, with a progress bar. */
export const evaluateChipsWithProgress = async (
  model: Model,
  device: AnalogDevice,
  split: ImageSplit,
  options: ChipsOptions,
): Promise<ChipsEvaluation> => {
  const { chips = DEFAULT_CHIPS } = options;
  const progress = createBar("evaluating {bar} {value}/{total} images on chips  {eta_formatted} left");
  try {
    return await evaluateOnChips(model, device, split, {
      ...options,
      onProgress: (images) => progress.draw(images, chips * split.count),
    });
  } finally {
    progress.stop();
  }
};

/** The interval over chips, unless there are too few for one: two chips may even have the same error. */
const intervalText = ({ chips, error: { low, high } }: ChipsEvaluation): string =>
  chips === 2 || low === high
    ? "no interval: too few chips to tell how they differ"
    : `95 % interval ${low.toFixed(2)} to ${high.toFixed(2)} %`;

/** An evaluation on chips, recalibrated on so many images, as text. */
export const chipsText = (found: ChipsEvaluation, recalibrated: number): string => {
  const { device, split, samples, seconds, chips, error, nll, ece, errors } = found;
  const percent = (value: number): string => `${value.toFixed(2)} %`;
  return [
    `${split} on ${counted(chips, "chip")} of ${device}, ${seconds} s after programming${recalibrated > 0 ? `, recalibrated on ${counted(recalibrated, "image")}` : ""}, ${counted(samples, "sample")} per image`,
    table([
      ["  error", percent(error.mean), intervalText(found)],
      ["  NLL", nll.toFixed(4), "nats per image"],
      ["  ECE", ece.toFixed(4), "calibration error, 15 bins"],
      [
        "  chips",
        `${Math.min(...errors).toFixed(2)} to ${percent(Math.max(...errors))}`,
        "error of the best and the worst",
      ],
    ]),
  ].join("\n");
};

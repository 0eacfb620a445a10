/** nsm evaluate --substrate: scores a run on chips of an analog device, which may learn before. */
import type { ImageSplit } from "../datasets/dataset.ts";
import { defined } from "../defined.ts";
import { counted } from "../grouped.ts";
import {
  type ChipsEvaluation,
  type ChipsOptions,
  DEFAULT_CHIPS,
  evaluateOnChips,
} from "../inference/chips/on-chips.ts";
import type { Model } from "../networks/model.ts";
import type { ChipOptions } from "../substrate/chip.ts";
import type { AnalogDevice } from "../substrate/device.ts";
import { learnOnChip } from "../training/online/learn-on-chip.ts";
import { table } from "./print.ts";
import { createBar } from "./progress.ts";

/** Images that each chip learns before it is scored, and how. */
interface Lessons {
  readonly lessons: ImageSplit;
  readonly learningRate: number;
}

/** Scores a split on chips, which may learn before, with a progress bar. */
export const evaluateChipsWithProgress = async (
  model: Model,
  device: AnalogDevice,
  split: ImageSplit,
  options: Omit<ChipsOptions, "modelOf" | "onProgress">,
  learning?: Lessons,
): Promise<ChipsEvaluation> => {
  const { chips = DEFAULT_CHIPS } = options;
  // A step of a learner is too short for several threads.
  const engine = defined({ device: options.device });
  const ofChip = learning?.lessons.count ?? 0;
  const progress = createBar("evaluating {bar} {value}/{total} images on chips  {eta_formatted} left");
  const draw = (images: number): void => progress.draw(images, chips * (ofChip + split.count));
  const modelOf =
    ({ lessons, learningRate }: Lessons) =>
    ({ seed, chip, seconds }: ChipOptions): Promise<Model> =>
      learnOnChip(
        model,
        lessons,
        { ...engine, seed, learningRate, onChip: { device, chip, seconds } },
        (learned) => draw(chip * (ofChip + split.count) + learned),
        options.signal,
      );
  try {
    return await evaluateOnChips(model, device, split, {
      ...(learning ? { ...options, modelOf: modelOf(learning) } : options),
      onProgress: (images) => draw(images + ofChip * Math.ceil(images / split.count)),
    });
  } finally {
    progress.stop();
  }
};

/** The interval, with what it is over, or why there is none. */
const intervalText = ({ chips, error: { low, high, over } }: ChipsEvaluation): string => {
  if (low === null || high === null)
    return chips === 2
      ? "no interval: two chips are too few to tell how chips differ"
      : "no interval: all chips have the same error";
  const of = over === "chips" ? `${chips} chips` : "the images of one chip";
  return `95 % interval ${low.toFixed(2)} to ${high.toFixed(2)} %, over ${of}`;
};

const rangeText = (errors: readonly number[]): string =>
  `${Math.min(...errors).toFixed(2)} to ${Math.max(...errors).toFixed(2)} %`;

/** An evaluation on chips as text. `prepared`: what was done to each chip before, such as "recalibrated on 300 images". */
export const chipsText = (found: ChipsEvaluation, prepared: string | undefined): string => {
  const { device, split, samples, seconds, chips, error, nll, ece, errors } = found;
  const percent = (value: number): string => `${value.toFixed(2)} %`;
  return [
    `${split} on ${counted(chips, "chip")} of ${device}, ${seconds} s after programming${prepared === undefined ? "" : `, ${prepared}`}, ${counted(samples, "sample")} per image`,
    table([
      ["  error", percent(error.mean), intervalText(found)],
      ["  NLL", nll.toFixed(4), "nats per image"],
      ["  ECE", ece.toFixed(4), "calibration error, 15 bins"],
      ...(chips > 1 ? [["  chips", rangeText(errors), "error of the best and the worst"]] : []),
    ]),
  ].join("\n");
};

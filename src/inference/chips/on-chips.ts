/** Evaluation of a network on several chips of an analog device. Node only. */
import type { ImageSplit } from "../../datasets/dataset.ts";
import { defined } from "../../defined.ts";
import { ConfigError } from "../../errors.ts";
import type { Images } from "../../networks/images.ts";
import type { Model } from "../../networks/model.ts";
import { checkOptionNames } from "../../option-names.ts";
import type { EngineOptions } from "../../runtime/node.ts";
import { mean } from "../../statistics/student.ts";
import { type ChipOptions, DEFAULT_SECONDS } from "../../substrate/chip.ts";
import type { AnalogDevice } from "../../substrate/device.ts";
import type { Evaluation } from "../evaluation.ts";
import { evaluate, type SampleOptions } from "../node.ts";
import { type ChipsError, chipsError } from "./chips-error.ts";
import { checkForChips, openChips } from "./open-chips.ts";
import { recalibrate, requireEnough } from "./recalibrate.ts";

/** Chips that are evaluated unless another number is given. */
export const DEFAULT_CHIPS = 10;

export interface ChipsOptions extends EngineOptions, Omit<SampleOptions, "law"> {
  /** Chips 0, 1, .. of the seed, at least 1. Default 10. */
  readonly chips?: number;
  /** Time after programming, in seconds: at least 0. Default 86400, a day. */
  readonly seconds?: number;
  /** Images on which each chip is recalibrated before it is scored, such as a few hundred training images, at least five a class. Default: none. */
  readonly recalibrateOn?: Images;
  /**
   * Model on a chip that is scored in place of the chip as it was programmed, such as that of a learner on it. Default: as it
   * was programmed. Not with `recalibrateOn`.
   */
  readonly modelOf?: (chip: ChipOptions) => Promise<Model>;
}

/** Scores of a network on chips of a device, each on the whole split. */
export interface ChipsEvaluation {
  /** Name of the device. */
  readonly device: string;
  /** Name of the split. */
  readonly split: string;
  readonly images: number;
  /** Passes of an image; their mean where they end early. */
  readonly samples: number;
  /** Time after programming. */
  readonly seconds: number;
  /** Number of chips. */
  readonly chips: number;
  readonly error: ChipsError;
  /** Mean negative log-likelihood over the chips, in nats an image. */
  readonly nll: number;
  /** Mean expected calibration error over the chips. */
  readonly ece: number;
  /** Error of each chip in per cent. */
  readonly errors: readonly number[];
}

/**
 * Scores a model on a whole split on several chips of an analog device, by the unit law. The seed determines the chips and the
 * noise of the passes, which all chips share. Throws ConfigError for options out of range and for a network that the
 * device cannot compute, DataError for images or labels that do not fit.
 */
export const evaluateOnChips = async (
  model: Model,
  device: AnalogDevice,
  split: ImageSplit,
  options: ChipsOptions = {},
): Promise<ChipsEvaluation> => {
  checkOptionNames("evaluating chips", options, NAMES, { passes: "samples" });
  const { chips = DEFAULT_CHIPS, seconds = DEFAULT_SECONDS, recalibrateOn, modelOf, ...rest } = options;
  const { onProgress, ...sampling } = rest;
  if (!Number.isSafeInteger(chips) || chips < 1)
    throw new ConfigError("evaluating chips", {
      given: `${chips} chips`,
      expected: "a whole number of at least 1",
      remedy: "Choose another number; the default is 10.",
    });
  if (recalibrateOn) requireEnough(model, recalibrateOn);
  if (recalibrateOn && modelOf)
    throw new ConfigError("evaluating chips", {
      given: "recalibrateOn and modelOf",
      expected: "one of them",
      remedy: "Let modelOf give models that are recalibrated: `recalibrate` does it.",
    });
  const { seed = 1, samples = model.calibration?.samples } = sampling;
  const engine = defined({ device: sampling.device, threads: sampling.threads });
  const found: Evaluation[] = [];
  checkForChips(model, device);
  const made = modelOf ? undefined : openChips(model, device);
  const onChip = modelOf ? onChipOf(modelOf) : made!.of;
  try {
    for (let chip = 0; chip < chips; chip++) {
      sampling.signal?.throwIfAborted();
      const raw = await onChip({ seed, chip, seconds });
      const scored = recalibrateOn ? await recalibrate(model, raw, recalibrateOn, { seed, ...engine }) : raw;
      found.push(
        await evaluate(scored, split, {
          ...sampling,
          ...(samples !== undefined && { samples }),
          ...(onProgress && { onProgress: (images: number) => onProgress(chip * split.count + images) }),
        }),
      );
    }
  } finally {
    await made?.close();
  }
  return { device: device.name, seconds, ...summaryOf(found) };
};

/** `modelOf`, which must give models on chips. */
const onChipOf =
  (modelOf: NonNullable<ChipsOptions["modelOf"]>): NonNullable<ChipsOptions["modelOf"]> =>
  async (chip) => {
    const model = await modelOf(chip);
    if (model.onChip) return model;
    throw new ConfigError("evaluating chips, modelOf", {
      given: "a model that is on no chip",
      expected: "a model on a chip, as `modelOnChip` and a learner on a chip give it",
      remedy: "Put it on the chip that modelOf is called with, or score it with `evaluate`.",
    });
  };

const NAMES: readonly (keyof ChipsOptions)[] = [
  ...(["chips", "seconds", "recalibrateOn", "modelOf", "samples", "seed", "confidence"] as const),
  ...(["onProgress", "signal", "device", "threads"] as const),
];

const summaryOf = (found: readonly Evaluation[]): Omit<ChipsEvaluation, "device" | "seconds"> => {
  const { split, images, errorInterval } = found[0]!;
  const errors = found.map(({ error }) => error);
  const average = (name: "samples" | "nll" | "ece"): number => mean(found.map((each) => each[name]));
  return {
    ...{ split, images, samples: average("samples"), chips: found.length },
    error: chipsError(errors, errorInterval),
    nll: average("nll"),
    ece: average("ece"),
    errors,
  };
};

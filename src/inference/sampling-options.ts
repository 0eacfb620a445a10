/** Options of sampling and evaluation, whatever they run on. */
import { checkOptionNames } from "../option-names.ts";
import type { SamplingLaw } from "./pass-programs.ts";
import type { PredictorOptions } from "./predictor.ts";

export interface SamplingOptions {
  /**
   * Passes of an image, at least 1; at most this many where `confidence` ends them early. Default: as many as the model was
   * calibrated for, else 100, the paper's.
   */
  readonly samples?: number;
  /** Seed of the noise, a whole number from 0. Default 1. */
  readonly seed?: number;
  /** Confidence of the label, between 0 and 1, at which an image takes no more passes. Default: no early exit. */
  readonly confidence?: number;
  /** Law by which the noise is drawn. Default "unit". */
  readonly law?: SamplingLaw;
  /** Called with the number of images that are done. */
  readonly onProgress?: (images: number) => void;
  /** Aborting it ends the call within a few passes; it rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/** Throws ConfigError for options other than those of sampling and `engine`'s. */
export const checkSamplingNames = (options: object, engine: readonly string[]): void => {
  const own: readonly (keyof SamplingOptions)[] = ["samples", "seed", "confidence", "law"];
  checkOptionNames("sampling", options, [...own, "onProgress", "signal", ...engine], { passes: "samples" });
};

/** The options in a predictor's words. */
export const passesIn = <Options extends SamplingOptions>({
  samples,
  ...options
}: Options): Omit<Options, "samples"> & Pick<PredictorOptions, "passes"> => ({
  ...options,
  ...(samples !== undefined && { passes: samples }),
});

/** Scores of a model on a whole split. */
import type { Metrics } from "../statistics/metrics.ts";
import type { Decisions } from "./decisions.ts";

export interface Evaluation extends Metrics {
  /** Name of the split, all of which was scored. */
  readonly split: string;
  /** Passes of an image; their mean where they end early. */
  readonly samples: number;
  /** What a calibrated model decided; absent without a calibration for so many passes. */
  readonly decisions?: Decisions;
}

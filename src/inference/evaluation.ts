/** Scores of a model on a whole split. */
import type { Metrics } from "../statistics/metrics.ts";
import type { Reliability } from "../statistics/reliability.ts";
import type { Decisions } from "./decisions.ts";

/** All scores of the predictions of a split. */
export interface Scores extends Metrics, Reliability {}

export interface Evaluation extends Metrics, Partial<Reliability> {
  /** Name of the split, all of which was scored. */
  readonly split: string;
  /** Passes of an image; their mean where they end early. */
  readonly samples: number;
  /** Decisions of a calibrated model; absent without a calibration for this number of passes. */
  readonly decisions?: Decisions;
}

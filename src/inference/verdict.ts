/** Verdict of a calibrated model on an image: its answer, that a person should look, or that it knows nothing like it. */
import type { Thresholds } from "../networks/calibration.ts";

/**
 * "answer": the label holds as far as the calibration promises; "refer": too unsure, to a person; "unlike": unlike
 * anything that the model was trained on, so that its probabilities mean nothing.
 */
export type Verdict = "answer" | "refer" | "unlike";

/** Verdict on an image of that entropy, in nats, and unfamiliarity. `unsure`: entropy to refer from without a promise. */
export const verdictOn = (
  { unlike, refer }: Thresholds,
  entropy: number,
  unfamiliarity: number,
  unsure: number,
): Verdict => {
  // A score that is no number is unlike anything, too.
  if (!(unfamiliarity <= unlike.threshold)) return "unlike";
  if (refer === undefined) return entropy > unsure ? "refer" : "answer";
  return refer.threshold !== null && entropy >= refer.threshold ? "refer" : "answer";
};

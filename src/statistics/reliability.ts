/** How well probabilities are calibrated class by class, and what their NLL is made of. */
import { adaptiveCalibrationError, classwiseCalibrationError } from "./classwise-calibration.ts";
import { negativeLogLikelihoodParts } from "./nll-parts.ts";
import type { Labels, Probabilities } from "./probabilities.ts";

export interface Reliability {
  /** Calibration error over all classes, in bins of equal width: classwise-calibration.ts. */
  readonly classwiseEce: number;
  /** The same in bins of equally many images. */
  readonly adaptiveEce: number;
  /** Parts of the NLL, in nats: nll-parts.ts. */
  readonly nllParts: ReturnType<typeof negativeLogLikelihoodParts>;
}

/** Arguments and errors as in metrics.ts. */
export const reliability = (probabilities: Probabilities, labels: Labels): Reliability => ({
  classwiseEce: classwiseCalibrationError(probabilities, labels),
  adaptiveEce: adaptiveCalibrationError(probabilities, labels),
  nllParts: negativeLogLikelihoodParts(probabilities, labels),
});

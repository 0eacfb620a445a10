/**
 * Selective prediction, in which the network answers only when certain enough: Geifman & El-Yaniv, NeurIPS
 * 2017, and with Uziel, ICLR 2019.
 */
import { DataError } from "../errors.ts";
import { tiesOf, unitCounts } from "./ties.ts";

/** The risk-coverage curve. */
export interface RiskCoverage {
  /** Error rate among the k + 1 most certain images, k = 0, 1, ..; the coverage is (k + 1) / images. */
  readonly risks: Float64Array;
  /** Area under the risk-coverage curve: the mean of the risks, 0 to 1. */
  readonly aurc: number;
}

/**
 * Risk-coverage curve. `uncertainty`: one number per image, lower is more certain; `wrong`: 1 for an error,
 * else 0. Ties are resolved by the expectation over their orders. Throws DataError for no images, different
 * lengths, or NaN.
 */
export const riskCoverage = (uncertainty: Float64Array, wrong: Uint8Array): RiskCoverage =>
  weightedRiskCoverage(uncertainty, wrong)(unitCounts(wrong.length));

/**
 * Risk-coverage curve of weighted images: the returned function takes the number of times that each image
 * counts.
 */
export const weightedRiskCoverage = (
  uncertainty: Float64Array,
  wrong: Uint8Array,
): ((counts: ArrayLike<number>) => RiskCoverage) => {
  if (wrong.length === 0 || uncertainty.length !== wrong.length || uncertainty.some(Number.isNaN))
    throw new DataError("selective prediction", {
      given: `${uncertainty.length} uncertainties for ${wrong.length} images`,
      expected: "one number for each of at least one image",
      remedy: "Pass the uncertainty and the correctness of the same images.",
    });
  const { order, ends } = tiesOf(uncertainty);
  return (counts) => {
    const risks: number[] = [];
    let [first, errors] = [0, 0];
    for (const end of ends) {
      let [own, images] = [0, 0];
      for (; first < end; first++) {
        const k = order[first]!;
        own += counts[k]! * wrong[k]!;
        images += counts[k]!;
      }
      const before = risks.length;
      for (let k = 1; k <= images; k++) risks.push((errors + (own * k) / images) / (before + k));
      errors += own;
    }
    return {
      risks: Float64Array.from(risks),
      aurc: risks.reduce((sum, risk) => sum + risk, 0) / risks.length,
    };
  };
};

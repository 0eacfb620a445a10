/**
 * Selective prediction: answering only where the network is sure enough. Geifman & El-Yaniv, NeurIPS 2017, and with
 * Uziel, ICLR 2019.
 */
import { DataError } from "../errors.ts";
import { once, tiesOf } from "./ties.ts";

/** What answering the surest images costs. */
export interface RiskCoverage {
  /** Errors among the k + 1 surest images over k + 1, for k = 0, 1, ..: the coverage is (k + 1) / images. */
  readonly risks: Float64Array;
  /** The mean of the risks: the area under risk over coverage, 0 to 1. */
  readonly aurc: number;
}

/**
 * `uncertainty`: one number an image, low where it is sure; `wrong`: 1 for an error, else 0. Images that are equally sure
 * come in any order: what is expected over those orders counts. Throws DataError for no image, lengths that differ, NaN.
 */
export const riskCoverage = (uncertainty: Float64Array, wrong: Uint8Array): RiskCoverage =>
  drawnRiskCoverage(uncertainty, wrong)(once(wrong.length));

/** The same of images each of which counts as often as `times` says. */
export const drawnRiskCoverage = (
  uncertainty: Float64Array,
  wrong: Uint8Array,
): ((times: ArrayLike<number>) => RiskCoverage) => {
  if (wrong.length === 0 || uncertainty.length !== wrong.length || uncertainty.some(Number.isNaN))
    throw new DataError("selective prediction", {
      given: `${uncertainty.length} uncertainties for ${wrong.length} images`,
      expected: "one number for each of at least one image",
      remedy: "Pass what belongs to the same images.",
    });
  const { order, ends } = tiesOf(uncertainty);
  return (times) => {
    const risks: number[] = [];
    let [first, errors] = [0, 0];
    for (const end of ends) {
      let [own, images] = [0, 0];
      for (; first < end; first++) {
        const k = order[first]!;
        own += times[k]! * wrong[k]!;
        images += times[k]!;
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
